//! What one node on one core bears: publishes and reads a second, and deliveries to many streams.
//!
//! `cargo xtask load` builds and starts this. The node is a process of its own, kept on one core where the machine has
//! taskset, with its log on the disk; clients reach it over gRPC as any client does, from the other cores. What is told
//! beside the rates is how much of the processor the node took for each request: on a machine where clients and node
//! share cores, that is the figure to trust.
use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use clap::{Parser, Subcommand};

mod node;
mod streams;
mod traffic;

use traffic::Traffic;

#[derive(Debug, Parser)]
#[command(name = "load")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts a node and loads it
    Run(Options),
    /// The node; for this program's own use
    Node {
        /// Folder of its log
        #[arg(long)]
        data: PathBuf,
    },
}

/// How much.
#[derive(clap::Args, Clone, Copy, Debug)]
struct Options {
    /// Messages to publish, one a request
    #[arg(long, default_value_t = 40_000)]
    publishes: u64,
    /// Pages to read, one a request
    #[arg(long, default_value_t = 80_000)]
    reads: u64,
    /// Requests under way at a time
    #[arg(long, default_value_t = 32)]
    concurrent: u64,
    /// Groups that messages go to
    #[arg(long, default_value_t = 1_000)]
    groups: u64,
    /// Streams, each of all groups
    #[arg(long, default_value_t = 1_000)]
    streams: u64,
    /// Messages that all streams get
    #[arg(long, default_value_t = 200)]
    streamed: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Node { data } => node::serve(data).await,
        Command::Run(options) => run(options).await,
    }
}

async fn run(options: Options) -> Result<()> {
    let node = node::Handle::start().await?;
    let traffic = Arc::new(Traffic::prepare(&node.url, options.groups)?);
    println!("| what | rate | p50 ms | p99 ms | node's processor time each, µs |\n|---|---:|---:|---:|---:|");
    let rates = [
        traffic::publishes(&node, &traffic, options.publishes, options.concurrent).await?,
        traffic::reads(&node, &traffic, options.reads, options.concurrent).await?,
        streams::deliveries(&node, &traffic, options.streams, options.streamed).await?,
    ];
    rates.iter().for_each(|rate| println!("{rate}"));
    Ok(())
}
