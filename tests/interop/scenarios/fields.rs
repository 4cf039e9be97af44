//! What a group says of itself: every field, its limit, and what never changes.
use anyhow::Result;

use super::{Scenario, pair, scenarios};
use crate::{
    check::{inboxes, refused, same, same_group, same_updates},
    seen::{Change, Disappearing, GroupSetup, Updated},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "fields_at_creation: all that a group is made with is seen alike" => at_creation,
        "fields_picture: a picture is changed by each side" => picture,
        "fields_app_data: an application's data is changed by each side" => app_data,
        "fields_emptied: a field is emptied and filled again" => emptied,
        "fields_longest: a field takes its longest value, counted in bytes" => longest,
        "fields_too_long: a longer value is refused by either client and changes nothing" => too_long,
        "fields_kept: maker and kind outlast every other change" => kept,
        "fields_told: each change is told to both sides with the old and the new value" => told,
        "fields_at_once: different fields changed at once from both sides all hold" => at_once,
    ]
}

fn full() -> GroupSetup {
    GroupSetup {
        name: "tea".to_owned(),
        description: "for those who like it".to_owned(),
        image_url: "https://example.org/tea.png".to_owned(),
        app_data: "{\"kind\":\"green\"}".to_owned(),
        disappearing: Some(Disappearing { from_ns: 1, in_ns: 86_400_000_000_000 }),
        ..GroupSetup::default()
    }
}

async fn at_creation(world: World) -> Result<()> {
    let setup = full();
    let (alix, bo, group) = pair(&world, &setup).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    let texts = [&seen.name, &seen.description, &seen.image_url, &seen.app_data];
    same("the texts", &texts, &[&setup.name, &setup.description, &setup.image_url, &setup.app_data])?;
    same("when messages disappear", &seen.disappearing, &setup.disappearing)
}

async fn picture(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("picture")).await?;
    for (user, url) in [(&alix, "https://example.org/a.png"), (&bo, "https://example.org/b.png?größe=1")] {
        user.picture(&group, url).await?;
        same("the picture", &same_group(&[&alix, &bo], &group).await?.image_url.as_str(), &url)?;
    }
    Ok(())
}

async fn app_data(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("data")).await?;
    for (user, data) in [(&bo, "{\"score\":[1,2]}"), (&alix, "not even JSON\n\0🦀")] {
        user.put_app_data(&group, data).await?;
        same("the data", &same_group(&[&alix, &bo], &group).await?.app_data.as_str(), &data)?;
    }
    Ok(())
}

async fn emptied(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &full()).await?;
    alix.rename(&group, "").await?;
    bo.refresh(&group).await?;
    bo.picture(&group, "").await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the emptied fields", &(seen.name.as_str(), seen.image_url.as_str()), &("", ""))?;
    same("another field", &seen.description, &full().description)?;
    bo.rename(&group, "coffee").await?;
    same("the name", &same_group(&[&alix, &bo], &group).await?.name.as_str(), &"coffee")
}

/// Sets a field.
type Setter = fn(String) -> Change;

/// Every field with a limit, and the limit in bytes of UTF-8.
const LIMITS: [(Setter, usize); 4] =
    [(Change::Name, 100), (Change::Description, 1000), (Change::ImageUrl, 2048), (Change::AppData, 8192)];

async fn longest(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("long")).await?;
    for (index, (field, limit)) in LIMITS.into_iter().enumerate() {
        let user = if index % 2 == 0 { &alix } else { &bo };
        user.refresh(&group).await?;
        user.change(&group, field("ü".repeat(limit / 2))).await?;
    }
    let seen = same_group(&[&alix, &bo], &group).await?;
    let lengths = [&seen.name, &seen.description, &seen.image_url, &seen.app_data].map(|text| text.len());
    same("the lengths", &lengths, &[100, 1000, 2048, 8192])
}

async fn too_long(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &full()).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    for user in [&alix, &bo] {
        for (field, limit) in LIMITS {
            refused("a value that is too long", user.change(&group, field("x".repeat(limit + 1))).await)?;
            refused("letters of two bytes", user.change(&group, field("ü".repeat(limit / 2 + 1))).await)?;
        }
    }
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)
}

async fn kept(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &full()).await?;
    let before = same_group(&[&alix, &bo], &group).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.unmake_super_admin(&group, &alix).await?;
    bo.remove(&group, &[&alix]).await?;
    bo.rename(&group, "mine").await?;
    bo.add(&group, &[&alix]).await?;
    let after = same_group(&[&alix, &bo], &group).await?;
    same("maker and kind", &(&after.creator, after.is_dm), &(&before.creator, before.is_dm))?;
    same("the maker", &after.creator.as_str(), &alix.inbox_id())?;
    same("the super admins", &after.super_admins, &inboxes(&[&bo]))
}

async fn told(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &full()).await?;
    let edits: [(&User, Change, &str, String, &str); 4] = [
        (&alix, Change::Name("a".to_owned()), "group_name", full().name, "a"),
        (&bo, Change::Description("b".to_owned()), "description", full().description, "b"),
        (&alix, Change::ImageUrl("c".to_owned()), "group_image_url_square", full().image_url, "c"),
        (&bo, Change::AppData("d".to_owned()), "app_data", full().app_data, "d"),
    ];
    let mut expected = Vec::new();
    for (user, change, field, old, new) in edits {
        user.refresh(&group).await?;
        user.change(&group, change).await?;
        let metadata = vec![(field.to_owned(), old, new.to_owned())];
        expected.push(Updated { by: user.inbox_id().to_owned(), metadata, ..Updated::default() });
    }
    same("what was told", &same_updates(&[&alix, &bo], &group).await?, &expected)
}

async fn at_once(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("at once")).await?;
    tokio::try_join!(alix.redescribe(&group, "of alix"), bo.picture(&group, "https://example.org/bo.png"))?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    let texts = (seen.description.as_str(), seen.image_url.as_str());
    same("what both changed", &texts, &("of alix", "https://example.org/bo.png"))?;
    same("how often", &same_updates(&[&alix, &bo], &group).await?.len(), &2)
}
