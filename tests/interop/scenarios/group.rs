//! Groups: made by one side, read by all.
use anyhow::{Context, Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::{inboxes, only_conversation, same, same_group, same_history, texts},
    seen::Said,
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "in a group of three everyone reads everyone" => three,
        "a group of twelve is joined by welcome pointers" => twelve,
        "a group made for its maker alone grows later" => alone,
        "the maker is super admin, and everyone knows the maker" => creator,
        "both installations of an inbox read the group" => two_installations,
        "a new installation is drawn into an old group" => late_installation,
    ]
}

async fn three(world: World) -> Result<()> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.opener("caro").await?);
    let group = alix.group(&[&bo, &caro], "tea").await?;
    for user in [&bo, &caro] {
        same("the group's id", &only_conversation(user).await?, &group)?;
    }
    everyone_speaks(&[&alix, &bo, &caro], &group).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    same("the name", &seen.name.as_str(), &"tea")
}

async fn twelve(world: World) -> Result<()> {
    let (alix, bo, guests) = (world.opener("alix").await?, world.other("bo").await?, world.crowd(10).await?);
    let mut members = vec![&bo];
    members.extend(&guests);
    let group = alix.group(&members, "twelve").await?;
    members.insert(0, &alix);
    for user in &members {
        user.sync_all().await?;
    }
    everyone_speaks(&members, &group).await?;
    let seen = same_group(&members, &group).await?;
    same("the number of members", &seen.members.len(), &12)?;
    same("the number of installations", &seen.installations.len(), &12)
}

/// Every member in turn sends one text; everyone must read all of them.
async fn everyone_speaks(members: &[&User], group: &str) -> Result<()> {
    let mut said = Vec::new();
    for (index, user) in members.iter().enumerate() {
        let text = format!("number {index}");
        user.say(group, &text).await?;
        said.push(text);
    }
    let history = same_history(members, group).await?;
    same("the texts", &texts(&history), &said.iter().map(String::as_str).collect())
}

async fn alone(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[], "later").await?;
    same("the members", &alix.describe(&group).await?.members, &inboxes(&[&alix]))?;
    alix.add(&group, &[&bo]).await?;
    same("the group's id", &only_conversation(&bo).await?, &group)?;
    bo.say(&group, "here I am").await?;
    same("the texts", &texts(&same_history(&[&alix, &bo], &group).await?), &vec!["here I am"])
}

async fn creator(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "").await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the maker", &seen.creator.as_str(), &alix.inbox_id())?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix]))?;
    ensure!(seen.admins.is_empty(), "a new group has admins");
    let first = alix.messages(&group).await?.into_iter().next().context("a group begins with an update")?;
    let Said::Updated(update) = first.said else { anyhow::bail!("a group begins with {:?}", first.said) };
    same("who made it", &update.by.as_str(), &alix.inbox_id())?;
    same("who was added", &update.added, &inboxes(&[&bo]))
}

async fn two_installations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let bo_too = world.another_installation_of(&bo).await?;
    same("the inbox", &bo_too.inbox_id(), &bo.inbox_id())?;
    ensure!(bo_too.installation_id() != bo.installation_id(), "two installations have one id");
    let group = alix.group(&[&bo], "devices").await?;
    alix.say(&group, "to both").await?;
    for device in [&bo, &bo_too] {
        same("the group's id", &only_conversation(device).await?, &group)?;
    }
    bo_too.say(&group, "from the second").await?;
    let history = same_history(&[&alix, &bo, &bo_too], &group).await?;
    same("the texts", &texts(&history), &vec!["to both", "from the second"])
}

async fn late_installation(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "devices").await?;
    bo.sync_all().await?;
    bo.say(&group, "before").await?;
    let bo_too = world.another_installation_of(&bo).await?;
    alix.say(&group, "after").await?;
    same("the group's id", &only_conversation(&bo_too).await?, &group)?;
    let seen = same_group(&[&alix, &bo, &bo_too], &group).await?;
    same("the number of installations", &seen.installations.len(), &3)?;
    let read = bo_too.messages(&group).await?;
    same("what the new installation reads", &texts(&read), &vec!["after"])
}
