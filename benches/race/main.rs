//! Races our client against the official one over the same node: see `benches/README.md`.
//!
//! Started by `cargo xtask race`, which builds it and installs the official client. It is several processes of one
//! program: `race run` leads, `race node` is the node, `race contender` is our client; the official client runs in
//! Node.js, by `official/driver.mjs`. All take requests by line, measure themselves, and end when their input does.
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

mod child;
mod clock;
mod contender;
mod database;
mod machine;
mod node;
mod outcome;
mod report;
mod row;
mod rows;
mod run;
mod stand;
mod statistics;
mod track;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "race", about = "Races our client against the official one; start it with `cargo xtask race`.")]
struct Cli {
    #[command(subcommand)]
    part: Part,
}

/// What this process is.
#[derive(Debug, Subcommand)]
enum Part {
    /// Runs the race
    Run(run::Options),
    /// Says which rows there are
    Rows,
    /// The node of a race
    #[command(hide = true)]
    Node(node::NodeOptions),
    /// Our client in a race
    #[command(hide = true)]
    Contender(contender::ContenderOptions),
}

#[tokio::main]
async fn main() -> ExitCode {
    match take_part(Cli::parse().part).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("race: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn take_part(part: Part) -> Result<bool> {
    match part {
        // What is dropped here kills the processes of the race and removes its folder.
        Part::Run(options) => tokio::select! {
            outcome = run::run(options) => outcome,
            _ = tokio::signal::ctrl_c() => bail!("interrupted; nothing was saved"),
        },
        Part::Rows => {
            for row in rows::all() {
                println!("{}", row.name);
            }
            Ok(true)
        }
        Part::Node(options) => node::serve(options).await.map(|()| true),
        Part::Contender(options) => contender::serve(options).await.map(|()| true),
    }
}
