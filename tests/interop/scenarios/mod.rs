//! The scenarios, each written once and played by every cast.
use std::{future::Future, pin::Pin};

use anyhow::Result;

use crate::{seen::GroupSetup, user::User, world::World};

mod commits;
mod content;
mod contents;
mod deletes;
mod disappearing;
mod dm;
mod fields;
mod group;
mod identity;
mod joining;
mod later;
mod leaving;
mod listed;
mod listing;
mod live;
mod load;
mod members;
mod metadata;
mod permissions;
mod preferences;
mod queries;
mod restart;
mod roles;
mod stitching;
mod versions;

/// A named story with its checks.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    /// What holds if it passes.
    pub(crate) name: &'static str,
    /// Plays it.
    pub(crate) run: Run,
    /// Whether it disturbs others, and has to be played while no other is.
    pub(crate) alone: bool,
}

/// How a story is played.
pub(crate) type Run = fn(World) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A table of scenarios: `name => function`.
macro_rules! scenarios {
    ($($name:literal => $run:path,)*) => {
        [$($crate::scenarios::Scenario { name: $name, run: |world| Box::pin($run(world)), alone: false },)*].to_vec()
    };
}
use scenarios;

/// A group of one user of each side, both up to date.
async fn pair(world: &World, setup: &GroupSetup) -> Result<(User, User, String)> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group_with(&[&bo], setup).await?;
    bo.sync_all().await?;
    Ok((alix, bo, group))
}

/// As [`pair`], with one more user of the side that opens.
async fn trio(world: &World, setup: &GroupSetup) -> Result<(User, User, User, String)> {
    let (alix, bo, caro) = (world.opener("alix").await?, world.other("bo").await?, world.opener("caro").await?);
    let group = alix.group_with(&[&bo, &caro], setup).await?;
    for user in [&bo, &caro] {
        user.sync_all().await?;
    }
    Ok((alix, bo, caro, group))
}

/// Every scenario there is.
pub(crate) fn all() -> Vec<Scenario> {
    let parts = [
        dm::all(),
        content::all(),
        contents::all(),
        group::all(),
        metadata::all(),
        members::all(),
        live::all(),
        restart::all(),
    ];
    let groups = [
        permissions::all(),
        roles::all(),
        fields::all(),
        joining::all(),
        leaving::all(),
        disappearing::all(),
        later::all(),
        versions::all(),
    ];
    let reading = [stitching::all(), queries::all(), listing::all(), listed::all(), deletes::all()];
    let traffic = [commits::all(), load::all(), preferences::all()];
    [parts.concat(), groups.concat(), reading.concat(), traffic.concat(), identity::all()].concat()
}
