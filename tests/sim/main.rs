//! Random members do random things in a group over a bad line; then the line heals, and all of them must agree.
//!
//! Started by `cargo xtask sim`. Each run is drawn from its seed: who does what, which requests are lost, answered in
//! vain, doubled or late, and when a program dies in the middle of what it does. Clients are real, and so is all they do
//! over an in-process network; time is simulated. What must hold after quiet is worked out from the network's log alone
//! (`truth.rs`). Ends with `sim: N runs, M violations`; a run that fails prints how to play it again. Keys are drawn anew
//! each time, and which of two threads ends first is not decided: what depends on them may take a few plays to come back.
//!
//! With `--talk N` whoever says something says up to N messages. With `--storm` eight installations do nothing but commit
//! at once (`storm.rs`).

mod act;
mod check;
mod clock;
mod group;
mod member;
mod run;
mod storm;
mod truth;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use run::Talk;
use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// What `cargo xtask sim` passes on.
#[derive(Clone, Copy, Debug)]
struct Options {
    /// The first seed.
    first: u64,
    /// How many runs.
    count: u64,
    /// Say what each member does.
    is_told: bool,
    /// Play storms.
    is_storm: bool,
    /// How much is said at a time.
    talk: Talk,
}

fn main() -> ExitCode {
    match options().map(play) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Plays all runs, as many at a time as there are cores; true if nothing was violated.
fn play(options: Options) -> bool {
    let progress = ProgressBar::new(options.count);
    if let Ok(style) = ProgressStyle::with_template("sim {wide_bar} {pos}/{len} runs, {msg}, {eta} left") {
        progress.set_style(style);
    }
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let (messages, storms, epochs) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let one = |seed| -> Result<()> {
        if options.is_storm {
            let weather = storm::run(seed)?;
            messages.fetch_add(weather.messages, Ordering::Relaxed);
            storms.fetch_add(weather.storms, Ordering::Relaxed);
            epochs.fetch_add(weather.epochs, Ordering::Relaxed);
        } else {
            messages.fetch_add(run::run(seed, options.talk, options.is_told)?, Ordering::Relaxed);
        }
        Ok(())
    };
    let worker = || {
        loop {
            let offset = next.fetch_add(1, Ordering::Relaxed);
            if offset >= options.count {
                return;
            }
            let seed = options.first.wrapping_add(offset);
            if let Err(violation) = one(seed) {
                failed.fetch_add(1, Ordering::Relaxed);
                let kind = match (options.is_storm, options.talk) {
                    (true, _) => " --storm".to_owned(),
                    (false, Talk(1)) => String::new(),
                    (false, Talk(most)) => format!(" --talk {most}"),
                };
                let replay = format!("cargo xtask sim{kind} --seed {seed}");
                progress.suspend(|| println!("seed {seed}: {violation:#}\n  replay: {replay}"));
            }
            progress.set_message(format!("{} violations", failed.load(Ordering::Relaxed)));
            progress.inc(1);
        }
    };
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(worker))));
    progress.finish_and_clear();
    let (failed, messages) = (failed.into_inner(), messages.into_inner());
    if options.is_storm {
        println!("sim: {} storms, {} epochs", storms.into_inner(), epochs.into_inner());
    }
    println!("sim: {messages} messages arrived");
    println!("sim: {} runs, {failed} violations", options.count);
    failed == 0
}

fn options() -> Result<Options> {
    let mut options = Options { first: 0, count: 1, is_told: false, is_storm: false, talk: Talk(1) };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            || words.next().with_context(|| format!("{word} needs a number"))?.parse::<u64>().context(word.clone());
        match word.as_str() {
            "--first" => options.first = number()?,
            "--count" => options.count = number()?,
            "--tell" => options.is_told = true,
            "--storm" => options.is_storm = true,
            "--talk" => options.talk = Talk(number()?),
            _ => anyhow::bail!("{word} is unknown; start this with `cargo xtask sim`"),
        }
    }
    Ok(options)
}
