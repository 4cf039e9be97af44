//! `cargo xtask sim`: random members, random acts, a bad line, and what must hold once all is quiet.
//!
//! The runs themselves are the program `sim` of package `xmtp-tests`; seeds decide who does what, and what the line does.
use anyhow::Result;
use clap::Args;

use crate::chore::{self, cargo};

/// What `cargo xtask sim` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 1000)]
    seeds: u64,
    /// The seed of the first run; each run after it takes the next number
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    first: u64,
    /// Plays this one run again and tells what each member does
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "first"])]
    seed: Option<u64>,
    /// Storms instead: eight installations commit to one group at once, twelve times in a run
    #[arg(long)]
    storm: bool,
    /// Whoever says something says up to so many messages, for runs of millions
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "storm")]
    talk: u64,
    /// With all optimisations, for many runs
    #[arg(long)]
    release: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seeds: 1000, first: 0, seed: None, storm: false, talk: 1, release: false }
    }
}

impl Options {
    /// Fewer runs, in which many messages of a member are under way at once.
    pub(crate) fn talkative() -> Self {
        Self { seeds: 100, talk: 100, ..Self::default() }
    }
}

/// Runs the chore; true if nothing was violated.
///
/// # Errors
/// If the simulator cannot be built or started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let mut command = cargo()?;
    command.args(["run", "--quiet", "--package", "xmtp-tests", "--bin", "sim"]);
    if options.release {
        command.arg("--release");
    }
    command.arg("--");
    if options.storm {
        command.arg("--storm");
    }
    command.args(["--talk", &options.talk.to_string()]);
    match options.seed {
        Some(seed) => command.args(["--first", &seed.to_string(), "--count", "1", "--tell"]),
        None => command.args(["--first", &options.first.to_string(), "--count", &options.seeds.to_string()]),
    };
    chore::succeeds("sim", &mut command)
}
