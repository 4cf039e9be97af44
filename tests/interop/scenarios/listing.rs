//! Conversations by kind, consent, activity and age.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::same,
    preference::{About, Wanted},
    seen::Filter,
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
        user.set_conversation_consent(&first, Wanted::Denied).await?;
        user.set_conversation_consent(&dm, Wanted::Allowed).await?;
        user.set_conversation_consent(&last, Wanted::Unknown).await?;
        let listed = async |consent: &[Wanted]| {
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
        same("denied", &listed(&[Wanted::Denied]).await?, &sorted(&[&first]))?;
        same("allowed", &listed(&[Wanted::Allowed]).await?, &sorted(&[&dm]))?;
        same("unknown", &listed(&[Wanted::Unknown]).await?, &sorted(&[&last]))?;
        let all = [Wanted::Unknown, Wanted::Allowed, Wanted::Denied];
        same("all", &listed(&all).await?, &sorted(&[&first, &dm, &last]))?;
    }
    Ok(())
}

async fn made(world: World) -> Result<()> {
    let (alix, bo, made) = three(&world).await?;
    for conversation in &made {
        same("of the maker", &alix.consent_of(conversation).await?, &Wanted::Allowed)?;
        same("of the other", &bo.consent_of(conversation).await?, &Wanted::Unknown)?;
    }
    let [first, dm, last] = made;
    bo.say(&first, "I am in").await?;
    same("after a message", &bo.consent_of(&first).await?, &Wanted::Allowed)?;
    alix.say(&dm, "are you there?").await?;
    bo.sync_all().await?;
    for conversation in [&dm, &last] {
        same("without a message", &bo.consent_of(conversation).await?, &Wanted::Unknown)?;
    }
    bo.set_conversation_consent(&dm, Wanted::Denied).await?;
    bo.say(&dm, "after all").await?;
    same("after a message", &bo.consent_of(&dm).await?, &Wanted::Allowed)
}

async fn set(world: World) -> Result<()> {
    let (alix, bo, [first, dm, _]) = three(&world).await?;
    for (user, peer) in [(&alix, &bo), (&bo, &alix)] {
        let (inbox, group) = (About::Inbox(peer.inbox_id().to_owned()), About::Conversation(first.clone()));
        same("of an inbox nobody decided about", &user.consent(&inbox).await?, &Wanted::Unknown)?;
        user.set_consent(&[(inbox.clone(), Wanted::Denied), (group.clone(), Wanted::Denied)]).await?;
        same("of the inbox", &user.consent(&inbox).await?, &Wanted::Denied)?;
        same("of the group", &user.consent(&group).await?, &Wanted::Denied)?;
        same("of the group, asked itself", &user.consent_of(&first).await?, &Wanted::Denied)?;
        ensure!(user.consent_of(&dm).await? != Wanted::Denied, "a DM follows the consent of its peer");
        user.set_consent(&[(inbox.clone(), Wanted::Unknown), (group, Wanted::Allowed)]).await?;
        same("of the inbox", &user.consent(&inbox).await?, &Wanted::Unknown)?;
        same("of the group", &user.consent_of(&first).await?, &Wanted::Allowed)?;
    }
    Ok(())
}

async fn sync(world: World) -> Result<()> {
    let (alix, bo, [first, _, last]) = three(&world).await?;
    bo.set_conversation_consent(&first, Wanted::Allowed).await?;
    bo.set_conversation_consent(&last, Wanted::Denied).await?;
    for group in [&first, &last] {
        alix.say(group, "news").await?;
    }
    let read = async |group: &str| anyhow::Ok(crate::check::texts(&bo.messages(group).await?).len());
    bo.sync_all_with(&[Wanted::Allowed]).await?;
    same("what was read", &(read(&first).await?, read(&last).await?), &(1, 0))?;
    bo.sync_all_with(&[Wanted::Denied]).await?;
    same("what was read", &(read(&first).await?, read(&last).await?), &(1, 1))
}
