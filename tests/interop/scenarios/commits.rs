//! Commits of several members and installations at once, and what everyone is left with.
use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::{Scenario, pair, scenarios};
use crate::{
    check::{inboxes, same, same_group, same_history, same_updates, texts},
    seen::{GroupSetup, Part, Policies, Rule},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "commits_both: commits of both sides at once all hold, in one order" => both,
        "commits_installations: two installations of one inbox commit at once and agree" => installations,
        "commits_add_remove: one is added while another is removed" => add_and_remove,
        "commits_and_messages: messages sent amid commits of the other side all arrive" => with_messages,
        "commits_four: four members commit at once, round after round" => four,
        "commits_permission: a change of policies and a change under them made at once leave one state" => permission,
        "forks_debug: both sides are in one epoch with one authenticator, and see no fork" => debug,
        "forks_after: whoever was refused or came late is in the same epoch all the same" => after,
    ]
}

/// Lets a change that lost against others too often go out. The official client gives up waiting after three rounds; the
/// change stays in its queue, and goes out with later syncs.
async fn settle(users: &[&User], group: &str, changes: &[Result<()>]) -> Result<()> {
    for _ in changes.iter().filter(|change| change.is_err()) {
        for user in users {
            user.refresh(group).await?;
        }
    }
    Ok(())
}

/// Fails unless all users are in the same epoch with the same secrets, and none sees a fork.
async fn same_epoch(users: &[&User], group: &str) -> Result<()> {
    let epoch = same_group(users, group).await?.epoch;
    let mut authenticators = Vec::new();
    for user in users {
        let debug = user.debug(group).await?;
        ensure!(!debug.forked, "a fork is seen: {debug:?}");
        same("the epoch", &(debug.epoch, debug.applied_epoch), &(epoch, epoch))?;
        authenticators.push(debug.authenticator);
    }
    authenticators.dedup();
    same("how many authenticators there are", &authenticators.len(), &1)
}

async fn both(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("both")).await?;
    for round in 0..3 {
        let text = format!("round {round}");
        tokio::try_join!(alix.redescribe(&group, &text), bo.put_app_data(&group, &text))?;
        let seen = same_group(&[&alix, &bo], &group).await?;
        same("what both changed", &(&seen.description, &seen.app_data), &(&text, &text))?;
    }
    same("how many updates there were", &same_updates(&[&alix, &bo], &group).await?.len(), &6)?;
    same_epoch(&[&alix, &bo], &group).await
}

async fn installations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let alix_too = world.other_as("alix", alix.account()).await?;
    let group = alix.group(&[&bo], "devices").await?;
    let all = [&alix, &alix_too, &bo];
    same_group(&all, &group).await?;
    for round in 0..3 {
        let text = format!("round {round}");
        tokio::try_join!(alix.redescribe(&group, &text), alix_too.put_app_data(&group, &text))?;
        let seen = same_group(&all, &group).await?;
        same("what both changed", &(&seen.description, &seen.app_data), &(&text, &text))?;
    }
    same_epoch(&all, &group).await
}

async fn add_and_remove(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let (caro, dani) = (world.opener("caro").await?, world.other("dani").await?);
    let group = alix.group(&[&bo, &caro], "doors").await?;
    for user in [&bo, &caro] {
        user.sync_all().await?;
    }
    let (gone, new) = ([&caro], [&dani]);
    tokio::try_join!(alix.remove(&group, &gone), bo.add(&group, &new))?;
    let seen = same_group(&[&alix, &bo, &dani], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &dani]))?;
    dani.say(&group, "hello").await?;
    same_epoch(&[&alix, &bo, &dani], &group).await
}

/// A commit and three messages at a time: an official client sends a message again once its epoch is three behind, although
/// others could still open it, and dates its own copy by the second envelope and not by the first, as all others do.
async fn with_messages(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("busy")).await?;
    for round in 0..4 {
        let name = format!("name {round}");
        let rename = alix.rename(&group, &name);
        let messages = async {
            let mut sent = Vec::new();
            for part in 0..3 {
                sent.push(bo.say(&group, &format!("message {round}.{part}")).await.map(drop));
            }
            sent
        };
        let (renamed, mut changes) = tokio::join!(rename, messages);
        changes.push(renamed);
        settle(&[&alix, &bo], &group, &changes).await?;
    }
    let history = same_history(&[&alix, &bo], &group).await?;
    let said: BTreeSet<_> = texts(&history).into_iter().map(str::to_owned).collect();
    let sent = (0..4).flat_map(|round| (0..3).map(move |part| format!("message {round}.{part}"))).collect();
    same("what was said", &said, &sent)?;
    same("how often", &history.len(), &12)?;
    same("the name", &same_group(&[&alix, &bo], &group).await?.name.as_str(), &"name 3")?;
    same_epoch(&[&alix, &bo], &group).await
}

async fn four(world: World) -> Result<()> {
    let (alix, bo, guests) = (world.opener("alix").await?, world.other("bo").await?, world.crowd(2).await?);
    let [caro, dani] = guests.as_slice() else { anyhow::bail!("two guests were made") };
    let group = alix.group(&[&bo, caro, dani], "four").await?;
    let all = [&alix, &bo, caro, dani];
    same_group(&all, &group).await?;
    for round in 0..2 {
        let text = format!("round {round}");
        let changes: [_; 4] = tokio::join!(
            alix.rename(&group, &text),
            bo.redescribe(&group, &text),
            caro.put_app_data(&group, &text),
            dani.picture(&group, &text),
        )
        .into();
        settle(&all, &group, &changes).await?;
        let seen = same_group(&all, &group).await?;
        let changed = [&seen.name, &seen.description, &seen.app_data, &seen.image_url];
        same("what all changed", &changed, &[&text; 4])?;
    }
    same_epoch(&all, &group).await
}

async fn permission(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("rights")).await?;
    let (closed, renamed) = tokio::join!(alix.permit(&group, Part::Name, Rule::SuperAdmin), bo.rename(&group, "of bo"));
    closed?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    let expected = if renamed.is_ok() { "of bo" } else { "rights" };
    same("the name", &seen.name.as_str(), &expected)?;
    same("the policies", &seen.policies, &Some(Policies::ALL_MEMBERS.with(Part::Name, Rule::SuperAdmin)))?;
    same_epoch(&[&alix, &bo], &group).await
}

async fn debug(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("debug")).await?;
    same_epoch(&[&alix, &bo], &group).await?;
    alix.rename(&group, "renamed").await?;
    same_epoch(&[&alix, &bo], &group).await?;
    bo.say(&group, "first").await?;
    same_epoch(&[&alix, &bo], &group).await?;
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    bo.say(&dm, "first").await?;
    same_epoch(&[&alix, &bo], &dm).await
}

async fn after(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("late")).await?;
    let caro = world.other("caro").await?;
    ensure!(bo.make_admin(&group, &bo).await.is_err(), "a member made itself admin");
    alix.add(&group, &[&caro]).await?;
    ensure!(bo.make_admin(&group, &bo).await.is_err(), "a member made itself admin");
    caro.sync_all().await?;
    caro.rename(&group, "of caro").await?;
    same_epoch(&[&alix, &bo, &caro], &group).await?;
    alix.remove(&group, &[&caro]).await?;
    alix.add(&group, &[&caro]).await?;
    same_epoch(&[&alix, &bo, &caro], &group).await?;
    same("the texts", &texts(&same_history(&[&alix, &bo, &caro], &group).await?), &Vec::<&str>::new())
}
