//! Messages that disappear.
use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use super::{Scenario, pair, scenarios};
use crate::{
    check::{refused, same, same_enriched, same_group, same_updates, texts},
    seen::{Disappearing, GroupSetup, Query, Stream},
    user::User,
    world::World,
};

const SECOND: u64 = 1_000_000_000;

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "disappearing_at_creation: settings of a group made with them are seen alike" => at_creation,
        "disappearing_dm: a DM is made with settings, and its peer changes them" => dm,
        "disappearing_changed: settings are made, changed and taken away, and told alike" => changed,
        "disappearing_rights: members change settings only where they may" => rights,
        "disappearing_expired: messages are gone on both sides when they are due" => expired,
        "disappearing_later: what was sent before the settings stays" => before,
        "disappearing_off: what is sent after the settings are taken away stays" => after,
        "disappearing_new_member: a member who comes later sees the settings, and its messages are due too" => newcomer,
    ]
}

const fn after_seconds(seconds: u64) -> Disappearing {
    Disappearing { from_ns: 1, in_ns: seconds * SECOND }
}

fn with(disappearing: Disappearing) -> GroupSetup {
    GroupSetup { disappearing: Some(disappearing), ..GroupSetup::named("short") }
}

async fn at_creation(world: World) -> Result<()> {
    let settings = Disappearing { from_ns: 5, in_ns: 90 * SECOND };
    let (alix, bo, group) = pair(&world, &with(settings)).await?;
    same("the settings", &same_group(&[&alix, &bo], &group).await?.disappearing, &Some(settings))?;
    alix.say(&group, "from alix").await?;
    bo.say(&group, "from bo").await?;
    let listed = same_enriched(&[&alix, &bo], &group).await?;
    ensure!(listed.len() == 2 && listed.iter().all(|it| it.expires), "messages do not expire: {listed:?}");
    Ok(())
}

async fn dm(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm_with(&bo, Some(after_seconds(100))).await?;
    bo.sync_all().await?;
    same("the settings", &same_group(&[&alix, &bo], &dm).await?.disappearing, &Some(after_seconds(100)))?;
    bo.disappear(&dm, Some(after_seconds(200))).await?;
    same("the settings", &same_group(&[&alix, &bo], &dm).await?.disappearing, &Some(after_seconds(200)))?;
    alix.disappear(&dm, None).await?;
    same("the settings", &same_group(&[&alix, &bo], &dm).await?.disappearing, &None)
}

async fn changed(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("changing")).await?;
    same("the settings", &same_group(&[&alix, &bo], &group).await?.disappearing, &None)?;
    for settings in [Some(after_seconds(10)), Some(Disappearing { from_ns: 7, in_ns: SECOND }), None] {
        alix.disappear(&group, settings).await?;
        same("the settings", &same_group(&[&alix, &bo], &group).await?.disappearing, &settings)?;
    }
    let told: Vec<_> =
        same_updates(&[&alix, &bo], &group).await?.into_iter().flat_map(|update| update.metadata).collect();
    let of = |field: &str, old: &str, new: &str| (format!("message_disappear_{field}_ns"), old.into(), new.into());
    let expected = vec![
        of("from", "", "1"),
        of("in", "", "10000000000"),
        of("from", "1", "7"),
        of("in", "10000000000", "1000000000"),
        of("from", "7", "0"),
        of("in", "1000000000", "0"),
    ];
    same("what was told", &told, &expected)
}

async fn rights(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("rights")).await?;
    refused("a member's settings", bo.disappear(&group, Some(after_seconds(10))).await)?;
    same("the settings", &same_group(&[&alix, &bo], &group).await?.disappearing, &None)?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.disappear(&group, Some(after_seconds(10))).await?;
    same("the settings", &same_group(&[&alix, &bo], &group).await?.disappearing, &Some(after_seconds(10)))
}

/// A group, with settings or without, whose members follow what is deleted.
async fn followed(world: &World, setup: &GroupSetup) -> Result<(User, User, String)> {
    let (mut alix, mut bo, group) = pair(world, setup).await?;
    for user in [&mut alix, &mut bo] {
        user.follow("deletions", &Stream::Deletions).await?;
    }
    Ok((alix, bo, group))
}

/// Waits until the messages `gone` are deleted on each side by itself; then the texts `left` are there and no other.
async fn until_gone(users: [&mut User; 2], group: &str, gone: &[&str], left: &[&str]) -> Result<()> {
    for user in users {
        let mut deleted = BTreeSet::new();
        while deleted.len() < gone.len() {
            deleted.insert(user.next_deletion("deletions").await?);
        }
        same("what is gone", &deleted, &gone.iter().map(ToString::to_string).collect())?;
        same("what is left", &texts(&user.messages(group).await?), &left.to_vec())?;
        let sent = Query { sent: Some(true), ..Query::default() };
        same("how many are counted", &user.count(group, &sent).await?, &u64::try_from(left.len())?)?;
        for id in gone {
            ensure!(user.message(id).await.ok().flatten().is_none(), "an expired message is found by its id");
        }
    }
    Ok(())
}

async fn expired(world: World) -> Result<()> {
    let (mut alix, mut bo, group) = followed(&world, &with(after_seconds(2))).await?;
    let (of_alix, of_bo) = (alix.say(&group, "from alix").await?, bo.say(&group, "from bo").await?);
    alix.refresh(&group).await?;
    same("what is read in time", &texts(&alix.messages(&group).await?), &vec!["from alix", "from bo"])?;
    until_gone([&mut alix, &mut bo], &group, &[&of_alix, &of_bo], &[]).await
}

async fn before(world: World) -> Result<()> {
    let (mut alix, mut bo, group) = followed(&world, &GroupSetup::named("before")).await?;
    alix.say(&group, "stays").await?;
    bo.refresh(&group).await?;
    alix.disappear(&group, Some(after_seconds(1))).await?;
    bo.refresh(&group).await?;
    let gone = bo.say(&group, "goes").await?;
    alix.refresh(&group).await?;
    until_gone([&mut alix, &mut bo], &group, &[&gone], &["stays"]).await
}

async fn after(world: World) -> Result<()> {
    let (mut alix, mut bo, group) = followed(&world, &with(after_seconds(1))).await?;
    let gone = alix.say(&group, "goes").await?;
    bo.refresh(&group).await?;
    alix.disappear(&group, None).await?;
    bo.refresh(&group).await?;
    bo.say(&group, "stays").await?;
    alix.refresh(&group).await?;
    until_gone([&mut alix, &mut bo], &group, &[&gone], &["stays"]).await
}

async fn newcomer(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &with(after_seconds(60))).await?;
    let caro = world.other("caro").await?;
    bo.add(&group, &[&caro]).await?;
    caro.sync_all().await?;
    caro.say(&group, "from caro").await?;
    same("the settings", &same_group(&[&alix, &bo, &caro], &group).await?.disappearing, &Some(after_seconds(60)))?;
    let listed = same_enriched(&[&alix, &bo, &caro], &group).await?;
    let last = listed.last().context("nothing is listed")?;
    ensure!(last.expires, "a newcomer's message does not expire");
    Ok(())
}
