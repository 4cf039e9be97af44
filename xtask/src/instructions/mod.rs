//! `cargo xtask instructions`: what the operations of the pure layers cost, in instructions, against a baseline.
//!
//! The program `instructions` of package `xmtp-layers` runs each operation once under valgrind's callgrind, which counts
//! every instruction: no clock, so the load of the machine does not matter. The baseline is `benches/instructions.toml`.
//! It holds for one compiler and for processors with the same features; elsewhere the counts are told and not compared.
mod baseline;
mod callgrind;
mod counts;

use std::{fs, process::Command};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::{
    chore::{Tally, cargo, in_ci, root, succeeds},
    tools,
};
use baseline::Baseline;
pub(crate) use callgrind::Dump;
pub(crate) use counts::Counts;

const NAME: &str = "instructions";
const PROFILE: &str = "counted";

/// What `cargo xtask instructions` takes.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Writes what is counted as the new baseline
    #[arg(long)]
    save: bool,
}

/// Runs the chore; true if nothing costs more than 3 % above the baseline.
///
/// # Errors
/// If valgrind is missing, or the program cannot be built, started or read.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let Some(valgrind) = tools::valgrind()? else { bail!("instructions cannot be counted: {}", tools::NO_VALGRIND) };
    let counts = count(valgrind)?;
    let file = root()?.join("benches").join("instructions.toml");
    if options.save {
        Baseline::of(counts).write(&file)?;
        println!("\n{NAME}: the baseline is written anew: {}", file.display());
        return Ok(true);
    }
    let baseline = Baseline::read(&file)?;
    if let Some(why) = baseline.differs_from(&counts) {
        println!("\n{NAME}: not compared: {why}");
        return Ok(true);
    }
    let found = baseline.compare(&counts);
    found.iter().for_each(|line| println!("{line}"));
    let dearer = found.iter().filter(|line| line.is_failure()).count();
    println!("\n{NAME}: {} compared, {dearer} failed", counts.operations.len());
    Ok(dearer == 0)
}

/// The chore as a step of the tests: skipped where there is no valgrind, which CI does not allow.
///
/// # Errors
/// As [`run`].
pub(crate) fn step(tally: &mut Tally) -> Result<()> {
    match tools::valgrind()? {
        Some(_) => tally.count(NAME, run(&Options::default())?),
        None if in_ci() => {
            println!("\n== {NAME}: {}, and CI requires it", tools::NO_VALGRIND);
            tally.count(NAME, false);
        }
        None => tally.skip(NAME, tools::NO_VALGRIND),
    }
    Ok(())
}

/// Builds the program and counts.
///
/// # Errors
/// If it cannot be built, started or read.
pub(crate) fn count(mut valgrind: Command) -> Result<Counts> {
    let mut build = cargo()?;
    build.args(["build", "--package", "xmtp-layers", "--bin", "instructions", "--profile", PROFILE]);
    ensure!(succeeds(NAME, &mut build)?, "the program that is counted cannot be built: see what cargo said above");
    let target = root()?.join("target");
    let folder = target.join(NAME);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    println!("\n== {NAME}: callgrind counts each operation once");
    // Work that is shared out to threads is counted wherever it is done; one thread beside the first makes it the same work
    // each time.
    let output = valgrind
        .env("RAYON_NUM_THREADS", "1")
        .args(["--quiet", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no"])
        .args(["--dump-before=instructions::begin*", "--dump-after=instructions::counted*"])
        .arg(format!("--callgrind-out-file={}", folder.join("callgrind").display()))
        .arg(target.join(PROFILE).join("instructions"))
        .output()
        .context("cannot start valgrind")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "valgrind failed:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let counts = Counts::read(&said, &folder, rustc()?)?;
    let table = target.join("instructions.md");
    fs::write(&table, counts.table()).with_context(|| format!("cannot write {}", table.display()))?;
    println!("== {NAME}: what is spent in the cryptography and what around it: {}", table.display());
    Ok(counts)
}

fn rustc() -> Result<String> {
    let output = Command::new("rustc").arg("--version").current_dir(root()?).output().context("cannot start rustc")?;
    let version = String::from_utf8_lossy(&output.stdout);
    Ok(version.split(' ').nth(1).context("rustc does not tell its version")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_was_taken_with_the_compiler_that_is_in_use() {
        let root = root().unwrap();
        let toolchain = fs::read_to_string(root.join("rust-toolchain.toml")).unwrap();
        let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap();
        let baseline = Baseline::read(&root.join("benches").join("instructions.toml")).unwrap();
        assert_eq!(format!("\"{}\"", baseline.rustc), channel, "cargo xtask instructions --save takes a new one");
    }
}
