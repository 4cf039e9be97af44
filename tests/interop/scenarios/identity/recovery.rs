//! Who recovers an inbox.
use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::Account,
    check::{same, same_inbox},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_recovery_change: whoever recovers the inbox is replaced, and both see by whom" => change,
        "identity_recovery_handed_over: the old recovery account is refused and the new one revokes" => handed_over,
        "identity_recovery_back: the recovery goes to the other account and back" => back,
    ]
}

async fn change(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let recovery = Account::wallet()?;
        user.change_recovery(&recovery.id(), user.account()).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("who recovers it", &seen.recovery, &recovery.id())?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
        let found = reader.inbox_id_of(&recovery.id()).await?;
        same("the inbox of who recovers one", &found, &None)?;
    }
    Ok(())
}

async fn handed_over(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let recovery = Account::wallet()?;
    alix.change_recovery(&recovery.id(), alix.account()).await?;
    same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    for user in [&alix, &bo] {
        ensure!(
            user.revoke(&[bo.installation_id()], alix.account()).await.is_err(),
            "the old recovery account revoked an installation"
        );
    }
    let before = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&before), &installations_of(&[&alix, &bo]))?;
    bo.revoke(&[alix.installation_id()], &recovery).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))
}

async fn back(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let recovery = Account::wallet()?;
    alix.add_account(&recovery).await?;
    alix.change_recovery(&recovery.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &recovery.id())?;
    bo.change_recovery(&alix.identifier(), &recovery).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &alix.identifier())?;
    bo.remove_account(&recovery.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())
}
