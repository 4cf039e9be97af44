//! Installations are revoked.
use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::Account,
    check::{only_conversation, same, same_group, same_history, same_inbox, texts},
    inbox::Member,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_revoke_one: an installation of one client revokes one of the other" => one,
        "identity_revoke_several: several installations go in one update" => several,
        "identity_revoke_others: all installations go but the one that asks" => others,
        "identity_revoke_statically: installations go by inbox id, without a client" => statically,
        "identity_revoke_refused: someone else's wallet revokes nothing" => refused,
        "identity_revoked_leaves: a revoked installation is put out of its groups and reads no more" => leaves,
        "identity_revoked_elsewhere: members of the other client put a revoked installation out" => elsewhere,
        "identity_revoked_and_new: a revoked installation is followed by a new one that is let in" => and_new,
    ]
}

async fn one(world: World) -> Result<()> {
    let (alix, caro) = (world.opener("alix").await?, world.other("caro").await?);
    let alix_too = world.other_as("alix", alix.account()).await?;
    let third = world.opener_as("alix", alix.account()).await?;
    alix_too.revoke(&[third.installation_id()], alix.account()).await?;
    let seen = same_inbox(&[&alix, &alix_too, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &alix_too]))?;
    alix.revoke(&[alix_too.installation_id()], alix.account()).await?;
    let seen = same_inbox(&[&alix, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))?;
    let revoked = Member::Installation(third.installation_id().to_owned());
    for user in [&alix, &caro] {
        ensure!(!user.is_authorized(alix.inbox_id(), &revoked).await?, "a revoked installation speaks");
    }
    Ok(())
}

async fn several(world: World) -> Result<()> {
    let (alix, caro) = (world.opener("alix").await?, world.other("caro").await?);
    let account = alix.account();
    let second = world.other_as("alix", account).await?;
    let third = world.opener_as("alix", account).await?;
    let fourth = world.other_as("alix", account).await?;
    alix.revoke(&[second.installation_id(), third.installation_id()], account).await?;
    let seen = same_inbox(&[&alix, &fourth, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &fourth]))
}

async fn others(world: World) -> Result<()> {
    let (alix, caro) = (world.opener("alix").await?, world.other("caro").await?);
    let account = alix.account();
    let second = world.other_as("alix", account).await?;
    world.opener_as("alix", account).await?;
    second.revoke_others(account).await?;
    let seen = same_inbox(&[&second, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&second]))?;
    let third = world.opener_as("alix", account).await?;
    third.revoke_others(account).await?;
    let seen = same_inbox(&[&third, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&third]))
}

async fn statically(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, helper) in [(&alix, &bo), (&bo, &alix)] {
        let second = world.another_installation_of(user).await?;
        let third = world.another_installation_of(helper).await?;
        helper.revoke_statically(user.inbox_id(), &[second.installation_id()], user.account()).await?;
        let seen = same_inbox(&[user, helper], user.inbox_id()).await?;
        same("its installations", &installations_in(&seen), &installations_of(&[user]))?;
        let seen = same_inbox(&[user, helper], helper.inbox_id()).await?;
        ensure!(seen.installations.contains_key(third.installation_id()), "another inbox lost an installation");
        helper.revoke(&[third.installation_id()], helper.account()).await?;
    }
    Ok(())
}

async fn refused(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let before = same_inbox(&[&alix, &bo], bo.inbox_id()).await?;
    let ids = [bo.installation_id()];
    for user in [&alix, &bo] {
        let stranger = Account::wallet()?;
        ensure!(user.revoke_statically(bo.inbox_id(), &ids, &stranger).await.is_err(), "a stranger revoked");
    }
    ensure!(bo.revoke(&ids, alix.account()).await.is_err(), "another user revoked");
    same("the inbox", &same_inbox(&[&alix, &bo], bo.inbox_id()).await?, &before)
}

async fn leaves(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let bo_too = world.opener_as("bo", bo.account()).await?;
    let group = alix.group(&[&bo], "devices").await?;
    for user in [&bo, &bo_too] {
        same("the group's id", &only_conversation(user).await?, &group)?;
    }
    alix.say(&group, "for all").await?;
    bo_too.refresh(&group).await?;
    bo.revoke(&[bo_too.installation_id()], bo.account()).await?;
    bo.refresh(&group).await?;
    bo.say(&group, "for those who are left").await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the installations", &seen.installations, &installations_of(&[&alix, &bo]))?;
    bo_too.sync_all().await?;
    ensure!(!bo_too.describe(&group).await?.is_active, "a revoked installation still counts itself in");
    same("what it reads", &texts(&bo_too.messages(&group).await?), &vec!["for all"])?;
    ensure!(bo_too.say(&group, "me too").await.is_err(), "a revoked installation can send");
    let history = same_history(&[&alix, &bo], &group).await?;
    same("the texts", &texts(&history), &vec!["for all", "for those who are left"])
}

async fn elsewhere(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let alix_too = world.other_as("alix", alix.account()).await?;
    let group = alix.group(&[&bo], "devices").await?;
    for user in [&bo, &alix_too] {
        user.sync_all().await?;
    }
    alix.revoke(&[alix_too.installation_id()], alix.account()).await?;
    bo.say(&group, "after").await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the installations", &seen.installations, &installations_of(&[&alix, &bo]))?;
    alix_too.sync_all().await?;
    ensure!(!alix_too.describe(&group).await?.is_active, "a revoked installation still counts itself in");
    ensure!(!texts(&alix_too.messages(&group).await?).contains(&"after"), "a revoked installation reads on");
    Ok(())
}

async fn and_new(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "devices").await?;
    bo.sync_all().await?;
    let new = world.opener_as("bo", bo.account()).await?;
    new.revoke(&[bo.installation_id()], bo.account()).await?;
    alix.say(&group, "after").await?;
    same("the group's id", &only_conversation(&new).await?, &group)?;
    new.say(&group, "from the new one").await?;
    let seen = same_group(&[&alix, &new], &group).await?;
    same("the installations", &seen.installations, &installations_of(&[&alix, &new]))?;
    same("what the new one reads", &texts(&new.messages(&group).await?), &vec!["after", "from the new one"])
}
