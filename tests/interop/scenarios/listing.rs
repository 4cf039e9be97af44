//! Conversations by kind, consent, activity and age.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::same,
    seen::{Consent, Entity, Filter},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "listing_order: the most recently active comes first, or the newest" => order,
        "listing_kind: groups and DMs are listed apart" => kind,
        "listing_age: conversations are found by when they were made or joined" => age,
        "listing_consent: what is denied is listed only for who asks for it" => by_consent,
        "consent_made: what a user makes or writes in is wanted, what it is drawn into is not known" => made,
        "consent_set: consent is set and read, for conversations and inboxes" => set,
        "consent_sync: a sync of what is wanted leaves the rest alone" => sync,
    ]
}

/// Two groups and a DM between two users, made in this order by the one who opens.
async fn three(world: &World) -> Result<(User, User, [String; 3])> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let made = [alix.group(&[&bo], "first").await?, alix.dm(&bo).await?, alix.group(&[&bo], "last").await?];
    bo.sync_all().await?;
    Ok((alix, bo, made))
}

async fn order(world: World) -> Result<()> {
    let (alix, bo, [first, dm, last]) = three(&world).await?;
    for (index, place) in [&last, &dm, &first].into_iter().enumerate() {
        alix.say(place, &format!("number {index}")).await?;
        bo.sync_all().await?;
    }
    let by_creation = Filter { by_creation: true, ..Filter::default() };
    for user in [&alix, &bo] {
        let active = user.list(&Filter::default()).await?;
        same("by activity", &active, &vec![first.clone(), dm.clone(), last.clone()])?;
        let one = user.list(&Filter { limit: Some(1), ..Filter::default() }).await?;
        same("one by activity", &one, &vec![first.clone()])?;
    }
    same("by creation", &alix.list(&by_creation).await?, &vec![last, dm, first])
}

async fn kind(world: World) -> Result<()> {
    let (alix, bo, [first, dm, last]) = three(&world).await?;
    for user in [&alix, &bo] {
        same("DMs", &user.list(&Filter { dms: Some(true), ..Filter::default() }).await?, &vec![dm.clone()])?;
        let mut groups = user.list(&Filter { dms: Some(false), ..Filter::default() }).await?;
        groups.sort_unstable();
        let mut expected = vec![first.clone(), last.clone()];
        expected.sort_unstable();
        same("groups", &groups, &expected)?;
        same("all", &user.list(&Filter::default()).await?.len(), &3)?;
    }
    Ok(())
}

async fn age(world: World) -> Result<()> {
    let (alix, _bo, [first, dm, last]) = three(&world).await?;
    let at = alix.created_at(&dm).await?;
    let by_creation = Filter { by_creation: true, ..Filter::default() };
    let later = Filter { created_after: Some(at), ..by_creation.clone() };
    same("made later", &alix.list(&later).await?, &vec![last.clone()])?;
    let earlier = Filter { created_before: Some(at), ..by_creation.clone() };
    same("made earlier", &alix.list(&earlier).await?, &vec![first])?;
    let not_later = Filter { created_before: Some(alix.created_at(&last).await?), dms: Some(true), ..by_creation };
    same("DMs made earlier", &alix.list(&not_later).await?, &vec![dm])
}

async fn by_consent(world: World) -> Result<()> {
    let (alix, bo, [first, dm, last]) = three(&world).await?;
    for user in [&alix, &bo] {
        user.set_consent_of(&first, Consent::Denied).await?;
        user.set_consent_of(&dm, Consent::Allowed).await?;
        user.set_consent_of(&last, Consent::Unknown).await?;
        let listed = async |consent: &[Consent]| {
            let mut ids = user.list(&Filter { consent: consent.to_vec(), ..Filter::default() }).await?;
            ids.sort_unstable();
            anyhow::Ok(ids)
        };
        let sorted = |ids: &[&String]| {
            let mut ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            ids.sort_unstable();
            ids
        };
        same("by default", &listed(&[]).await?, &sorted(&[&dm, &last]))?;
        same("denied", &listed(&[Consent::Denied]).await?, &sorted(&[&first]))?;
        same("allowed", &listed(&[Consent::Allowed]).await?, &sorted(&[&dm]))?;
        same("unknown", &listed(&[Consent::Unknown]).await?, &sorted(&[&last]))?;
        let all = [Consent::Unknown, Consent::Allowed, Consent::Denied];
        same("all", &listed(&all).await?, &sorted(&[&first, &dm, &last]))?;
    }
    Ok(())
}

async fn made(world: World) -> Result<()> {
    let (alix, bo, made) = three(&world).await?;
    for conversation in &made {
        same("of the maker", &alix.consent_of(conversation).await?, &Consent::Allowed)?;
        same("of the other", &bo.consent_of(conversation).await?, &Consent::Unknown)?;
    }
    let [first, dm, last] = made;
    bo.say(&first, "I am in").await?;
    same("after a message", &bo.consent_of(&first).await?, &Consent::Allowed)?;
    alix.say(&dm, "are you there?").await?;
    bo.sync_all().await?;
    for conversation in [&dm, &last] {
        same("without a message", &bo.consent_of(conversation).await?, &Consent::Unknown)?;
    }
    bo.set_consent_of(&dm, Consent::Denied).await?;
    bo.say(&dm, "after all").await?;
    same("after a message", &bo.consent_of(&dm).await?, &Consent::Allowed)
}

async fn set(world: World) -> Result<()> {
    let (alix, bo, [first, dm, _]) = three(&world).await?;
    for (user, peer) in [(&alix, &bo), (&bo, &alix)] {
        let (inbox, group) = (Entity::Inbox(peer.inbox_id().to_owned()), Entity::Conversation(first.clone()));
        same("of an inbox nobody decided about", &user.consent(&inbox).await?, &Consent::Unknown)?;
        user.set_consent(&[(inbox.clone(), Consent::Denied), (group.clone(), Consent::Denied)]).await?;
        same("of the inbox", &user.consent(&inbox).await?, &Consent::Denied)?;
        same("of the group", &user.consent(&group).await?, &Consent::Denied)?;
        same("of the group, asked itself", &user.consent_of(&first).await?, &Consent::Denied)?;
        ensure!(user.consent_of(&dm).await? != Consent::Denied, "a DM follows the consent of its peer");
        user.set_consent(&[(inbox.clone(), Consent::Unknown), (group, Consent::Allowed)]).await?;
        same("of the inbox", &user.consent(&inbox).await?, &Consent::Unknown)?;
        same("of the group", &user.consent_of(&first).await?, &Consent::Allowed)?;
    }
    Ok(())
}

async fn sync(world: World) -> Result<()> {
    let (alix, bo, [first, _, last]) = three(&world).await?;
    bo.set_consent_of(&first, Consent::Allowed).await?;
    bo.set_consent_of(&last, Consent::Denied).await?;
    for group in [&first, &last] {
        alix.say(group, "news").await?;
    }
    let read = async |group: &str| anyhow::Ok(crate::check::texts(&bo.messages(group).await?).len());
    bo.sync_all_with(&[Consent::Allowed]).await?;
    same("what was read", &(read(&first).await?, read(&last).await?), &(1, 0))?;
    bo.sync_all_with(&[Consent::Denied]).await?;
    same("what was read", &(read(&first).await?, read(&last).await?), &(1, 1))
}
