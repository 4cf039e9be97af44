//! A node, a client or an agent in a process of its own, so that the kill test can kill it. See [`xmtp_tests::kill`].

mod agent;
mod client;
mod load;
mod node;
mod see;

use anyhow::{Context, Result};
use std::io::Write;
use tokio::io::{AsyncBufReadExt, BufReader};
use xmtp_tests::kill::{Part, Report};

/// The lines that come in.
type Lines = tokio::io::Lines<BufReader<tokio::io::Stdin>>;

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let first = lines.next_line().await?.context("nobody said what this process is")?;
    match serde_json::from_str(&first)? {
        Part::Node { folder, native } => node::run(folder, native, lines).await,
        Part::Client(part) => client::run(part, lines).await,
        Part::Agent(part) => agent::run(part, lines).await,
    }
}

/// Writes a report; when this returns, the reader has it even if this process is killed.
fn report(report: &Report) {
    let Ok(mut line) = serde_json::to_string(report) else { return };
    line.push('\n');
    let mut out = std::io::stdout().lock();
    // The reader is gone: nobody is left to promise anything to.
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}
