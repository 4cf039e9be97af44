//! Who may do what: presets, sets of one's own, and changes.
use anyhow::{Context, Result, ensure};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::{inboxes, refused, same, same_group, same_updates},
    seen::{Change, Disappearing, GroupSetup, Part, Policies, Rule},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "permissions_presets: both presets are seen alike by both sides" => presets,
        "permissions_admin_only: in a group of admins a member changes nothing and an admin does" => admin_only,
        "permissions_custom: a set of one's own is seen alike, policy by policy" => custom,
        "permissions_custom_holds: a set of one's own holds for the other side" => custom_holds,
        "permissions_each: each policy is changed to each option and seen alike" => each,
        "permissions_closed: once only admins add, a member adds nobody" => closed,
        "permissions_opened: once all may remove, a member removes a member" => opened,
        "permissions_nobody: what nobody may do, a super admin cannot either" => nobody,
        "permissions_fields: the policy of each field binds the other side" => fields,
        "permissions_admins: admins make and unmake admins once they may" => admins_by_admins,
        "permissions_not_by_admins: neither a member nor an admin changes a policy" => not_by_admins,
        "permissions_coerced: admins cannot be made by everyone, whatever is asked for" => coerced,
        "permissions_silent: a change of policies leaves no message" => silent,
    ]
}

async fn presets(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for policies in [Policies::ALL_MEMBERS, Policies::ADMIN_ONLY] {
        let group = alix.group_with(&[&bo], &GroupSetup { policies, ..GroupSetup::named("preset") }).await?;
        same("the policies", &policies_of(&[&alix, &bo], &group).await?, &policies)?;
    }
    Ok(())
}

/// What all users take for the policies of a group.
async fn policies_of(users: &[&User], group: &str) -> Result<Policies> {
    same_group(users, group).await?.policies.context("a group has no policies")
}

async fn admin_only(world: World) -> Result<()> {
    let setup = GroupSetup { policies: Policies::ADMIN_ONLY, ..GroupSetup::named("admins") };
    let (alix, bo, group) = pair(&world, &setup).await?;
    let caro = world.opener("caro").await?;
    refused("a member's new name", bo.rename(&group, "of bo").await)?;
    refused("a member's new description", bo.redescribe(&group, "of bo").await)?;
    refused("a member's new member", bo.add(&group, &[&caro]).await)?;
    same("the name", &same_group(&[&alix, &bo], &group).await?.name.as_str(), &"admins")?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.rename(&group, "of bo").await?;
    bo.add(&group, &[&caro]).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the name", &seen.name.as_str(), &"of bo")?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))
}

/// Each policy differs from both presets.
const OWN: Policies = Policies {
    add_member: Rule::SuperAdmin,
    remove_member: Rule::Allow,
    add_admin: Rule::Admin,
    remove_admin: Rule::Deny,
    name: Rule::SuperAdmin,
    description: Rule::Admin,
    image_url: Rule::Deny,
    disappearing: Rule::Allow,
    app_data: Rule::Allow,
};

async fn custom(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup { policies: OWN, ..GroupSetup::named("own") }).await?;
    same("the policies", &policies_of(&[&alix, &bo], &group).await?, &OWN)
}

async fn custom_holds(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup { policies: OWN, ..GroupSetup::named("own") }).await?;
    refused("a member's new name", bo.rename(&group, "of bo").await)?;
    refused("a member's new description", bo.redescribe(&group, "of bo").await)?;
    refused("a member's new admin", bo.make_admin(&group, &caro).await)?;
    bo.put_app_data(&group, "of bo").await?;
    bo.remove(&group, &[&caro]).await?;
    alix.refresh(&group).await?;
    refused("a picture nobody may change", alix.picture(&group, "https://example.org/a.png").await)?;
    refused("a new member of a member", bo.add(&group, &[&caro]).await)?;
    alix.add(&group, &[&caro]).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("what was changed", &(seen.name.as_str(), seen.app_data.as_str()), &("own", "of bo"))?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    same("the policies", &seen.policies, &Some(OWN))
}

const PARTS: [Part; 9] = [
    Part::AddMember,
    Part::RemoveMember,
    Part::AddAdmin,
    Part::RemoveAdmin,
    Part::Name,
    Part::Description,
    Part::ImageUrl,
    Part::AppData,
    Part::DisappearIn,
];

async fn each(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("changing")).await?;
    let mut expected = Policies::ALL_MEMBERS;
    // Each part comes past each option; four rounds, with the parts shifted against the options.
    for round in 0..4 {
        for (index, part) in PARTS.into_iter().enumerate() {
            let options = [Rule::Deny, Rule::Admin, Rule::SuperAdmin, Rule::Allow];
            let rule = options.into_iter().cycle().nth(index + round).context("options go round")?;
            if matches!(part, Part::AddAdmin | Part::RemoveAdmin) && rule == Rule::Allow {
                continue;
            }
            alix.permit(&group, part, rule).await?;
            expected = expected.with(part, rule);
        }
        same("the policies", &policies_of(&[&alix, &bo], &group).await?, &expected)?;
    }
    Ok(())
}

async fn closed(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("closing")).await?;
    let caro = world.opener("caro").await?;
    alix.permit(&group, Part::AddMember, Rule::Admin).await?;
    bo.refresh(&group).await?;
    refused("a member's new member", bo.add(&group, &[&caro]).await)?;
    same("the members", &same_group(&[&alix, &bo], &group).await?.members, &inboxes(&[&alix, &bo]))?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.add(&group, &[&caro]).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))
}

async fn opened(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("opening")).await?;
    refused("a removal by a member", bo.remove(&group, &[&caro]).await)?;
    alix.permit(&group, Part::RemoveMember, Rule::Allow).await?;
    bo.refresh(&group).await?;
    bo.remove(&group, &[&caro]).await?;
    same("the members", &same_group(&[&alix, &bo], &group).await?.members, &inboxes(&[&alix, &bo]))?;
    caro.sync_all().await?;
    ensure!(!caro.describe(&group).await?.is_active, "a removed member still counts itself in");
    Ok(())
}

async fn nobody(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("frozen")).await?;
    for part in [Part::AddMember, Part::RemoveMember, Part::AddAdmin, Part::Name] {
        alix.permit(&group, part, Rule::Deny).await?;
    }
    let dani = world.other("dani").await?;
    refused("a super admin's new name", alix.rename(&group, "thawed").await)?;
    refused("a super admin's new member", alix.add(&group, &[&dani]).await)?;
    refused("a super admin's removal", alix.remove(&group, &[&bo]).await)?;
    refused("a super admin's new admin", alix.make_admin(&group, &bo).await)?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the name", &seen.name.as_str(), &"frozen")?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))?;
    ensure!(seen.admins.is_empty(), "there are admins: {:?}", seen.admins);
    alix.permit(&group, Part::Name, Rule::Allow).await?;
    bo.refresh(&group).await?;
    bo.rename(&group, "thawed").await?;
    same("the name", &same_group(&[&alix, &bo, &caro], &group).await?.name.as_str(), &"thawed")
}

async fn fields(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("fields")).await?;
    let week = Disappearing { from_ns: 1, in_ns: 7 * 86_400 * 1_000_000_000 };
    let edits = [
        (Part::Name, Change::Name("of bo".to_owned())),
        (Part::Description, Change::Description("of bo".to_owned())),
        (Part::ImageUrl, Change::ImageUrl("https://example.org/bo.png".to_owned())),
        (Part::AppData, Change::AppData("of bo".to_owned())),
    ];
    for (part, _) in &edits {
        alix.permit(&group, *part, Rule::SuperAdmin).await?;
    }
    let before = same_group(&[&alix, &bo], &group).await?;
    for (part, edit) in &edits {
        refused(&format!("{part:?} by a member"), bo.change(&group, edit.clone()).await)?;
    }
    refused("disappearing by a member", bo.disappear(&group, Some(week)).await)?;
    same("the group", &same_group(&[&alix, &bo], &group).await?, &before)?;
    for (part, edit) in edits {
        alix.permit(&group, part, Rule::Allow).await?;
        bo.refresh(&group).await?;
        bo.change(&group, edit).await?;
        alix.refresh(&group).await?;
    }
    for part in [Part::DisappearFrom, Part::DisappearIn] {
        alix.permit(&group, part, Rule::Allow).await?;
    }
    bo.refresh(&group).await?;
    bo.disappear(&group, Some(week)).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the texts", &[seen.name.as_str(), &seen.description, &seen.app_data], &["of bo"; 3])?;
    same("the rest", &(seen.image_url.as_str(), seen.disappearing), &("https://example.org/bo.png", Some(week)))
}

async fn admins_by_admins(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("admins")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    refused("an admin's new admin", bo.make_admin(&group, &caro).await)?;
    for part in [Part::AddAdmin, Part::RemoveAdmin] {
        alix.permit(&group, part, Rule::Admin).await?;
    }
    bo.refresh(&group).await?;
    bo.make_admin(&group, &caro).await?;
    same("the admins", &same_group(&[&alix, &bo, &caro], &group).await?.admins, &inboxes(&[&bo, &caro]))?;
    caro.unmake_admin(&group, &bo).await?;
    same("the admins", &same_group(&[&alix, &bo, &caro], &group).await?.admins, &inboxes(&[&caro]))
}

async fn not_by_admins(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("rights")).await?;
    refused("a policy of a member", bo.permit(&group, Part::Name, Rule::Deny).await)?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    refused("a policy of an admin", bo.permit(&group, Part::Name, Rule::Deny).await)?;
    same("the policies", &policies_of(&[&alix, &bo], &group).await?, &Policies::ALL_MEMBERS)?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.permit(&group, Part::Name, Rule::Deny).await?;
    let expected = Policies::ALL_MEMBERS.with(Part::Name, Rule::Deny);
    same("the policies", &policies_of(&[&alix, &bo], &group).await?, &expected)
}

/// The official client makes super admins of "everyone" here; a client may as well refuse.
async fn coerced(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("coerced")).await?;
    for part in [Part::AddAdmin, Part::RemoveAdmin] {
        // Either answer will do.
        let _ = alix.permit(&group, part, Rule::Allow).await;
    }
    same("the policies", &policies_of(&[&alix, &bo], &group).await?, &Policies::ALL_MEMBERS)?;
    refused("an admin made by a member", bo.make_admin(&group, &bo).await)
}

async fn silent(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("silent")).await?;
    for rule in [Rule::Admin, Rule::Allow] {
        alix.permit(&group, Part::AddMember, rule).await?;
    }
    same("what was told", &same_updates(&[&alix, &bo], &group).await?, &vec![])
}
