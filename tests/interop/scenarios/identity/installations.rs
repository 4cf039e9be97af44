//! Installations of both clients in one inbox.
use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    check::{inboxes, only_conversation, same, same_group, same_history, same_inbox, texts},
    user::User,
    world::World,
};

/// Installations an inbox may have.
const MOST: usize = 10;

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_second_installation: a wallet logs in on the other client and is in the same inbox" => second,
        "identity_mixed_group: installations of both clients of one inbox read and write a group" => mixed_group,
        "identity_mixed_dm: installations of both clients of one inbox read and write a DM" => mixed_dm,
        "identity_let_in: an installation of the other client is let into old groups and reads what follows" => let_in,
        "identity_limit: of eleven installations the last is refused and not registered" => limit,
        "identity_slot_freed: one revoked of ten makes room for another" => slot_freed,
    ]
}

async fn second(world: World) -> Result<()> {
    let (alix, caro) = (world.opener("alix").await?, world.opener("caro").await?);
    let bo = world.other_as("bo", alix.account()).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    ensure!(bo.installation_id() != alix.installation_id(), "two installations have one id");
    let seen = same_inbox(&[&alix, &bo, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())
}

async fn mixed_group(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let alix_too = world.other_as("alix", alix.account()).await?;
    let bo = world.other("bo").await?;
    let bo_too = world.opener_as("bo", bo.account()).await?;
    let all = [&alix, &alix_too, &bo, &bo_too];
    let group = alix.group(&[&bo], "devices").await?;
    for user in [&alix_too, &bo, &bo_too] {
        same("the group's id", &only_conversation(user).await?, &group)?;
    }
    for (index, user) in all.into_iter().enumerate() {
        user.say(&group, &format!("number {index}")).await?;
    }
    let seen = same_group(&all, &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))?;
    same("the installations", &seen.installations, &installations_of(&all))?;
    let history = same_history(&all, &group).await?;
    same("the texts", &texts(&history), &vec!["number 0", "number 1", "number 2", "number 3"])
}

async fn mixed_dm(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let bo_too = world.opener_as("bo", bo.account()).await?;
    let dm = alix.dm(&bo).await?;
    alix.say(&dm, "to both").await?;
    for user in [&bo, &bo_too] {
        same("the DM's id", &only_conversation(user).await?, &dm)?;
    }
    bo_too.say(&dm, "from the second").await?;
    bo.refresh(&dm).await?;
    bo.say(&dm, "from the first").await?;
    let history = same_history(&[&alix, &bo, &bo_too], &dm).await?;
    same("the texts", &texts(&history), &vec!["to both", "from the second", "from the first"])
}

async fn let_in(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "devices").await?;
    bo.sync_all().await?;
    alix.say(&group, "before").await?;
    let alix_too = world.other_as("alix", alix.account()).await?;
    bo.refresh(&group).await?;
    bo.say(&group, "after").await?;
    same("the group's id", &only_conversation(&alix_too).await?, &group)?;
    alix_too.say(&group, "from the new one").await?;
    let seen = same_group(&[&alix, &bo, &alix_too], &group).await?;
    same("the installations", &seen.installations, &installations_of(&[&alix, &bo, &alix_too]))?;
    let read = alix_too.messages(&group).await?;
    same("what the new one reads", &texts(&read), &vec!["after", "from the new one"])
}

/// An inbox with as many installations as it may have, of both clients in turn.
struct Full {
    first: User,
    second: User,
    others: Vec<User>,
}

impl Full {
    async fn new(world: &World) -> Result<Self> {
        let first = world.opener("alix").await?;
        let second = world.other_as("alix", first.account()).await?;
        let mut others = Vec::new();
        while others.len() < MOST - 2 {
            others.push(if others.len().is_multiple_of(2) {
                world.opener_as("alix", first.account()).await?
            } else {
                world.other_as("alix", first.account()).await?
            });
        }
        Ok(Self { first, second, others })
    }

    fn installations(&self) -> BTreeSet<String> {
        let all: Vec<_> = [&self.first, &self.second].into_iter().chain(&self.others).collect();
        installations_of(&all)
    }
}

async fn limit(world: World) -> Result<()> {
    let full = Full::new(&world).await?;
    let (first, second) = (&full.first, &full.second);
    let before = same_inbox(&[first, second], first.inbox_id()).await?;
    same("its installations", &installations_in(&before), &full.installations())?;
    same("how many", &before.installations.len(), &MOST)?;
    let account = first.account();
    ensure!(world.opener_as("alix", account).await.is_err(), "the opener's client took an eleventh installation");
    ensure!(world.other_as("alix", account).await.is_err(), "the other's client took an eleventh installation");
    same("the inbox", &same_inbox(&[first, second], first.inbox_id()).await?, &before)
}

async fn slot_freed(world: World) -> Result<()> {
    let full = Full::new(&world).await?;
    let (first, second) = (&full.first, &full.second);
    second.revoke(&[first.installation_id()], first.account()).await?;
    let new = world.other_as("alix", first.account()).await?;
    let mut expected = full.installations();
    expected.remove(first.installation_id());
    expected.insert(new.installation_id().to_owned());
    let seen = same_inbox(&[first, second, &new], first.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &expected)?;
    ensure!(world.opener_as("alix", first.account()).await.is_err(), "one freed slot was used twice");
    Ok(())
}
