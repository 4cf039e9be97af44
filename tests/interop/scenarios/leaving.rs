//! Members who ask to be removed.
use anyhow::{Context, Result, ensure};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::{inboxes, refused, same, same_group, texts},
    preference::Wanted,
    seen::{GroupSetup, Message, Said, Updated},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "leaving_carried_out: a super admin's client carries out what a member asks for" => carried_out,
        "leaving_by_other_side: what the maker asks for is carried out by the super admin it made" => by_other_side,
        "leaving_told: everyone is told that a member left, and that another was removed" => told,
        "leaving_pending: until it is carried out a member reads and writes on" => pending,
        "leaving_twice: asking twice is asking once" => twice,
        "leaving_refused: super admins, the last member and members of DMs cannot leave" => refused_cases,
        "leaving_admin: an admin leaves as a member does" => admin,
        "leaving_back: a member who left comes back by being added, and decides anew whether it wants that" => back,
    ]
}

/// Asks for removal, and waits for the update that says that it has happened. Both follow what happens: clients of ours
/// work in the background only while they do.
async fn leave(user: &mut User, group: &str, carried_out_by: &mut User) -> Result<Updated> {
    for user in [&mut *user, carried_out_by] {
        user.follow_messages("leaving").await?;
    }
    user.leave(group).await?;
    loop {
        if let Said::Updated(update) = user.next_message("leaving").await?.said
            && (update.left.contains(user.inbox_id()) || update.removed.contains(user.inbox_id()))
        {
            return Ok(update);
        }
    }
}

fn left(user: &User, by: &User) -> Updated {
    Updated { by: by.inbox_id().to_owned(), left: inboxes(&[user]), ..Updated::default() }
}

/// The newest update a user has.
async fn last_update(user: &User, group: &str) -> Result<Updated> {
    user.sync_all().await?;
    let update = |message: Message| if let Said::Updated(update) = message.said { Some(update) } else { None };
    user.messages(group).await?.into_iter().rev().find_map(update).context("there is no update")
}

async fn carried_out(world: World) -> Result<()> {
    let (mut alix, mut bo, caro, group) = trio(&world, &GroupSetup::named("leaving")).await?;
    same("the update", &leave(&mut bo, &group, &mut alix).await?, &left(&bo, &alix))?;
    let seen = same_group(&[&alix, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &caro]))?;
    bo.sync_all().await?;
    ensure!(!bo.describe(&group).await?.is_active, "a member who left still counts itself in");
    refused("a text of one who left", bo.say(&group, "one more thing").await)
}

async fn by_other_side(world: World) -> Result<()> {
    let (mut alix, mut bo, group) = pair(&world, &GroupSetup::named("leaving")).await?;
    let caro = world.other("caro").await?;
    alix.add(&group, &[&caro]).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.unmake_super_admin(&group, &alix).await?;
    alix.refresh(&group).await?;
    same("the update", &leave(&mut alix, &group, &mut bo).await?, &left(&alix, &bo))?;
    let seen = same_group(&[&bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&bo, &caro]))
}

async fn told(world: World) -> Result<()> {
    let (mut alix, mut bo, caro, group) = trio(&world, &GroupSetup::named("told")).await?;
    let dani = world.other("dani").await?;
    alix.add(&group, &[&dani]).await?;
    // What was asked for in an epoch before a member came, that member cannot read, and takes it for a removal.
    bo.refresh(&group).await?;
    leave(&mut bo, &group, &mut alix).await?;
    for user in [&alix, &caro, &dani] {
        same("what was told", &last_update(user, &group).await?, &left(&bo, &alix))?;
    }
    alix.remove(&group, &[&dani]).await?;
    for user in [&alix, &caro, &dani] {
        let expected = Updated { by: alix.inbox_id().to_owned(), removed: inboxes(&[&dani]), ..Updated::default() };
        same("what was told", &last_update(user, &group).await?, &expected)?;
    }
    Ok(())
}

async fn pending(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("pending")).await?;
    bo.leave(&group).await?;
    ensure!(bo.describe(&group).await?.is_active, "a member who asked counts itself out");
    ensure!(bo.is_leaving(&group).await?, "a member who asked does not know it");
    caro.say(&group, "you are still here").await?;
    bo.refresh(&group).await?;
    bo.say(&group, "for a while").await?;
    caro.refresh(&group).await?;
    ensure!(!caro.is_leaving(&group).await?, "another member counts as leaving");
    for user in [&bo, &caro] {
        let messages = user.messages(&group).await?;
        same("the texts", &texts(&messages), &vec!["you are still here", "for a while"])?;
        let asked: Vec<_> = messages.iter().filter(|message| message.said == Said::LeaveRequest).collect();
        let by: Vec<_> = asked.iter().map(|message| message.sender.as_str()).collect();
        same("who asked", &by, &vec![bo.inbox_id()])?;
    }
    same("the members", &caro.describe(&group).await?.members, &inboxes(&[&alix, &bo, &caro]))
}

async fn twice(world: World) -> Result<()> {
    let (_alix, bo, caro, group) = trio(&world, &GroupSetup::named("twice")).await?;
    bo.leave(&group).await?;
    // Whether the client says that this was asked before is its own affair.
    let _ = bo.leave(&group).await;
    caro.refresh(&group).await?;
    let asked = caro.messages(&group).await?.into_iter().filter(|message| message.said == Said::LeaveRequest);
    same("how often others are told", &asked.count(), &1)
}

async fn refused_cases(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("refused")).await?;
    refused("a super admin's leave", alix.leave(&group).await)?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    refused("a super admin's leave", bo.leave(&group).await)?;
    for user in [&alix, &bo] {
        let alone = user.group(&[], "alone").await?;
        refused("the last member's leave", user.leave(&alone).await)?;
    }
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    for user in [&alix, &bo] {
        refused("a leave from a DM", user.leave(&dm).await)?;
    }
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))
}

async fn admin(world: World) -> Result<()> {
    let (mut alix, mut bo, caro, group) = trio(&world, &GroupSetup::named("admin")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    let update = leave(&mut bo, &group, &mut alix).await?;
    same("who left", &update.left, &inboxes(&[&bo]))?;
    let seen = same_group(&[&alix, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &caro]))
}

async fn back(world: World) -> Result<()> {
    let (mut alix, mut bo, caro, group) = trio(&world, &GroupSetup::named("back")).await?;
    bo.say(&group, "goodbye").await?;
    leave(&mut bo, &group, &mut alix).await?;
    alix.add(&group, &[&bo]).await?;
    alix.say(&group, "you again").await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    ensure!(seen.is_active && !bo.is_leaving(&group).await?, "a member who came back is still leaving");
    same("what it wants", &bo.consent_of(&group).await?, &Wanted::Unknown)?;
    same("what it reads", &texts(&bo.messages(&group).await?), &vec!["goodbye", "you again"])
}
