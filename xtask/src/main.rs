//! Project chores: `cargo xtask test`, `lint`, `interop`, `race`, `sim`, `soak`, `fuzz`, `mutants`, `instructions`, `bench`,
//! `load`, `ci`.
//!
//! One place for everything a contributor or the CI machine runs, written in Rust so that it is the same on every
//! machine. Each chore streams what its steps print and ends with one plain line, for example
//! `lint: 5 passed, 0 failed`; the exit code is 0 only if nothing failed.
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod chore;
mod ci;
mod fuzz;
mod instructions;
mod interop;
mod lint;
mod load;
mod mutants;
mod node;
mod npm;
mod race;
mod sim;
mod soak;
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
    /// Very many real messages over a node whose connections break; every one is accounted for
    Soak(soak::Options),
    /// Plants bugs in a copy of the tree; tests must notice each
    Mutants(mutants::Options),
    /// What CI runs: lint, then test
    Ci,
    /// Counts what operations of the pure layers cost, in instructions, and compares with the baseline; needs valgrind
    Instructions(instructions::Options),
    /// Every layer against the clock, and what of each operation is not made of primitives
    Bench(bench::Options),
    /// Loads a node that has one core with publishers, readers and streams
    Load(load::Options),
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
        Chore::Soak(options) => soak::run(options),
        Chore::Mutants(options) => mutants::run(options),
        Chore::Ci => ci::run(),
        Chore::Instructions(options) => instructions::run(options),
        Chore::Bench(options) => bench::run(options),
        Chore::Load(options) => load::run(options),
    }
}
