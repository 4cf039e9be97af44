//! `cargo xtask lint`: what a reviewer should never have to say.
use anyhow::Result;

use crate::{
    chore::{self, Tally, cargo},
    tools,
};

/// Runs the chore; true if nothing failed.
///
/// # Errors
/// If cargo cannot be started, or cargo-deny is missing and cannot be installed.
pub(crate) fn run() -> Result<bool> {
    let mut tally = Tally::new("lint");
    tally.step("format", cargo()?.args(["fmt", "--all", "--check"]))?;
    tally.step(
        "clippy",
        cargo()?.args(["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    )?;
    tally.step(
        "docs",
        cargo()?.args(["doc", "--workspace", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    tally.step("deny", tools::deny()?.args(["check", "bans", "licenses", "sources"]))?;
    advisories(&mut tally)?;
    Ok(tally.finish())
}

/// Advisories live in a git repository that not every machine can reach, and the rest of the lint must not need it.
fn advisories(tally: &mut Tally) -> Result<()> {
    if chore::succeeds("advisories", tools::deny()?.args(["fetch", "db"]))? {
        tally.step("advisories", tools::deny()?.args(["check", "--disable-fetch", "advisories"]))
    } else {
        tally.skip("advisories", "the advisory database cannot be reached from here");
        Ok(())
    }
}
