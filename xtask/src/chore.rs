//! A chore: named steps run one after another, counted, and summed up in one last line.
//!
//! A failing step does not stop the chore, so that one run shows everything there is to mend.
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The running count of one chore's steps.
#[derive(Debug)]
pub(crate) struct Tally {
    chore: &'static str,
    passed: Vec<String>,
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Tally {
    /// An empty count for the chore called `chore`.
    pub(crate) fn new(chore: &'static str) -> Self {
        Self { chore, passed: Vec::new(), failed: Vec::new(), skipped: Vec::new() }
    }

    /// Runs `command` in the open, and counts it as passed if it exits with 0.
    ///
    /// # Errors
    /// If the program cannot be started at all.
    pub(crate) fn step(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let passed = succeeds(name, command)?;
        self.count(name, passed);
        Ok(())
    }

    /// Counts a step that was run elsewhere.
    pub(crate) fn count(&mut self, name: &str, passed: bool) {
        if passed { &mut self.passed } else { &mut self.failed }.push(name.to_owned());
    }

    /// Notes a step that was not run, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n== {}: {name} skipped: {why}", self.chore);
        self.skipped.push(format!("{name} ({why})"));
    }

    /// Prints the last line and tells whether nothing failed.
    pub(crate) fn finish(&self) -> bool {
        println!("\n{}", self.line());
        self.failed.is_empty()
    }

    fn line(&self) -> String {
        let mut line = format!("{}: {} passed, {} failed", self.chore, self.passed.len(), self.failed.len());
        if !self.failed.is_empty() {
            line += &format!("; failed: {}", self.failed.join(", "));
        }
        if !self.skipped.is_empty() {
            line += &format!("; skipped: {}", self.skipped.join(", "));
        }
        line
    }
}

/// Runs `command` in the open, under a heading that shows the whole command line.
///
/// # Errors
/// If the program cannot be started at all.
pub(crate) fn succeeds(name: &str, command: &mut Command) -> Result<bool> {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    if let Some(program) = words.first_mut() {
        *program = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    println!("\n== {name}: {}", words.join(" "));
    let status = command.status().with_context(|| format!("cannot start {}", words.join(" ")))?;
    Ok(status.success())
}

/// The workspace's root folder.
///
/// # Errors
/// If the program was not started by cargo, which names the folder.
pub(crate) fn root() -> Result<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
    Ok(Path::new(&package).parent().context("package xtask has no parent folder")?.to_owned())
}

/// The cargo that started us, to be run in the workspace's root.
///
/// # Errors
/// As [`root`].
pub(crate) fn cargo() -> Result<Command> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?);
    Ok(command)
}

/// Whether this is a CI run, where nothing that the project needs may be missing.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_steps_and_names_those_that_failed_or_were_skipped() {
        let mut tally = Tally::new("lint");
        tally.count("format", true);
        assert_eq!(tally.line(), "lint: 1 passed, 0 failed");
        assert!(tally.finish());

        tally.count("clippy", false);
        tally.skip("advisories", "no network");
        assert_eq!(tally.line(), "lint: 1 passed, 1 failed; failed: clippy; skipped: advisories (no network)");
        assert!(!tally.finish());
    }

    #[test]
    fn a_step_passes_by_exit_code_and_a_missing_program_is_an_error() {
        let mut tally = Tally::new("test");
        tally.step("cargo", cargo().unwrap().arg("--version")).unwrap();
        tally.step("nonsense", cargo().unwrap().arg("no-such-subcommand")).unwrap();
        assert_eq!(tally.line(), "test: 1 passed, 1 failed; failed: nonsense");
        assert!(tally.step("absent", &mut Command::new("no-such-program-here")).is_err());
    }
}
