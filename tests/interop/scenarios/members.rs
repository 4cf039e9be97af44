//! Members come and go.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::{inboxes, same, same_group, same_history, texts},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "the maker adds a member, who reads what follows" => added_by_maker,
        "a member adds a member" => added_by_member,
        "the maker removes a member, who reads no more" => removed_by_maker,
        "an admin removes a member" => removed_by_admin,
        "a removed member comes back" => back_again,
        "two members are added at once from both sides" => added_at_once,
    ]
}

async fn added_by_maker(world: World) -> Result<()> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.other("caro").await?);
    let group = alix.group(&[&bo], "growing").await?;
    alix.say(&group, "before").await?;
    alix.add(&group, &[&caro]).await?;
    alix.say(&group, "after").await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    same("what the new member reads", &texts(&caro.messages(&group).await?), &vec!["after"])?;
    let history = same_history(&[&alix, &bo], &group).await?;
    same("what the others read", &texts(&history), &vec!["before", "after"])
}

async fn added_by_member(world: World) -> Result<()> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.opener("caro").await?);
    let group = alix.group(&[&bo], "growing").await?;
    bo.sync_all().await?;
    bo.add(&group, &[&caro]).await?;
    caro.sync_all().await?;
    caro.say(&group, "thank you").await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    same("the texts", &texts(&same_history(&[&alix, &bo, &caro], &group).await?), &vec!["thank you"])
}

async fn removed_by_maker(world: World) -> Result<()> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.opener("caro").await?);
    let group = alix.group(&[&bo, &caro], "shrinking").await?;
    bo.sync_all().await?;
    alix.say(&group, "for three").await?;
    bo.sync_all().await?;
    alix.remove(&group, &[&bo]).await?;
    alix.say(&group, "for two").await?;
    bo.sync_all().await?;
    ensure!(!bo.describe(&group).await?.is_active, "a removed member still counts itself in");
    same("what the removed member reads", &texts(&bo.messages(&group).await?), &vec!["for three"])?;
    ensure!(bo.say(&group, "let me in").await.is_err(), "a removed member can send");
    let seen = same_group(&[&alix, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &caro]))
}

async fn removed_by_admin(world: World) -> Result<()> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.opener("caro").await?);
    let group = alix.group(&[&bo, &caro], "shrinking").await?;
    caro.sync_all().await?;
    alix.make_admin(&group, &bo).await?;
    bo.sync_all().await?;
    bo.remove(&group, &[&caro]).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))?;
    caro.sync_all().await?;
    ensure!(!caro.describe(&group).await?.is_active, "a removed member still counts itself in");
    Ok(())
}

async fn back_again(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "turnstile").await?;
    bo.sync_all().await?;
    alix.remove(&group, &[&bo]).await?;
    bo.sync_all().await?;
    alix.say(&group, "unheard").await?;
    alix.add(&group, &[&bo]).await?;
    alix.say(&group, "welcome back").await?;
    bo.sync_all().await?;
    bo.say(&group, "good to be back").await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    ensure!(seen.is_active, "a member who came back is not counted in");
    let read = bo.messages(&group).await?;
    same("what the returned member reads", &texts(&read), &vec!["welcome back", "good to be back"])
}

async fn added_at_once(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let (caro, dani) = (world.opener("caro").await?, world.other("dani").await?);
    let group = alix.group(&[&bo], "crowded").await?;
    bo.sync_all().await?;
    let (first, second) = ([&caro], [&dani]);
    tokio::try_join!(alix.add(&group, &first), bo.add(&group, &second))?;
    let all = [&alix, &bo, &caro, &dani];
    let seen = same_group(&all, &group).await?;
    same("the members", &seen.members, &inboxes(&all))?;
    dani.say(&group, "all here").await?;
    same("the texts", &texts(&same_history(&all, &group).await?), &vec!["all here"])
}
