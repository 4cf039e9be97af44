//! `cargo xtask load`: what one node on one core bears.
//!
//! The load itself is the program `load` of package `xmtp-benches`, which says what is measured.
use anyhow::Result;
use clap::Args;

use crate::chore::{self, cargo};

/// What `cargo xtask load` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Requests under way at a time
    #[arg(long, value_name = "N", default_value_t = 32)]
    concurrent: u64,
    /// Streams, each of a thousand groups
    #[arg(long, value_name = "N", default_value_t = 1000)]
    streams: u64,
}

/// Runs the chore; true if the node answered everything.
///
/// # Errors
/// If the load cannot be built or started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let mut load = cargo()?;
    load.args(["run", "--quiet", "--release", "--package", "xmtp-benches", "--bin", "load", "--", "run"]);
    load.args(["--concurrent", &options.concurrent.to_string(), "--streams", &options.streams.to_string()]);
    chore::succeeds("load", &mut load)
}
