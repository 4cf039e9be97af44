//! `cargo xtask fuzz`: libFuzzer on everything that reads bytes of others, for a while each.
//!
//! The targets lie in `fuzz/`, outside the workspace. With a nightly compiler on the machine they run under the address
//! sanitizer; otherwise they are built by the stable one without it, which finds the same panics and broken promises,
//! since no line of ours is unsafe. They start from the recorded traffic of official clients; what they find on the way
//! is kept in `fuzz/corpus/`, what breaks something in `fuzz/artifacts/`. CI does not fuzz.
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{
    chore::{Tally, root},
    tools::{self, answers},
};

/// What `cargo xtask fuzz` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only this target; the files of fuzz/fuzz_targets/ are the targets
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Builds with the stable compiler and without a sanitizer, which runs faster, also where there is a nightly one
    #[arg(long)]
    stable: bool,
    /// How long each target is fuzzed
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
}

/// Runs the chore; true if nothing broke.
///
/// # Errors
/// If cargo-fuzz is missing and cannot be built, or no target has the wanted name.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let root = root()?;
    let targets = wanted(&root, options.target.as_deref())?;
    let program = tools::fuzz()?;
    let toolchain = Toolchain::choose(options.stable);
    println!("\n== fuzz: {} targets, {}", targets.len(), toolchain.describe());
    let mut tally = Tally::new("fuzz");
    for target in targets {
        let own = root.join("fuzz").join("corpus").join(&target);
        fs::create_dir_all(&own)?;
        let mut fuzz = toolchain.command(&program);
        fuzz.current_dir(&root).args(["run", "--fuzz-dir", "fuzz", "--target-dir", "target/fuzz"]);
        fuzz.args(["--sanitizer", toolchain.sanitizer()]).arg(&target);
        fuzz.arg(own).args(seeds(&root)?);
        fuzz.args(["--", &format!("-max_total_time={}", options.seconds), "-timeout=10", "-rss_limit_mb=2048"]);
        tally.step(&target, &mut fuzz)?;
    }
    Ok(tally.finish())
}

/// What the targets are built with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Toolchain {
    /// The nightly compiler, which knows sanitizers.
    Nightly,
    /// The one that builds everything else.
    Stable,
}

impl Toolchain {
    fn choose(stable: bool) -> Self {
        let has_nightly = || answers(Command::new("rustup").args(["run", "nightly", "cargo", "--version"]));
        if !stable && has_nightly() { Self::Nightly } else { Self::Stable }
    }

    const fn describe(self) -> &'static str {
        match self {
            Self::Nightly => "nightly compiler, address sanitizer",
            Self::Stable => "stable compiler, no sanitizer",
        }
    }

    const fn sanitizer(self) -> &'static str {
        match self {
            Self::Nightly => "address",
            Self::Stable => "none",
        }
    }

    /// cargo-fuzz, with this toolchain to build what it runs.
    fn command(self, program: &Path) -> Command {
        match self {
            Self::Nightly => {
                let mut command = Command::new("rustup");
                command.args(["run", "nightly"]).arg(program);
                command
            }
            Self::Stable => Command::new(program),
        }
    }
}

/// The targets to run, in the order of their names.
fn wanted(root: &Path, only: Option<&str>) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for path in entries(&root.join("fuzz").join("fuzz_targets"))? {
        if path.extension() == Some(OsStr::new("rs")) {
            targets.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    let known = targets.join(", ");
    targets.retain(|target| only.is_none_or(|only| only == target));
    ensure!(!targets.is_empty(), "no target is called {}; known are {known}", only.unwrap_or_default());
    Ok(targets)
}

/// Folders of recorded traffic. Every target gets all of it: what is none of its business it forgets at once.
fn seeds(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("tests").join("fixtures").join("official");
    Ok(entries(&folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listing = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = listing.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_and_nothing_else_is() {
        let root = root().unwrap();
        let manifest = fs::read_to_string(root.join("fuzz").join("Cargo.toml")).unwrap();
        let mut built: Vec<_> = manifest.lines().filter_map(|line| line.strip_prefix("path = ")).collect();
        built.sort_unstable();
        let files = wanted(&root, None).unwrap();
        assert!(!files.is_empty());
        assert_eq!(files.iter().map(|name| format!("\"fuzz_targets/{name}.rs\"")).collect::<Vec<_>>(), built);
    }

    #[test]
    fn a_target_is_chosen_by_its_whole_name_and_a_wrong_name_lists_the_right_ones() {
        let root = root().unwrap();
        assert_eq!(wanted(&root, Some("key_package")).unwrap(), ["key_package"]);
        let error = wanted(&root, Some("key")).unwrap_err().to_string();
        assert!(error.contains("known are ") && error.contains("key_package"), "{error}");
    }

    #[test]
    fn targets_start_from_the_recorded_traffic_of_official_clients() {
        assert!(!seeds(&root().unwrap()).unwrap().is_empty());
    }
}
