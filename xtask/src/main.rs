//! Project chores: `cargo xtask test`, `lint`, `interop`, `race`, `sim`, `fuzz`, `mutants`, `ci`.
//!
//! One place for everything a contributor or the CI machine runs, written in Rust so that it is the same on every
//! machine. Each chore streams what its steps print and ends with one plain line, for example
//! `lint: 5 passed, 0 failed`; the exit code is 0 only if nothing failed.
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod chore;
mod ci;
mod fuzz;
mod interop;
mod lint;
mod mutants;
mod node;
mod npm;
mod race;
mod sim;
mod test;
mod tools;

/// The command line of `cargo xtask`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Project chores. Each ends with one line that says what passed and failed.")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
enum Chore {
    /// Every test: unit, whole-system, guards, doctests; those with a chain and interop where Node is on the machine
    Test,
    /// Formatting, clippy, docs without warnings, and cargo-deny
    Lint,
    /// Runs the official npm client against our node and our clients
    Interop(interop::Options),
    /// Measures our client and the official one side by side, over one node
    Race(race::Options),
    /// Random members do random things over a bad line; then all must agree
    Sim(sim::Options),
    /// Feeds decoders and state machines what a fuzzer thinks of
    Fuzz(fuzz::Options),
    /// Plants bugs in a copy of the tree; tests must notice each
    Mutants(mutants::Options),
    /// What CI runs: lint, then test
    Ci,
}

fn main() -> ExitCode {
    match run(&Cli::parse().chore) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> Result<bool> {
    match chore {
        Chore::Test => test::run(),
        Chore::Lint => lint::run(),
        Chore::Interop(options) => interop::run(options),
        Chore::Race(options) => race::run(options),
        Chore::Sim(options) => sim::run(options),
        Chore::Fuzz(options) => fuzz::run(options),
        Chore::Mutants(options) => mutants::run(options),
        Chore::Ci => ci::run(),
    }
}
