//! Groups and messages that are made before anyone is reached.
use anyhow::{Result, ensure};

use super::{Scenario, pair, scenarios};
use crate::{
    check::{inboxes, only_conversation, same, same_enriched, same_group, same_history, texts},
    seen::{GroupSetup, Query},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "later_group: a group is made for later, filled and read by the other side" => group,
        "later_messages: messages kept for later are sent in order when they are published" => messages,
        "later_before_members: what is kept before there are members is published, and the group goes on" => before_members,
        "later_sync: a sync of the conversation sends what was kept" => sync,
        "later_send: what was kept goes out before what is sent after" => send,
        "later_both: what both sides kept arrives on both" => both,
        "later_restart: what was kept is sent after a restart" => restart,
    ]
}

async fn group(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group =
        alix.group_later(&GroupSetup { description: "made alone".to_owned(), ..GroupSetup::named("later") }).await?;
    let seen = alix.describe(&group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix]))?;
    same("the name", &seen.name.as_str(), &"later")?;
    alix.add(&group, &[&bo]).await?;
    alix.say(&group, "now").await?;
    same("the group's id", &only_conversation(&bo).await?, &group)?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the texts", &(seen.name.as_str(), seen.description.as_str()), &("later", "made alone"))?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))?;
    same("the messages", &texts(&same_history(&[&alix, &bo], &group).await?), &vec!["now"])
}

async fn messages(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("later")).await?;
    for (user, other) in [(&alix, &bo), (&bo, &alix)] {
        user.refresh(&group).await?;
        let before = same_history(&[other], &group).await?.len();
        let mut kept = Vec::new();
        for text in ["first", "second", "third"] {
            kept.push(user.say_later(&group, text).await?);
        }
        let waiting = Query { published: Some(false), ..Query::default() };
        let seen: Vec<_> = user.enriched(&group, &waiting).await?.into_iter().map(|message| message.id).collect();
        same("what waits", &seen, &kept)?;
        same("what the other has", &same_history(&[other], &group).await?.len(), &before)?;
        user.publish(&group).await?;
        ensure!(user.enriched(&group, &waiting).await?.is_empty(), "a published message still waits");
        let history = same_history(&[user, other], &group).await?;
        let ids: Vec<_> = history.into_iter().skip(before).map(|message| message.id).collect();
        same("the ids", &ids, &kept)?;
    }
    let listed = same_enriched(&[&alix, &bo], &group).await?;
    ensure!(listed.iter().all(|message| message.is_published), "a message is not published: {listed:?}");
    Ok(())
}

/// Where the messages end up differs: the official client sends them first, so that the new member cannot read them.
async fn before_members(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group_later(&GroupSetup::named("later")).await?;
    let kept = [alix.say_later(&group, "first").await?, alix.say_later(&group, "second").await?];
    alix.add(&group, &[&bo]).await?;
    alix.publish(&group).await?;
    let sent = Query { sent: Some(true), ..Query::default() };
    let seen = alix.enriched(&group, &sent).await?;
    ensure!(seen.iter().all(|message| message.is_published), "a message is not published: {seen:?}");
    let ids: Vec<_> = seen.into_iter().map(|message| message.id).collect();
    same("what was sent", &ids, &kept.to_vec())?;
    same_group(&[&alix, &bo], &group).await?;
    let last = bo.say(&group, "third").await?;
    alix.refresh(&group).await?;
    same("the last message", &alix.last(&group).await?.map(|message| message.id), &Some(last))
}

async fn sync(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("later")).await?;
    for (user, other) in [(&alix, &bo), (&bo, &alix)] {
        // Before its first message a member renews its keys, and one sync of the official client ends with a commit.
        user.say(&group, "sent").await?;
        let kept = user.say_later(&group, "kept").await?;
        user.refresh(&group).await?;
        other.refresh(&group).await?;
        same("the last message", &other.last(&group).await?.map(|message| message.id), &Some(kept))?;
    }
    same("the texts", &texts(&same_history(&[&alix, &bo], &group).await?), &["sent", "kept"].repeat(2))
}

async fn send(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("later")).await?;
    for user in [&alix, &bo] {
        user.refresh(&group).await?;
        user.say_later(&group, "kept").await?;
        user.say(&group, "sent").await?;
    }
    let history = same_history(&[&alix, &bo], &group).await?;
    same("the texts", &texts(&history), &vec!["kept", "sent", "kept", "sent"])
}

async fn both(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("later")).await?;
    let mut kept = Vec::new();
    for index in 0..5 {
        for user in [&alix, &bo] {
            kept.push(user.say_later(&group, &format!("kept {index}")).await?);
        }
    }
    tokio::try_join!(alix.publish(&group), bo.publish(&group))?;
    let mut arrived: Vec<_> =
        same_history(&[&alix, &bo], &group).await?.into_iter().map(|message| message.id).collect();
    kept.sort_unstable();
    arrived.sort_unstable();
    same("what arrived", &arrived, &kept)
}

async fn restart(world: World) -> Result<()> {
    let (alix, bo) = (world.restartable_opener("alix").await?, world.restartable_other("bo").await?);
    let group = alix.group(&[&bo], "later").await?;
    bo.sync_all().await?;
    let kept = [alix.say_later(&group, "of alix").await?, bo.say_later(&group, "of bo").await?];
    let (alix, bo) = (world.restart(alix).await?, world.restart(bo).await?);
    for user in [&alix, &bo] {
        user.publish(&group).await?;
    }
    let ids: Vec<_> = same_history(&[&alix, &bo], &group).await?.into_iter().map(|message| message.id).collect();
    same("what arrived", &ids, &kept.to_vec())
}
