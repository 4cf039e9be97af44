//! A million real messages: clients with databases on disk, a node in a process of its own, real sockets; connections that
//! break and a node that is killed. Every message is accounted for at every reader, by name and order.
//!
//! Started by `cargo xtask soak`. Ends with one line, `soak: N messages, M arrivals, ...: 0 lost, 0 doubled, 0 out of
//! order`, and with 0 only if that is so.

mod account;
mod node;
mod relay;
mod world;

use account::Account;
use anyhow::{Context, Result, bail, ensure};
use node::NodeProcess;
use relay::Relay;
use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use world::World;
use xmtp_tests::random::Random;

/// How often connections break, in seconds, drawn anew each time.
const BREAKS: std::ops::Range<u64> = 2..8;
/// Every so many breaks the node is killed instead.
const BREAKS_PER_KILL: u64 = 5;
/// So long without any arrival means that what has not come is lost.
const PATIENCE: Duration = Duration::from_secs(120);

/// What `cargo xtask soak` passes on.
#[derive(Clone, Copy, Debug)]
struct Options {
    messages: u64,
    minutes: u64,
    seed: u64,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let [part, folder, address] = words.as_slice()
        && part == "--node"
    {
        runtime.block_on(node::serve(folder.into(), address.parse()?))?;
        return Ok(true);
    }
    runtime.block_on(soak(options(&words)?))
}

async fn soak(options: Options) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let mut node = NodeProcess::start(folder.path()).await?;
    let relay = Relay::start(node.address()).await?;
    let account = Arc::new(Account::default());
    let world = World::new(folder.path(), &relay.url(), &account).await?;
    let began = Instant::now();
    let written = Arc::new(AtomicU64::new(0));
    let until = began + Duration::from_secs(60 * options.minutes);
    let mut writers = world.write(options.messages, until, &written);

    let mut random = Random::from_seed(options.seed);
    let (mut breaks, mut kills) = (0u64, 0u64);
    loop {
        let pause = Duration::from_secs(random.within(BREAKS));
        tokio::select! {
            done = writers.join_next() => match done {
                Some(done) => done.context("a writer panicked")??,
                None => break,
            },
            () = tokio::time::sleep(pause) => {
                breaks += 1;
                if breaks.is_multiple_of(BREAKS_PER_KILL) {
                    kills += 1;
                    node.kill_and_start().await?;
                } else {
                    relay.cut();
                }
                let (written, arrived) = (written.load(Ordering::Relaxed), account.arrived());
                println!("soak: {:>5} s, {written} written, {arrived} arrived", began.elapsed().as_secs());
            }
        }
    }
    let took = began.elapsed();
    let written = written.load(Ordering::Relaxed);
    ensure!(written > 0, "nothing was written");
    world.publish_rest().await?;
    wait(&account, written * world.readers_of_each()).await;
    let verdict = account.verdict(&world.sent());
    let rate = written / took.as_secs().max(1);
    println!(
        "soak: {written} messages, {} arrivals, {rate}/s, {breaks} breaks, {kills} node kills: {} lost, {} doubled, {} \
         out of order",
        account.arrived(),
        verdict.lost,
        verdict.doubled,
        verdict.misordered
    );
    world.close().await;
    Ok(verdict.is_clean())
}

/// Waits until everything has come, or nothing comes any more.
async fn wait(account: &Account, expected: u64) {
    let (mut last, mut since) = (account.arrived(), Instant::now());
    while account.arrived() < expected && since.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if account.arrived() > last {
            (last, since) = (account.arrived(), Instant::now());
        }
    }
}

fn options(words: &[String]) -> Result<Options> {
    let mut options = Options { messages: 1_000_000, minutes: 24 * 60, seed: 1 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let number = words.next().with_context(|| format!("{word} needs a number"))?.parse()?;
        match word.as_str() {
            "--messages" => options.messages = number,
            "--minutes" => options.minutes = number,
            "--seed" => options.seed = number,
            _ => bail!("{word} is unknown; start this with `cargo xtask soak`"),
        }
    }
    Ok(options)
}
