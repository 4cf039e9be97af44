//! What can be found out about the inboxes of others.
use anyhow::{Context, Result, ensure};
use xmtp_client::Identifier;

use super::{Scenario, installations_of, scenarios};
use crate::{
    account::Account,
    check::{inboxes, same},
    inbox::Member,
    user::User,
    world::World,
};

/// Seconds a fresh key package may be used, and seconds it is valid before it was made.
const KEY_PACKAGE_LIFE: u64 = 84 * 24 * 3600;
const KEY_PACKAGE_BACKDATED: u64 = 3600;

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_can_message: of a crowd exactly those who registered can be written to" => can_message,
        "identity_letter_case: an address in mixed letters finds the inbox of the lowercase one" => letter_case,
        "identity_inbox_ids: everyone is found by identifier, and nobody else" => inbox_ids,
        "identity_bulk_states: the states of a crowd are seen alike, in the order they are asked for" => bulk_states,
        "identity_key_packages: key packages are found by installation, with their lifetimes" => key_packages,
        "identity_authorized: members speak for their inbox and for no other" => authorized,
        "identity_update_count: every change of an inbox counts one" => update_count,
    ]
}

async fn can_message(world: World) -> Result<()> {
    let (alix, bo, guests) = (world.opener("alix").await?, world.other("bo").await?, world.crowd(4).await?);
    let mut asked = Vec::new();
    for guest in &guests {
        asked.push(guest.identifier());
        asked.push(Account::wallet()?.id());
    }
    asked.push(Account::passkey()?.id());
    let expected = vec![true, false, true, false, true, false, true, false, false];
    for user in [&alix, &bo] {
        same("who can be written to", &user.can_message(&asked).await?, &expected)?;
    }
    Ok(())
}

async fn letter_case(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, peer) in [(&alix, &bo), (&bo, &alix)] {
        same("who can be written to", &user.can_message(&[shouted(peer)]).await?, &vec![true])?;
        let found = user.inbox_id_of(&shouted(peer)).await?;
        same("the inbox", &found.as_deref(), &Some(peer.inbox_id()))?;
        let derived = user.generate_inbox_id(&shouted(peer), 1).await?;
        same("the derived inbox", &derived.as_str(), &peer.inbox_id())?;
    }
    Ok(())
}

/// The user's address in letters that nobody registers.
fn shouted(user: &User) -> Identifier {
    let address = user.identifier().to_string();
    Identifier::Ethereum(format!("0x{}", address.trim_start_matches("0x").to_uppercase()))
}

async fn inbox_ids(world: World) -> Result<()> {
    let (alix, bo, guests) = (world.opener("alix").await?, world.other("bo").await?, world.crowd(4).await?);
    let mut asked: Vec<_> = guests.iter().map(User::identifier).collect();
    let mut expected: Vec<_> = guests.iter().map(|guest| Some(guest.inbox_id().to_owned())).collect();
    asked.insert(2, Account::wallet()?.id());
    expected.insert(2, None);
    for user in [&alix, &bo] {
        same("the inboxes", &user.inbox_ids(&asked).await?, &expected)?;
    }
    Ok(())
}

async fn bulk_states(world: World) -> Result<()> {
    let (alix, bo, guests) = (world.opener("alix").await?, world.other("bo").await?, world.crowd(8).await?);
    let asked: Vec<_> = guests.iter().map(User::inbox_id).collect();
    let seen = alix.inbox_states(&asked).await?;
    same("the inboxes", &seen.iter().map(|inbox| inbox.inbox_id.as_str()).collect(), &asked)?;
    for guest in &guests {
        let inbox = seen.iter().find(|inbox| inbox.inbox_id == guest.inbox_id()).context("an inbox is missing")?;
        same("its identifiers", &inbox.identifiers, &[guest.identifier()].into())?;
    }
    same("what the other sees", &bo.inbox_states(&asked).await?, &seen)?;
    for user in [&alix, &bo] {
        same("what is seen without a client", &user.inbox_states_statically(&asked).await?, &seen)?;
    }
    Ok(())
}

async fn key_packages(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let nobody = "5a".repeat(32);
    let asked = [alix.installation_id(), &nobody, bo.installation_id()];
    let seen = alix.key_packages(&asked).await?;
    same("what the other sees", &bo.key_packages(&asked).await?, &seen)?;
    same("whose can be used", &seen.iter().map(Option::is_some).collect(), &vec![true, false, true])?;
    for lifetime in seen.into_iter().flatten() {
        let seconds = lifetime.not_after.saturating_sub(lifetime.not_before);
        same("how long it can be used", &seconds, &(KEY_PACKAGE_LIFE + KEY_PACKAGE_BACKDATED))?;
    }
    Ok(())
}

async fn authorized(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    same("two users", &inboxes(&[&alix, &bo]).len(), &2)?;
    same("two installations", &installations_of(&[&alix, &bo]).len(), &2)?;
    for user in [&alix, &bo] {
        for (inbox, other) in [(&alix, &bo), (&bo, &alix)] {
            for (member, expected) in [(inbox, true), (other, false)] {
                let account = Member::Identifier(member.identifier());
                let installation = Member::Installation(member.installation_id().to_owned());
                for asked in [account, installation] {
                    same("who speaks", &user.is_authorized(inbox.inbox_id(), &asked).await?, &expected)?;
                }
            }
        }
    }
    Ok(())
}

async fn update_count(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    alix.add_account(&Account::wallet()?).await?;
    alix.add_account(&Account::wallet()?).await?;
    let mut told = 0;
    for user in [&alix, &bo] {
        if let Some(counts) = user.update_counts(&[alix.inbox_id(), bo.inbox_id()]).await? {
            same("the updates", &counts, &vec![3, 1])?;
            told += 1;
        }
    }
    ensure!(told > 0 || world.is_before_6(), "no client tells");
    Ok(())
}
