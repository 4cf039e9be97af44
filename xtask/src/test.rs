//! `cargo xtask test`: every test there is.
//!
//! cargo-nextest runs each test in a process of its own and shows progress, so it is used where it is installed;
//! `cargo test` runs the same tests.
use anyhow::Result;

use crate::{
    chore::{self, Tally, cargo},
    instructions, interop, node, npm, sim, tools,
};

/// Runs the chore; true if nothing failed.
///
/// # Errors
/// If cargo, npm or the interop harness cannot be started.
pub(crate) fn run() -> Result<bool> {
    let mut tally = Tally::new("test");
    npm::chain_for_tests(&mut tally)?;
    match tools::nextest()? {
        Some(mut nextest) => {
            tally.step("tests", nextest.args(["run", "--workspace", "--all-features", "--no-fail-fast"]))?
        }
        None => {
            println!("\n== tests: cargo-nextest is not installed, so cargo test runs them");
            tally.step(
                "tests",
                cargo()?.args(["test", "--workspace", "--all-features", "--all-targets", "--no-fail-fast"]),
            )?;
        }
    }
    tally.step("doctests", cargo()?.args(["test", "--workspace", "--all-features", "--doc", "--no-fail-fast"]))?;
    tally.count("sim", sim::run(&sim::Options::default())?);
    tally.count("sim, talkative", sim::run(&sim::Options::talkative())?);
    match node::missing() {
        None => tally.count("interop", interop::run(&interop::Options::default())?),
        Some(why) if chore::in_ci() => {
            println!("\n== interop: {why}, and CI requires it");
            tally.count("interop", false);
        }
        Some(why) => tally.skip("interop", &why),
    }
    instructions::step(&mut tally)?;
    Ok(tally.finish())
}
