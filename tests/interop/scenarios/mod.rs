//! The scenarios, each written once and played by every cast.
use std::{future::Future, pin::Pin};

use anyhow::Result;

use crate::world::World;

mod content;
mod dm;
mod group;
mod identity;
mod live;
mod members;
mod metadata;
mod preferences;
mod restart;

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

/// Every scenario there is.
pub(crate) fn all() -> Vec<Scenario> {
    let parts = [dm::all(), content::all(), group::all(), metadata::all(), members::all(), live::all(), restart::all()];
    [parts.concat(), identity::all(), preferences::all()].concat()
}
