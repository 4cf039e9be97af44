//! A client is killed and opens its database again.
use anyhow::Result;

use super::{Scenario, scenarios};
use crate::{
    check::{same, same_history, texts},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "the one who was drawn in restarts in the middle" => other_restarts,
        "the one who opened restarts in the middle" => opener_restarts,
        "whoever was away catches up with commits and messages" => away,
    ]
}

async fn other_restarts(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.restartable_other("bo").await?);
    let group = alix.group(&[&bo], "restart").await?;
    bo.sync_all().await?;
    bo.say(&group, "before").await?;
    let identity = (bo.inbox_id().to_owned(), bo.installation_id().to_owned());
    let bo = world.restart(bo).await?;
    same("who bo is", &(bo.inbox_id().to_owned(), bo.installation_id().to_owned()), &identity)?;
    alix.say(&group, "while away").await?;
    bo.refresh(&group).await?;
    bo.say(&group, "after").await?;
    let history = same_history(&[&alix, &bo], &group).await?;
    same("the texts", &texts(&history), &vec!["before", "while away", "after"])
}

async fn opener_restarts(world: World) -> Result<()> {
    let (alix, bo) = (world.restartable_opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "restart").await?;
    alix.say(&group, "before").await?;
    let alix = world.restart(alix).await?;
    bo.sync_all().await?;
    bo.rename(&group, "renamed while away").await?;
    alix.refresh(&group).await?;
    alix.say(&group, "after").await?;
    let history = same_history(&[&alix, &bo], &group).await?;
    same("the texts", &texts(&history), &vec!["before", "after"])
}

async fn away(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.restartable_other("bo").await?);
    let caro = world.opener("caro").await?;
    let group = alix.group(&[&bo], "away").await?;
    bo.sync_all().await?;
    let mut said = Vec::new();
    for round in 0..6 {
        let text = format!("news {round}");
        alix.say(&group, &text).await?;
        alix.rename(&group, &format!("away {round}")).await?;
        said.push(text);
    }
    alix.add(&group, &[&caro]).await?;
    let bo = world.restart(bo).await?;
    let seen = crate::check::same_group(&[&alix, &bo, &caro], &group).await?;
    same("the name", &seen.name.as_str(), &"away 5")?;
    let history = same_history(&[&alix, &bo], &group).await?;
    same("the texts", &texts(&history), &said.iter().map(String::as_str).collect())
}
