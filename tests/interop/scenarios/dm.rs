//! Two users write to each other.
use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    account::Account,
    check::{ids, inboxes, only_conversation, same, same_history, texts},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "a DM by inbox id carries text both ways" => text_both_ways,
        "a DM by address reaches whoever has it" => by_address,
        "an address nobody registered cannot be written to" => unknown_address,
        "forty messages in turns keep their order and ids" => long_talk,
        "bursts from both sides lose and double nothing" => bursts,
        "DMs opened from both sides at once lose nothing" => both_open,
    ]
}

async fn text_both_ways(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    let hello = alix.say(&dm, "hello").await?;
    same("the DM's id", &only_conversation(&bo).await?, &dm)?;
    let answer = bo.say(&dm, "hello yourself").await?;

    let history = same_history(&[&alix, &bo], &dm).await?;
    same("the texts", &texts(&history), &vec!["hello", "hello yourself"])?;
    same("the ids", &ids(&history), &vec![hello.as_str(), answer.as_str()])?;
    let senders: Vec<_> = history.iter().map(|message| message.sender.as_str()).collect();
    same("the senders", &senders, &vec![alix.inbox_id(), bo.inbox_id()])?;
    let seen = bo.describe(&dm).await?;
    ensure!(seen.is_dm && seen.is_active, "the DM is seen as {seen:?}");
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))
}

async fn by_address(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm_by_identifier(&bo.identifier()).await?;
    alix.say(&dm, "found you").await?;
    same("the DM's id", &only_conversation(&bo).await?, &dm)?;
    same("the texts", &texts(&same_history(&[&alix, &bo], &dm).await?), &vec!["found you"])
}

async fn unknown_address(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let nobody = Account::wallet()?.id();
    let seen = alix.can_message(&[bo.identifier(), nobody.clone()]).await?;
    same("who can be written to", &seen, &vec![true, false])?;
    ensure!(alix.dm_by_identifier(&nobody).await.is_err(), "an address nobody registered was written to");
    Ok(())
}

async fn long_talk(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    let mut sent = Vec::new();
    for round in 0..20 {
        sent.push(alix.say(&dm, &format!("question {round}")).await?);
        sent.push(bo.say(&dm, &format!("answer {round}")).await?);
    }
    let history = same_history(&[&alix, &bo], &dm).await?;
    same("the ids", &ids(&history), &sent.iter().map(String::as_str).collect())
}

async fn bursts(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    let burst = async |user: &crate::user::User| {
        let mut sent = Vec::new();
        for index in 0..25 {
            sent.push(user.say(&dm, &format!("burst {index}")).await?);
        }
        anyhow::Ok(sent)
    };
    let (of_alix, of_bo) = tokio::try_join!(burst(&alix), burst(&bo))?;
    let history = same_history(&[&alix, &bo], &dm).await?;
    for (user, sent) in [(&alix, of_alix), (&bo, of_bo)] {
        let own: Vec<_> =
            history.iter().filter(|it| it.sender == user.inbox_id()).map(|message| message.id.clone()).collect();
        same("one side's messages in the order it sent them", &own, &sent)?;
    }
    same("the number of messages", &history.len(), &50)
}

/// Each side opens a DM before it hears of the other's.
async fn both_open(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let (of_alix, of_bo) = (alix.dm(&bo).await?, bo.dm(&alix).await?);
    alix.say(&of_alix, "from alix").await?;
    bo.say(&of_bo, "from bo").await?;
    for user in [&alix, &bo] {
        user.sync_all().await?;
        let mut read = BTreeSet::new();
        for dm in user.conversations().await? {
            read.extend(texts(&user.messages(&dm).await?).into_iter().map(str::to_owned));
        }
        same("what one side reads", &read, &["from alix", "from bo"].map(str::to_owned).into())?;
    }
    Ok(())
}
