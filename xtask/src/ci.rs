//! `cargo xtask ci`: lint, then test, both always, so that one run shows everything.
use anyhow::Result;

use crate::{chore::Tally, lint, test};

/// Runs the chore; true if nothing failed.
///
/// # Errors
/// If a program the chore needs cannot be started.
pub(crate) fn run() -> Result<bool> {
    let mut tally = Tally::new("ci");
    tally.count("lint", lint::run()?);
    tally.count("test", test::run()?);
    Ok(tally.finish())
}
