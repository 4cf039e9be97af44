//! Messages that are deleted for everyone.
use anyhow::{Context, Result, ensure};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::same,
    seen::{Enriched, GroupSetup, Query, Said, Stream},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "deletes_own: whoever sent a message deletes it for the other side" => own,
        "deletes_by_super_admin: a super admin deletes what a member sent" => by_super_admin,
        "deletes_no_right: a member does not delete what another sent" => no_right,
        "deletes_streamed: a deletion arrives on the streams of both sides" => streamed,
        "deletes_answered: a deleted message loses its reactions and its text in answers" => answered,
        "deletes_dm: each side of a DM deletes its own message and no other" => dm,
        "deletes_kinds: reactions and updates are not deleted" => kinds,
    ]
}

/// What a user lists in place of a message.
async fn stands_for(user: &User, group: &str, id: &str) -> Result<Enriched> {
    user.refresh(group).await?;
    let listed = user.enriched(group, &Query::default()).await?;
    listed.into_iter().find(|message| message.id == id).with_context(|| format!("{id} is not listed"))
}

async fn all_see(users: &[&User], group: &str, id: &str, said: &Said) -> Result<()> {
    for user in users {
        same("what stands there", &stands_for(user, group, id).await?.said, said)?;
    }
    Ok(())
}

const BY_SENDER: Said = Said::Deleted { by_admin: None };

fn by_admin(user: &User) -> Said {
    Said::Deleted { by_admin: Some(user.inbox_id().to_owned()) }
}

fn text(text: &str) -> Said {
    Said::Text(text.to_owned())
}

async fn own(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("deletes")).await?;
    for user in [&alix, &bo] {
        user.refresh(&group).await?;
        let kept = user.say(&group, "kept").await?;
        let gone = user.say(&group, "gone").await?;
        user.delete_message(&group, &gone).await?;
        let others: Vec<_> =
            [&alix, &bo, &caro].into_iter().filter(|other| other.inbox_id() != user.inbox_id()).collect();
        all_see(&others, &group, &gone, &BY_SENDER).await?;
        all_see(&[&alix, &bo, &caro], &group, &kept, &text("kept")).await?;
    }
    Ok(())
}

async fn by_super_admin(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("deletes")).await?;
    let of_caro = caro.say(&group, "of caro").await?;
    bo.refresh(&group).await?;
    let of_bo = bo.say(&group, "of bo").await?;
    alix.refresh(&group).await?;
    alix.delete_message(&group, &of_bo).await?;
    all_see(&[&bo, &caro], &group, &of_bo, &by_admin(&alix)).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.delete_message(&group, &of_caro).await?;
    all_see(&[&alix, &caro], &group, &of_caro, &by_admin(&bo)).await
}

async fn no_right(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("deletes")).await?;
    let id = caro.say(&group, "stays").await?;
    bo.refresh(&group).await?;
    // Ours refuses; the official client sends what its user wrote, and nobody follows it.
    let _ = bo.delete_message(&group, &id).await;
    all_see(&[&alix, &caro], &group, &id, &text("stays")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    let _ = bo.delete_message(&group, &id).await;
    all_see(&[&alix, &caro], &group, &id, &text("stays")).await
}

async fn streamed(world: World) -> Result<()> {
    let (mut alix, mut bo, group) = pair(&world, &GroupSetup::named("deletes")).await?;
    for of_alix in [true, false] {
        let (user, other) = if of_alix { (&alix, &mut bo) } else { (&bo, &mut alix) };
        other.follow("deletions", &Stream::Deletions).await?;
        other.follow_messages("messages").await?;
        user.refresh(&group).await?;
        let gone = user.say(&group, "gone").await?;
        user.delete_message(&group, &gone).await?;
        same("the deletion", &other.next_deletion("deletions").await?, &gone)?;
        same("what stands there", &stands_for(other, &group, &gone).await?.said, &BY_SENDER)?;
    }
    Ok(())
}

async fn answered(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("deletes")).await?;
    let gone = alix.say(&group, "gone").await?;
    bo.refresh(&group).await?;
    bo.send(&group, &Said::Reaction { reference: gone.clone(), emoji: "👍".to_owned(), removed: false }).await?;
    let answer = Said::Reply { reference: gone.clone(), text: "really?".to_owned() };
    let answer = bo.send(&group, &answer).await?;
    let before = stands_for(&caro, &group, &gone).await?;
    same("answers and reactions", &(before.replies, before.reactions.len()), &(1, 1))?;
    alix.delete_message(&group, &gone).await?;
    for user in [&bo, &caro] {
        let after = stands_for(user, &group, &gone).await?;
        same("what stands there", &after.said, &BY_SENDER)?;
        same("answers and reactions", &(after.replies, after.reactions.len()), &(0, 0))?;
        let parent = stands_for(user, &group, &answer).await?.parent;
        same("what was answered", &parent, &Some((gone.clone(), BY_SENDER)))?;
    }
    Ok(())
}

async fn dm(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    for (user, other) in [(&alix, &bo), (&bo, &alix)] {
        user.refresh(&dm).await?;
        let gone = user.say(&dm, "gone").await?;
        user.delete_message(&dm, &gone).await?;
        all_see(&[other], &dm, &gone, &BY_SENDER).await?;
        let stays = user.say(&dm, "stays").await?;
        other.refresh(&dm).await?;
        let _ = other.delete_message(&dm, &stays).await;
        all_see(&[user], &dm, &stays, &text("stays")).await?;
    }
    Ok(())
}

async fn kinds(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("deletes")).await?;
    let reference = alix.say(&group, "we won").await?;
    bo.refresh(&group).await?;
    let reaction = bo
        .send(&group, &Said::Reaction { reference: reference.clone(), emoji: "🎉".to_owned(), removed: false })
        .await?;
    let _ = bo.delete_message(&group, &reaction).await;
    for user in [&alix, &bo] {
        let seen = stands_for(user, &group, &reference).await?;
        ensure!(seen.reactions.len() == 1, "a reaction was deleted: {seen:?}");
    }
    Ok(())
}
