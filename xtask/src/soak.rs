//! `cargo xtask soak`: very many real messages over a node whose connections break, every one accounted for.
//!
//! The work is done by the program `soak` of package `xmtp-tests`, built with all optimisations.
use anyhow::Result;
use clap::Args;

use crate::chore::{self, cargo};

/// What `cargo xtask soak` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How many messages are sent
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    messages: u64,
    /// Stops sending after so many minutes at the latest
    #[arg(long, value_name = "N", default_value_t = 1440)]
    minutes: u64,
    /// When connections break and the node is killed
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

/// Runs the chore; true if nothing was lost, doubled or out of order.
///
/// # Errors
/// If the program cannot be built or started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let mut command = cargo()?;
    command.args(["run", "--quiet", "--release", "--package", "xmtp-tests", "--bin", "soak", "--"]);
    let numbers = [("--messages", options.messages), ("--minutes", options.minutes), ("--seed", options.seed)];
    for (name, number) in numbers {
        command.args([name, &number.to_string()]);
    }
    chore::succeeds("soak", &mut command)
}
