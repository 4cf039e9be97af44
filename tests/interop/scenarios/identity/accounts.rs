//! Accounts come and go.
use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::{Account, Form},
    check::{only_conversation, same, same_group, same_inbox},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_add_account: an account added by one side is read by the other and leads to the inbox" => add_account,
        "identity_log_in_with_added: whoever has the added account logs in on the other client" => log_in_with_added,
        "identity_add_by_both: accounts added from both clients of one inbox are all kept" => add_by_both,
        "identity_account_taken: an account of another inbox is refused unless it is reassigned" => account_taken,
        "identity_reassigned: a reassigned account leads to its new inbox, and back once it is removed there" => reassigned,
        "identity_remove_account: a removed account leads nowhere" => remove_account,
        "identity_remove_and_add: a removed account can be added again" => remove_and_add,
        "identity_remove_cascade: with an account go the installations it let in" => remove_cascade,
        "identity_not_recovery: an account that does not recover the inbox removes nobody" => not_recovery,
    ]
}

async fn add_account(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let added = Account::wallet()?;
        user.add_account(&added).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier(), added.id()].into())?;
        same("who recovers it", &seen.recovery, &user.identifier())?;
        let found = reader.inbox_id_of(&added.id()).await?;
        same("the inbox of the added account", &found.as_deref(), &Some(user.inbox_id()))?;
        same("who can be written to", &reader.can_message(&[added.id()]).await?, &vec![true])?;
    }
    Ok(())
}

async fn log_in_with_added(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let added = Account::wallet()?;
    alix.add_account(&added).await?;
    let bo = world.other_as("bo", &added).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    same("its identifiers", &seen.identifiers, &[alix.identifier(), added.id()].into())
}

async fn add_by_both(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let accounts = [Account::wallet()?, Account::wallet()?, Account::wallet()?, Account::wallet()?];
    for (user, account) in [&alix, &bo, &bo, &alix].into_iter().zip(&accounts) {
        user.add_account(account).await?;
    }
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    let mut expected: BTreeSet<_> = accounts.iter().map(Account::id).collect();
    expected.insert(alix.identifier());
    same("its identifiers", &seen.identifiers, &expected)
}

async fn account_taken(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, owner) in [(&alix, &bo), (&bo, &alix)] {
        let taken = Account::wallet()?;
        owner.add_account(&taken).await?;
        ensure!(user.add_account(&taken).await.is_err(), "an account of another inbox was added");
        let seen = same_inbox(&[&alix, &bo], user.inbox_id()).await?;
        ensure!(!seen.identifiers.contains(&taken.id()), "an account was refused and added");
        user.reassign_account(&taken).await?;
        let seen = same_inbox(&[&alix, &bo], user.inbox_id()).await?;
        ensure!(seen.identifiers.contains(&taken.id()), "a reassigned account was not added");
    }
    Ok(())
}

async fn reassigned(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let account = Account::wallet()?;
    bo.add_account(&account).await?;
    alix.reassign_account(&account).await?;
    for user in [&alix, &bo] {
        let found = user.inbox_id_of(&account.id()).await?;
        same("the inbox of a reassigned account", &found.as_deref(), &Some(alix.inbox_id()))?;
        for inbox in [&alix, &bo] {
            let seen = same_inbox(&[user], inbox.inbox_id()).await?;
            ensure!(seen.identifiers.contains(&account.id()), "both inboxes keep a reassigned account");
        }
    }
    same("the inbox it logs in to", &world.other_as("caro", &account).await?.inbox_id(), &alix.inbox_id())?;
    alix.remove_account(&account.id(), alix.account()).await?;
    for user in [&alix, &bo] {
        let found = user.inbox_id_of(&account.id()).await?;
        same("the inbox it falls back to", &found.as_deref(), &Some(bo.inbox_id()))?;
    }
    same("the inbox it logs in to", &world.opener_as("caro", &account).await?.inbox_id(), &bo.inbox_id())
}

async fn remove_account(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let account = Account::wallet()?;
        user.add_account(&account).await?;
        user.remove_account(&account.id(), user.account()).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
        for asked in [user, reader] {
            same("the inbox of a removed account", &asked.inbox_id_of(&account.id()).await?, &None)?;
            same("who can be written to", &asked.can_message(&[account.id()]).await?, &vec![false])?;
        }
        let begins_anew = world.other_as("caro", &account).await?;
        let derived = reader.generate_inbox_id(&account.id(), 1).await?;
        same("the inbox it makes", &begins_anew.inbox_id(), &derived.as_str())?;
    }
    Ok(())
}

async fn remove_and_add(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let account = Account::wallet()?;
    alix.add_account(&account).await?;
    same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    bo.remove_account(&account.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())?;
    bo.add_account(&account.signing(Form::Parity)).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier(), account.id()].into())?;
    let found = alix.inbox_id_of(&account.id()).await?;
    same("the inbox of the account", &found.as_deref(), &Some(alix.inbox_id()))
}

async fn remove_cascade(world: World) -> Result<()> {
    let (alix, caro) = (world.opener("alix").await?, world.other("caro").await?);
    let account = Account::wallet()?;
    alix.add_account(&account).await?;
    let bo = world.other_as("bo", &account).await?;
    let group = alix.group(&[&caro], "cascade").await?;
    for user in [&bo, &caro] {
        same("the group's id", &only_conversation(user).await?, &group)?;
    }
    alix.remove_account(&account.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())?;
    caro.say(&group, "for two").await?;
    let seen = same_group(&[&alix, &caro], &group).await?;
    same("the installations", &seen.installations, &installations_of(&[&alix, &caro]))?;
    bo.sync_all().await?;
    ensure!(!bo.describe(&group).await?.is_active, "a revoked installation still counts itself in");
    Ok(())
}

async fn not_recovery(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let account = Account::wallet()?;
        user.add_account(&account).await?;
        let before = same_inbox(&[user, reader], user.inbox_id()).await?;
        ensure!(user.remove_account(&user.identifier(), &account).await.is_err(), "a member removed the owner");
        ensure!(user.revoke(&[user.installation_id()], &account).await.is_err(), "a member revoked an installation");
        ensure!(user.change_recovery(&account.id(), &account).await.is_err(), "a member took the inbox over");
        same("the inbox", &same_inbox(&[user, reader], user.inbox_id()).await?, &before)?;
    }
    Ok(())
}
