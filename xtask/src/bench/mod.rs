//! `cargo xtask bench`: every layer against the clock, and what of an operation is not made of primitives.
//!
//! The criterion benches of package `xmtp-benches` tell how long things take, and callgrind how often an operation of
//! groups calls into the cryptography. Together they are a model of cost: the primitives at the prices of the same run,
//! one durable write where there is a database, and what is left, which is ours.
mod estimates;
mod model;

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    chore::{cargo, root, succeeds},
    instructions, tools,
};
use estimates::Estimates;

/// What `cargo xtask bench` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only this layer: crypto, identity, content, storage, mls or delivery
    #[arg(long, value_name = "LAYER")]
    only: Option<String>,
}

/// Runs the chore; true if every bench ran.
///
/// # Errors
/// If a bench cannot be built or started, or its results cannot be read.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let mut bench = cargo()?;
    // Built as what callgrind counts is, so that prices and counts are of the same code, and compiled once.
    bench.args(["bench", "--profile", "counted", "--package", "xmtp-benches"]);
    match &options.only {
        Some(layer) => bench.args(["--bench", layer]),
        None => bench.arg("--benches"),
    };
    if !succeeds("bench", &mut bench)? {
        return Ok(false);
    }
    let Some(valgrind) = tools::valgrind()? else {
        println!("\nbench: without the model of cost: {}", tools::NO_VALGRIND);
        return Ok(true);
    };
    let counts = instructions::count(valgrind)?;
    let target = root()?.join("target");
    let estimates = Estimates::read(&target.join("criterion"))?;
    let table = model::table(&counts, &estimates);
    let file = target.join("bench").join("model.md");
    fs::create_dir_all(target.join("bench")).context("cannot make target/bench")?;
    fs::write(&file, &table).with_context(|| format!("cannot write {}", file.display()))?;
    println!("\n{table}\nbench: the model of cost is in {}", file.display());
    Ok(true)
}
