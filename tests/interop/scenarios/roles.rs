//! Members, admins and super admins.
use anyhow::{Result, ensure};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::{inboxes, refused, same, same_group, same_updates},
    seen::{GroupSetup, Updated},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "roles_super_admin: a super admin is made by one side and made a member again by the other" => super_admin,
        "roles_last: the last super admin cannot step down" => last,
        "roles_unremovable: a super admin is removed only after stepping down" => unremovable,
        "roles_admin: an admin makes nobody super admin and removes none" => admin,
        "roles_both: an admin who becomes super admin stays on both lists" => both,
        "roles_back: whether an admin who was removed and came back is admin still, both sides agree" => back,
        "roles_at_once: two super admins change admins at once and agree" => at_once,
        "roles_told: every move is told to both sides alike" => told,
    ]
}

async fn super_admin(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("super")).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.make_super_admin(&group, &caro).await?;
    bo.unmake_super_admin(&group, &alix).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&bo, &caro]))?;
    refused("a super admin made by a member", alix.make_super_admin(&group, &alix).await)?;
    same("the maker", &seen.creator.as_str(), &alix.inbox_id())
}

async fn last(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("last")).await?;
    refused("the last super admin's step", alix.unmake_super_admin(&group, &alix).await)?;
    same("the super admins", &same_group(&[&alix, &bo], &group).await?.super_admins, &inboxes(&[&alix]))?;
    alix.make_super_admin(&group, &bo).await?;
    alix.unmake_super_admin(&group, &alix).await?;
    bo.refresh(&group).await?;
    refused("the last super admin's step", bo.unmake_super_admin(&group, &bo).await)?;
    same("the super admins", &same_group(&[&alix, &bo], &group).await?.super_admins, &inboxes(&[&bo]))
}

async fn unremovable(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("unremovable")).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    refused("a super admin's removal", bo.remove(&group, &[&alix]).await)?;
    same("the members", &same_group(&[&alix, &bo, &caro], &group).await?.members, &inboxes(&[&alix, &bo, &caro]))?;
    bo.unmake_super_admin(&group, &alix).await?;
    bo.remove(&group, &[&alix]).await?;
    same("the members", &same_group(&[&bo, &caro], &group).await?.members, &inboxes(&[&bo, &caro]))?;
    alix.sync_all().await?;
    ensure!(!alix.describe(&group).await?.is_active, "a removed maker still counts itself in");
    Ok(())
}

async fn admin(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("admin")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    refused("a super admin made by an admin", bo.make_super_admin(&group, &caro).await)?;
    refused("a super admin unmade by an admin", bo.unmake_super_admin(&group, &alix).await)?;
    refused("a super admin removed by an admin", bo.remove(&group, &[&alix]).await)?;
    refused("an admin unmade by an admin", bo.unmake_admin(&group, &bo).await)?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix]))?;
    same("the admins", &seen.admins, &inboxes(&[&bo]))?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo, &caro]))
}

async fn both(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("both")).await?;
    alix.make_admin(&group, &bo).await?;
    alix.make_super_admin(&group, &bo).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix, &bo]))?;
    alix.unmake_super_admin(&group, &bo).await?;
    let seen = same_group(&[&alix, &bo], &group).await?;
    same("who is admin after stepping down", &seen.admins, &inboxes(&[&bo]))?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix]))
}

async fn back(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("back")).await?;
    alix.make_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    alix.remove(&group, &[&bo]).await?;
    same_group(&[&alix, &caro], &group).await?;
    alix.add(&group, &[&bo]).await?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    let renamed = bo.remove(&group, &[&caro]).await;
    same("whether it acts as an admin", &renamed.is_ok(), &seen.admins.contains(bo.inbox_id()))
}

async fn at_once(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("at once")).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    tokio::try_join!(alix.make_admin(&group, &caro), bo.make_admin(&group, &bo))?;
    let seen = same_group(&[&alix, &bo, &caro], &group).await?;
    same("the super admins", &seen.super_admins, &inboxes(&[&alix, &bo]))?;
    ensure!(seen.admins.contains(caro.inbox_id()), "one change is lost: {:?}", seen.admins);
    same("what each was told", &same_updates(&[&alix, &bo, &caro], &group).await?.len(), &3)
}

async fn told(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("told")).await?;
    alix.make_admin(&group, &bo).await?;
    alix.unmake_admin(&group, &bo).await?;
    alix.make_super_admin(&group, &bo).await?;
    bo.refresh(&group).await?;
    bo.unmake_super_admin(&group, &alix).await?;
    let (of_alix, of_bo) = (inboxes(&[&alix]), inboxes(&[&bo]));
    let by = |user: &crate::user::User| Updated { by: user.inbox_id().to_owned(), ..Updated::default() };
    let expected = vec![
        Updated { admins_added: of_bo.clone(), ..by(&alix) },
        Updated { admins_removed: of_bo.clone(), ..by(&alix) },
        Updated { super_admins_added: of_bo, ..by(&alix) },
        Updated { super_admins_removed: of_alix, ..by(&bo) },
    ];
    same("what was told", &same_updates(&[&alix, &bo], &group).await?, &expected)
}
