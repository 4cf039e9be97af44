//! Who comes, who goes, by whom, and with which installations.
use anyhow::{Result, ensure};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::{inboxes, only_conversation, refused, same, same_group, same_history, same_updates, texts},
    seen::{Change, GroupSetup, Part, Rule, Updated},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "joining_installations: a member is added with installations of both clients" => installations,
        "joining_removed_installations: a member is removed with all installations" => removed_installations,
        "joining_added_by: everyone knows who added them" => added_by,
        "joining_again: adding a member twice changes nothing" => again,
        "joining_stranger: removing someone who is not a member changes nothing" => stranger,
        "joining_self: nobody removes themselves" => oneself,
        "joining_unknown: an inbox that does not exist is not added" => unknown,
        "joining_many: more than 250 members are refused" => many,
        "joining_several: several come and go in one commit each, told to both sides alike" => several,
        "joining_inactive: a removed member changes nothing, and keeps what it has read" => inactive,
        "joining_back_with_new: a member who comes back has a new installation with it" => back_with_new,
        "joining_dm_only_two: a DM has its two members on both sides" => dm_members,
        "dm_rules: a DM has no names, no roles and no other members, whoever tries" => dm_rules,
    ]
}

async fn installations(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("devices")).await?;
    let caro = world.opener("caro").await?;
    let caro_too = world.other_as("caro", caro.account()).await?;
    bo.add(&group, &[&caro]).await?;
    for user in [&caro, &caro_too] {
        same("the group's id", &only_conversation(user).await?, &group)?;
    }
    alix.refresh(&group).await?;
    alix.say(&group, "to every device").await?;
    let all = [&alix, &bo, &caro, &caro_too];
    let seen = same_group(&all, &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    let installations = all.iter().map(|user| user.installation_id().to_owned()).collect();
    same("the installations", &seen.installations, &installations)?;
    same("the texts", &texts(&same_history(&all, &group).await?), &vec!["to every device"])
}

async fn removed_installations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let caro = world.other("caro").await?;
    let caro_too = world.opener_as("caro", caro.account()).await?;
    let group = alix.group(&[&bo, &caro], "devices").await?;
    for user in [&bo, &caro, &caro_too] {
        user.sync_all().await?;
    }
    alix.remove(&group, &[&caro]).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    let installations = [&alix, &bo].iter().map(|user| user.installation_id().to_owned()).collect();
    same("the installations", &seen.installations, &installations)?;
    for user in [&caro, &caro_too] {
        user.sync_all().await?;
        ensure!(!user.describe(&group).await?.is_active, "a removed installation still counts itself in");
    }
    Ok(())
}

async fn added_by(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("doors")).await?;
    let (caro, dani) = (world.opener("caro").await?, world.other("dani").await?);
    bo.add(&group, &[&caro]).await?;
    alix.refresh(&group).await?;
    alix.add(&group, &[&dani]).await?;
    for (user, by) in [(&alix, &alix), (&bo, &alix), (&caro, &bo), (&dani, &alix)] {
        user.sync_all().await?;
        same("who added a member", &user.added_by(&group).await?.as_str(), &by.inbox_id())?;
    }
    Ok(())
}

async fn again(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("again")).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    alix.add(&group, &[&bo]).await?;
    bo.add(&group, &[&alix]).await?;
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn stranger(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("strangers")).await?;
    let caro = world.other("caro").await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    // Whether the client says that there is nothing to do is its own affair.
    let _ = alix.remove(&group, &[&caro]).await;
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn oneself(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("selves")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    for user in [&alix, &bo] {
        // Whether the client says that there is nothing to do is its own affair.
        let _ = user.remove(&group, &[user]).await;
    }
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn unknown(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("ghosts")).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    for user in [&alix, &bo] {
        refused("a member that does not exist", user.add_inboxes(&group, &["ab".repeat(32)]).await)?;
    }
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn many(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("crowd")).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    let crowd: Vec<_> = (0..250_u64).map(|index| format!("{index:064x}")).collect();
    for user in [&alix, &bo] {
        refused("a crowd", user.add_inboxes(&group, &crowd).await)?;
    }
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn several(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("several")).await?;
    let guests = world.crowd(3).await?;
    let [caro, dani, eri] = guests.as_slice() else { anyhow::bail!("three guests were made") };
    bo.add(&group, &[caro, dani, eri]).await?;
    alix.refresh(&group).await?;
    alix.remove(&group, &[caro, dani]).await?;
    let told = same_updates(&[&alix, &bo], &group).await?;
    let expected = vec![
        Updated { by: bo.inbox_id().to_owned(), added: inboxes(&[caro, dani, eri]), ..Updated::default() },
        Updated { by: alix.inbox_id().to_owned(), removed: inboxes(&[caro, dani]), ..Updated::default() },
    ];
    same("what was told", &told, &expected)?;
    same("the members", &same_group(&[&alix, &bo, eri], &group).await?.members, &inboxes(&[&alix, &bo, eri]))
}

async fn inactive(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("inactive")).await?;
    alix.say(&group, "for three").await?;
    bo.refresh(&group).await?;
    alix.remove(&group, &[&bo]).await?;
    bo.sync_all().await?;
    let seen = bo.describe(&group).await?;
    ensure!(!seen.is_active, "a removed member still counts itself in");
    same("the name it knew", &seen.name.as_str(), &"inactive")?;
    same("what it has read", &texts(&bo.messages(&group).await?), &vec!["for three"])?;
    refused("its text", bo.say(&group, "me too").await)?;
    refused("its new name", bo.rename(&group, "mine").await)?;
    refused("its new member", bo.add(&group, &[&bo]).await)?;
    let seen = same_group(&[&alix, &caro], &group).await?;
    same("the name", &seen.name.as_str(), &"inactive")?;
    same("the texts", &texts(&same_history(&[&alix, &caro], &group).await?), &vec!["for three"])
}

async fn back_with_new(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("turnstile")).await?;
    alix.remove(&group, &[&bo]).await?;
    bo.sync_all().await?;
    let bo_too = world.opener_as("bo", bo.account()).await?;
    alix.say(&group, "unheard").await?;
    alix.add(&group, &[&bo]).await?;
    alix.say(&group, "heard").await?;
    for user in [&bo, &bo_too] {
        user.sync_all().await?;
        same("who added it", &user.added_by(&group).await?.as_str(), &alix.inbox_id())?;
        same("what it reads", &texts(&user.messages(&group).await?), &vec!["heard"])?;
    }
    let seen = same_group(&[&alix, &bo, &bo_too], &group).await?;
    ensure!(seen.is_active, "a member who came back is not counted in");
    same("the number of installations", &seen.installations.len(), &3)
}

async fn dm_members(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    let seen = same_group(&[&alix, &bo], &dm).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))?;
    ensure!(seen.is_dm && seen.admins.is_empty() && seen.super_admins.is_empty(), "a DM is seen as {seen:?}");
    for (user, by) in [(&alix, &alix), (&bo, &alix)] {
        same("who added a member", &user.added_by(&dm).await?.as_str(), &by.inbox_id())?;
    }
    Ok(())
}

async fn dm_rules(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let caro = world.other("caro").await?;
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    let before = same_group(&[&alix, &bo], &dm).await?;
    for (user, peer) in [(&alix, &bo), (&bo, &alix)] {
        let of_peer = peer.inbox_id().to_owned();
        for change in [
            Change::Name("us".to_owned()),
            Change::Description("us two".to_owned()),
            Change::ImageUrl("https://example.org/us.png".to_owned()),
            Change::AppData("us".to_owned()),
            Change::AddAdmin(of_peer.clone()),
            Change::RemoveAdmin(of_peer.clone()),
            Change::AddSuperAdmin(of_peer.clone()),
            Change::RemoveSuperAdmin(of_peer.clone()),
            Change::Add(vec![caro.inbox_id().to_owned()]),
            Change::Remove(vec![of_peer]),
            Change::Permission(Part::Name, Rule::Deny),
        ] {
            refused(&format!("{change:?} in a DM"), user.change(&dm, change).await)?;
        }
    }
    same("the DM", &same_group(&[&alix, &bo], &dm).await?, &before)?;
    bo.say(&dm, "just us").await?;
    same("the texts", &texts(&same_history(&[&alix, &bo], &dm).await?), &vec!["just us"])
}
