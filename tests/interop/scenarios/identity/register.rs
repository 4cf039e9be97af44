//! How inboxes begin.
use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::{Account, Form},
    check::{same, same_inbox},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_register: an inbox registered by one side is seen alike by both" => register,
        "identity_inbox_id: both derive the same inbox ids, whatever the nonce and the kind of account" => inbox_id,
        "identity_nonce: an inbox with a nonce of its own is found by a login that knows none" => nonce,
        "identity_signature_forms: a V of 0 or 1 and a high S are as good as the plain form" => signature_forms,
        "identity_no_inbox: an inbox nobody registered has no state" => no_inbox,
    ]
}

async fn register(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for user in [&alix, &bo] {
        let seen = same_inbox(&[&alix, &bo], user.inbox_id()).await?;
        same("the inbox id", &seen.inbox_id.as_str(), &user.inbox_id())?;
        same("who recovers it", &seen.recovery, &user.identifier())?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
        same("its installations", &installations_in(&seen), &installations_of(&[user]))?;
        ensure!(seen.installations.values().all(Option::is_some), "an installation came at no time: {seen:?}");
    }
    Ok(())
}

async fn inbox_id(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for account in [Account::wallet()?, Account::passkey()?] {
        for nonce in [0, 1, 2, 1_000_000_007, u64::MAX] {
            let of_alix = alix.generate_inbox_id(&account.id(), nonce).await?;
            same("the inbox id", &bo.generate_inbox_id(&account.id(), nonce).await?, &of_alix)?;
        }
    }
    same("the inbox of a new user", &alix.generate_inbox_id(&alix.identifier(), 1).await?.as_str(), &alix.inbox_id())
}

async fn nonce(world: World) -> Result<()> {
    let nonces: &[u64] = if world.opener_takes_nonces() { &[0, 7] } else { &[1] };
    for &nonce in nonces {
        let account = Account::wallet()?;
        let alix = world.opener_with_nonce("alix", &account, nonce).await?;
        let bo = world.other_as("bo", &account).await?;
        same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
        let derived = bo.generate_inbox_id(&account.id(), nonce).await?;
        same("the derived inbox", &derived.as_str(), &alix.inbox_id())?;
        let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
        same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    }
    Ok(())
}

async fn signature_forms(world: World) -> Result<()> {
    for form in [Form::Parity, Form::HighS] {
        let account = Account::wallet_signing(form)?;
        let alix = world.opener_as("alix", &account).await?;
        let bo = world.other_as("bo", &account).await?;
        same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
        let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
        same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    }
    Ok(())
}

async fn no_inbox(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let nobody = Account::wallet()?.id();
    for user in [&alix, &bo] {
        let id = user.generate_inbox_id(&nobody, 1).await?;
        ensure!(user.inbox_states(&[&id]).await.is_err(), "an inbox nobody registered has a state");
        ensure!(
            user.inbox_states_statically(&[user.inbox_id(), &id]).await.is_err(),
            "an inbox nobody registered has a state if it is asked for with another"
        );
        same("the inbox of nobody", &user.inbox_id_of(&nobody).await?, &None)?;
    }
    Ok(())
}
