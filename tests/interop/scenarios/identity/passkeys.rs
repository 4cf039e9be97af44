//! Passkeys own inboxes.
use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::Account,
    check::{inboxes, only_conversation, same, same_history, same_inbox, texts},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_passkey: an inbox made with a passkey is seen alike by both" => inbox,
        "identity_passkey_second: a passkey logs in on the other client and is in the same inbox" => second,
        "identity_passkey_added: a passkey is added to the inbox of a wallet and removed again" => added,
        "identity_passkey_adds: a passkey's inbox takes a wallet, which logs in on the other client" => adds,
        "identity_passkey_recovery: a passkey recovers the inbox of a wallet" => recovery,
        "identity_passkey_talk: the inbox of a passkey writes and is written to" => talk,
    ]
}

async fn inbox(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &Account::passkey()?).await?;
    let bo = world.other("bo").await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &alix.identifier())?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))
}

async fn second(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &Account::passkey()?).await?;
    let bo = world.other_as("bo", alix.account()).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    bo.revoke(&[alix.installation_id()], alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))
}

async fn added(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let passkey = Account::passkey()?;
        user.add_account(&passkey).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier(), passkey.id()].into())?;
        user.remove_account(&passkey.id(), user.account()).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
    }
    Ok(())
}

async fn adds(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &Account::passkey()?).await?;
    let wallet = Account::wallet()?;
    alix.add_account(&wallet).await?;
    let bo = world.other_as("bo", &wallet).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier(), wallet.id()].into())?;
    ensure!(bo.revoke_others(&wallet).await.is_err(), "a wallet revoked what a passkey recovers");
    bo.revoke_others(alix.account()).await?;
    let seen = same_inbox(&[&bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))
}

async fn recovery(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let passkey = Account::passkey()?;
    alix.change_recovery(&passkey.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &passkey.id())?;
    bo.revoke_others(&passkey).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))?;
    bo.change_recovery(&alix.identifier(), &passkey).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &alix.identifier())
}

async fn talk(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &Account::passkey()?).await?;
    let bo = world.other("bo").await?;
    let dm = bo.dm(&alix).await?;
    bo.say(&dm, "hello, passkey").await?;
    same("the DM's id", &only_conversation(&alix).await?, &dm)?;
    alix.say(&dm, "hello, wallet").await?;
    let history = same_history(&[&alix, &bo], &dm).await?;
    same("the texts", &texts(&history), &vec!["hello, passkey", "hello, wallet"])?;
    let group = alix.group(&[&bo], "two kinds").await?;
    bo.sync_all().await?;
    bo.say(&group, "here too").await?;
    same("the members", &alix.describe(&group).await?.members, &inboxes(&[&alix, &bo]))?;
    same("the texts", &texts(&same_history(&[&alix, &bo], &group).await?), &vec!["here too"])
}
