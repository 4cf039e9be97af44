//! Names, descriptions and admin lists.
use anyhow::{Context, Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::{inboxes, same, same_group},
    seen::Said,
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "the maker renames a group" => renamed_by_maker,
        "a member renames a group" => renamed_by_member,
        "a description is changed by each side" => described,
        "two renames at once leave one name" => renamed_at_once,
        "an admin is made and unmade" => admin,
        "a super admin makes admins" => super_admin,
        "a member without the right changes nothing" => no_right,
    ]
}

/// A group of one user of each side.
async fn pair(world: &World, name: &str) -> Result<(User, User, String)> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], name).await?;
    bo.sync_all().await?;
    Ok((alix, bo, group))
}

async fn renamed_by_maker(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "old").await?;
    alix.rename(&group, "new").await?;
    shows_rename(&alix, &[&alix, &bo], &group).await
}

async fn renamed_by_member(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "old").await?;
    bo.rename(&group, "new").await?;
    shows_rename(&bo, &[&alix, &bo], &group).await
}

/// Everyone sees the new name, and the same update message from `by`.
async fn shows_rename(by: &User, users: &[&User], group: &str) -> Result<()> {
    same("the name", &same_group(users, group).await?.name.as_str(), &"new")?;
    let mut ids = Vec::new();
    for user in users {
        let last = user.messages(group).await?.pop().context("a rename leaves no message")?;
        let Said::Updated(update) = last.said else { anyhow::bail!("the last message is {:?}", last.said) };
        same("who renamed", &update.by.as_str(), &by.inbox_id())?;
        let change = ("group_name".to_owned(), "old".to_owned(), "new".to_owned());
        same("what changed", &update.metadata, &vec![change])?;
        ids.push(last.id);
    }
    ids.dedup();
    same("the number of ids the update has", &ids.len(), &1)
}

async fn described(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "described").await?;
    alix.redescribe(&group, "first").await?;
    same("the description", &same_group(&[&bo, &alix], &group).await?.description.as_str(), &"first")?;
    bo.redescribe(&group, "second").await?;
    same("the description", &same_group(&[&alix, &bo], &group).await?.description.as_str(), &"second")
}

async fn renamed_at_once(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "contested").await?;
    tokio::try_join!(alix.rename(&group, "of alix"), bo.rename(&group, "of bo"))?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    ensure!(["of alix", "of bo"].contains(&seen.name.as_str()), "the name is {}", seen.name);
    alix.say(&group, "still here?").await?;
    bo.say(&group, "still here").await?;
    crate::check::same_history(&[&alix, &bo], &group).await.map(drop)
}

async fn admin(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "admins").await?;
    alix.make_admin(&group, &bo).await?;
    same("the admins", &same_group(&[&alix, &bo], &group).await?.admins, &inboxes(&[&bo]))?;
    alix.unmake_admin(&group, &bo).await?;
    ensure!(same_group(&[&alix, &bo], &group).await?.admins.is_empty(), "an unmade admin is still listed");
    Ok(())
}

async fn super_admin(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "super admins").await?;
    let caro = world.opener("caro").await?;
    alix.add(&group, &[&caro]).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.make_admin(&group, &caro).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix, &bo]))?;
    same("the admins", &seen.admins, &inboxes(&[&caro]))
}

async fn no_right(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, "rights").await?;
    ensure!(bo.make_admin(&group, &bo).await.is_err(), "a member made itself admin");
    ensure!(bo.remove(&group, &[&alix]).await.is_err(), "a member removed the maker");
    let seen = same_group(&[&alix, &bo], &group).await?;
    ensure!(seen.admins.is_empty(), "a member is admin by its own doing");
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))
}
