//! Smart contract wallets own inboxes.
use anyhow::{Result, ensure};

use super::{Scenario, installations_in, installations_of, scenarios};
use crate::{
    account::{Account, Contract},
    chain::Chain,
    check::{inboxes, only_conversation, same, same_history, same_inbox, texts},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = scenarios![
        "identity_contract: an inbox made with a contract wallet is seen alike by both" => inbox,
        "identity_contract_second: a contract wallet logs in on the other client and is in the same inbox" => second,
        "identity_contract_undeployed: a contract wallet owns an inbox before and after it is deployed" => undeployed,
        "identity_contract_added: a contract wallet is added to the inbox of a plain one and logs in there" => added,
        "identity_contract_adds: the inbox of a contract wallet takes a plain one and an undeployed one" => adds,
        "identity_contract_recovery: a contract wallet recovers the inbox of a plain one" => recovery,
        "identity_contract_removed: a contract wallet is removed from an inbox" => removed,
        "identity_contract_talk: the inbox of a contract wallet writes and is written to" => talk,
        "identity_contract_silenced: a wallet that vouches no more keeps its inbox and adds nothing to it" => silenced,
        "identity_contract_stranger: what someone else than the owner signs is refused" => stranger,
        "identity_contract_guise: a plain wallet that poses as a contract is refused in its own inbox" => guise,
        "identity_contract_chain_away: nobody registers while the chain is away, and everybody once it is back"
            => chain_away,
    ];
    for scenario in &mut all {
        scenario.alone = scenario.name.starts_with("identity_contract_chain_away");
    }
    all
}

async fn wallet(chain: &Chain) -> Result<Account> {
    Ok(chain.wallet().await?.into())
}

async fn inbox(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &wallet(world.chain()).await?).await?;
    let bo = world.other("bo").await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &alix.identifier())?;
    same("its identifiers", &seen.identifiers, &[alix.identifier()].into())?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))?;
    let found = bo.inbox_id_of(&alix.identifier()).await?;
    same("the inbox of a contract wallet", &found.as_deref(), &Some(alix.inbox_id()))
}

async fn second(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &wallet(world.chain()).await?).await?;
    let bo = world.other_as("bo", alix.account()).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))?;
    bo.revoke_others(alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))
}

async fn undeployed(world: World) -> Result<()> {
    let contract = world.chain().undeployed_wallet().await?;
    let account = Account::from(contract.clone());
    let alix = world.opener_as("alix", &account).await?;
    let before = world.other_as("bo", &account).await?;
    let account = Account::from(world.chain().deploy(contract).await?);
    let after = world.other_as("bo", &account).await?;
    let users = [&alix, &before, &after];
    same("the inbox", &inboxes(&users), &inboxes(&[&alix]))?;
    let seen = same_inbox(&users, alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&users))?;
    same("its identifiers", &seen.identifiers, &[account.id()].into())
}

async fn added(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let contract = wallet(world.chain()).await?;
    alix.add_account(&contract).await?;
    let bo = world.other_as("bo", &contract).await?;
    same("the inbox", &bo.inbox_id(), &alix.inbox_id())?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier(), contract.id()].into())?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))
}

async fn adds(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &wallet(world.chain()).await?).await?;
    let (plain, contract) = (Account::wallet()?, Account::from(world.chain().undeployed_wallet().await?));
    alix.add_account(&plain).await?;
    let bo = world.other_as("bo", &plain).await?;
    bo.add_account(&contract).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its identifiers", &seen.identifiers, &[alix.identifier(), plain.id(), contract.id()].into())?;
    same("who recovers it", &seen.recovery, &alix.identifier())
}

async fn recovery(world: World) -> Result<()> {
    let alix = world.opener("alix").await?;
    let bo = world.other_as("bo", alix.account()).await?;
    let contract = wallet(world.chain()).await?;
    alix.change_recovery(&contract.id(), alix.account()).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("who recovers it", &seen.recovery, &contract.id())?;
    ensure!(bo.revoke_others(alix.account()).await.is_err(), "the old recovery account revoked an installation");
    bo.revoke_others(&contract).await?;
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&bo]))
}

async fn removed(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (user, reader) in [(&alix, &bo), (&bo, &alix)] {
        let contract = wallet(world.chain()).await?;
        user.add_account(&contract).await?;
        let found = reader.inbox_id_of(&contract.id()).await?;
        same("the inbox of a contract wallet", &found.as_deref(), &Some(user.inbox_id()))?;
        user.remove_account(&contract.id(), user.account()).await?;
        let seen = same_inbox(&[user, reader], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
        same("the inbox of a removed one", &reader.inbox_id_of(&contract.id()).await?, &None)?;
    }
    Ok(())
}

async fn talk(world: World) -> Result<()> {
    let alix = world.opener_as("alix", &wallet(world.chain()).await?).await?;
    let undeployed = Account::from(world.chain().undeployed_wallet().await?);
    let (bo, caro) = (world.other("bo").await?, world.other_as("caro", &undeployed).await?);
    let dm = bo.dm_by_identifier(&alix.identifier()).await?;
    bo.say(&dm, "hello, contract").await?;
    same("the DM's id", &only_conversation(&alix).await?, &dm)?;
    alix.say(&dm, "hello, wallet").await?;
    let history = same_history(&[&alix, &bo], &dm).await?;
    same("the texts", &texts(&history), &vec!["hello, contract", "hello, wallet"])?;
    let group = alix.group(&[&bo, &caro], "all kinds").await?;
    same("the group's id", &only_conversation(&caro).await?, &group)?;
    caro.say(&group, "here too").await?;
    same("the texts", &texts(&same_history(&[&alix, &bo, &caro], &group).await?), &vec!["here too"])
}

async fn silenced(world: World) -> Result<()> {
    let contract = world.chain().wallet().await?;
    let alix = world.opener_as("alix", &contract.clone().into()).await?;
    let bo = world.other_as("bo", alix.account()).await?;
    world.chain().silence(&contract).await?;
    ensure!(world.opener_as("alix", alix.account()).await.is_err(), "a silenced wallet let in an installation");
    ensure!(world.other_as("bo", alix.account()).await.is_err(), "a silenced wallet let in an installation");
    ensure!(bo.revoke(&[alix.installation_id()], alix.account()).await.is_err(), "a silenced wallet revoked");
    let caro = world.other("caro").await?;
    let seen = same_inbox(&[&alix, &bo, &caro], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix, &bo]))
}

async fn stranger(world: World) -> Result<()> {
    let contract = world.chain().wallet().await?;
    let alix = world.opener_as("alix", &contract.clone().into()).await?;
    let bo = world.other("bo").await?;
    let account = world.chain().wallet().await?.account;
    let forged = Account::from(Contract { account, ..contract.clone() });
    ensure!(world.opener_as("eve", &forged).await.is_err(), "someone else's wallet made an inbox");
    ensure!(world.other_as("eve", &forged).await.is_err(), "someone else's wallet made an inbox");
    let owner = world.chain().wallet().await?.owner;
    let forged = Account::from(Contract { owner, ..contract });
    ensure!(world.opener_as("eve", &forged).await.is_err(), "a stranger let in an installation");
    ensure!(world.other_as("eve", &forged).await.is_err(), "a stranger let in an installation");
    for user in [&alix, &bo] {
        let ids = [alix.installation_id()];
        ensure!(user.revoke_statically(alix.inbox_id(), &ids, &forged).await.is_err(), "a stranger revoked");
    }
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))
}

async fn guise(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let posing = alix.account().posing_as_contract(world.chain().id())?;
    same("who poses", &posing.id(), &alix.identifier())?;
    ensure!(alix.revoke(&[alix.installation_id()], &posing).await.is_err(), "a wallet that poses revoked");
    ensure!(world.opener_as("eve", &posing).await.is_err(), "a wallet that poses let in an installation");
    ensure!(world.other_as("eve", &posing).await.is_err(), "a wallet that poses let in an installation");
    let seen = same_inbox(&[&alix, &bo], alix.inbox_id()).await?;
    same("its installations", &installations_in(&seen), &installations_of(&[&alix]))
}

async fn chain_away(world: World) -> Result<()> {
    let old = wallet(world.chain()).await?;
    let (alix, bo) = (world.opener_as("alix", &old).await?, world.other("bo").await?);
    let (first, second) = (wallet(world.chain()).await?, wallet(world.chain()).await?);
    world.chain().close();
    let outcome = away(&world, [&first, &second]).await;
    world.chain().open();
    outcome?;
    same("who can be written to", &bo.can_message(&[first.id(), second.id()]).await?, &vec![false, false])?;

    let alix_too = world.other_as("alix", &old).await?;
    let (caro, dani) = (world.opener_as("caro", &first).await?, world.other_as("dani", &second).await?);
    for user in [&alix, &caro, &dani] {
        let seen = same_inbox(&[&alix, &bo, &alix_too], user.inbox_id()).await?;
        same("its identifiers", &seen.identifiers, &[user.identifier()].into())?;
    }
    Ok(())
}

/// Nobody logs in with a contract wallet; everybody else does.
async fn away(world: &World, [first, second]: [&Account; 2]) -> Result<()> {
    ensure!(world.opener_as("caro", first).await.is_err(), "a wallet nobody can ask about made an inbox");
    ensure!(world.other_as("dani", second).await.is_err(), "a wallet nobody can ask about made an inbox");
    let (eve, frank) = (world.opener("eve").await?, world.other("frank").await?);
    let dm = eve.dm(&frank).await?;
    eve.say(&dm, "we need no chain").await?;
    same("the texts", &texts(&same_history(&[&eve, &frank], &dm).await?), &vec!["we need no chain"])
}
