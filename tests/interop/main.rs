//! Runs users of the official npm client and users of ours against our node, and compares what they see.
//!
//! Started by `cargo xtask interop`, which installs the generations of the official client first. Each scenario gets
//! users of its own in a folder of its own; all share one node, which sits on the port that clients before 6.0 dial
//! for `env: "local"` whatever URL they are given. The node asks one chain, made for the run, about smart contract
//! wallets. Prints a line for each scenario and ends with `<generation>: N passed, M failed`.
use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use tokio::{sync::Semaphore, task::JoinSet};

mod account;
mod chain;
mod check;
mod driver;
mod inbox;
mod network;
mod official;
mod ours;
mod preference;
mod record;
mod scenarios;
mod seen;
mod user;
mod world;

use network::Network;
use scenarios::Scenario;
use world::{Cast, World};

/// What `cargo xtask interop` passes on.
#[derive(Clone, Debug, Default)]
struct Options {
    /// Folder under `tests/interop/` that has the official client.
    generation: String,
    /// Run scenarios whose line contains this text.
    only: Option<String>,
    /// Keep the traffic of official clients as fixtures, after the scenarios.
    record: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("interop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool> {
    let options = options()?;
    let folder = tempfile::tempdir()?;
    let network = Network::start(folder.path()).await?;

    let wanted = |line: &String| options.only.as_ref().is_none_or(|only| line.contains(only.as_str()));
    let places = Arc::new(Semaphore::new(at_once() as usize));
    let mut running = JoinSet::new();
    for (index, (cast, scenario)) in
        Cast::ALL.iter().flat_map(|cast| scenarios::all().into_iter().map(move |it| (*cast, it))).enumerate()
    {
        let line = format!("{cast}: {}", scenario.name);
        if wanted(&line) {
            let folder = folder.path().join(index.to_string());
            let world = World::new(&options.generation, folder, cast, Arc::clone(&network))?;
            running.spawn(play(line, scenario, world, Arc::clone(&places)));
        }
    }
    let (mut passed, mut failed) = (0, 0);
    while let Some(outcome) = running.join_next().await {
        *(if outcome? { &mut passed } else { &mut failed }) += 1;
    }

    if options.record {
        let world =
            World::new(&options.generation, folder.path().join("record"), Cast::OFFICIAL, Arc::clone(&network))?;
        record::record(&options.generation, &world).await?;
    }
    network.stop().await?;
    anyhow::ensure!(passed + failed > 0, "no scenario has such a name");
    println!("{}: {passed} passed, {failed} failed", options.generation);
    Ok(failed == 0)
}

/// Plays one scenario and prints its line.
async fn play(line: String, scenario: Scenario, world: World, places: Arc<Semaphore>) -> bool {
    let needed = if scenario.alone { at_once() } else { 1 };
    let Ok(_places) = places.acquire_many(needed).await else { return false };
    match (scenario.run)(world).await {
        Ok(()) => {
            println!("ok      {line}");
            true
        }
        Err(error) => {
            println!("FAILED  {line}\n        {error:#}");
            false
        }
    }
}

/// Scenarios wait for each other's round trips more than for the processor.
fn at_once() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(2 * cores).unwrap_or(8).clamp(4, 8)
}

fn options() -> Result<Options> {
    let mut options = Options::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--generation" => options.generation = words.next().context("--generation needs a folder")?,
            "--only" => options.only = Some(words.next().context("--only needs a text")?),
            "--record" => options.record = true,
            other => anyhow::bail!("{other} is unknown; start this with `cargo xtask interop`"),
        }
    }
    anyhow::ensure!(!options.generation.is_empty(), "start this with `cargo xtask interop`");
    Ok(options)
}
