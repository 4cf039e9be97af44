//! The cargo tools the chores need beside cargo itself.
//!
//! A tool on the machine is used as it is. Otherwise cargo-deny or cargo-fuzz is built once from crates.io into `target/tools`, with
//! a profile that compiles fast, since the tool runs for seconds.
use std::{path::PathBuf, process::Command};

use anyhow::{Result, ensure};

use crate::chore::{cargo, root, succeeds};

/// The cargo-deny that is built when the machine has none.
const DENY_VERSION: &str = "0.20.2";
/// The cargo-fuzz that is built when the machine has none.
const FUZZ_VERSION: &str = "0.13.1";

/// cargo-deny, installed first if the machine has none.
///
/// # Errors
/// If it is missing and cannot be built.
pub(crate) fn deny() -> Result<Command> {
    if answers(cargo()?.args(["deny", "--version"])) {
        let mut command = cargo()?;
        command.arg("deny");
        return Ok(command);
    }
    let program = installed("cargo-deny")?;
    if !answers(Command::new(&program).arg("--version")) {
        install("cargo-deny", DENY_VERSION)?;
    }
    let mut command = Command::new(program);
    command.current_dir(root()?);
    Ok(command)
}

/// cargo-fuzz, installed first if the machine has none; to be run by whatever cargo is first on the path, since it asks
/// the one that starts it to compile.
///
/// # Errors
/// If it is missing and cannot be built.
pub(crate) fn fuzz() -> Result<PathBuf> {
    let anywhere = PathBuf::from("cargo-fuzz");
    if answers(Command::new(&anywhere).arg("--version")) {
        return Ok(anywhere);
    }
    let program = installed("cargo-fuzz")?;
    if !answers(Command::new(&program).arg("--version")) {
        install("cargo-fuzz", FUZZ_VERSION)?;
    }
    Ok(program)
}

/// cargo-nextest, where the machine has it.
///
/// # Errors
/// If the program was not started by cargo.
pub(crate) fn nextest() -> Result<Option<Command>> {
    if !answers(cargo()?.args(["nextest", "--version"])) {
        return Ok(None);
    }
    let mut command = cargo()?;
    command.arg("nextest");
    Ok(Some(command))
}

fn folder() -> Result<PathBuf> {
    Ok(root()?.join("target").join("tools"))
}

fn installed(tool: &str) -> Result<PathBuf> {
    Ok(folder()?.join("bin").join(format!("{tool}{}", std::env::consts::EXE_SUFFIX)))
}

fn install(tool: &str, version: &str) -> Result<()> {
    println!("\n== {tool} is not on this machine: building {version} into target/tools, once, in a few minutes");
    let mut command = cargo()?;
    command.args(["install", "--locked", "--version", version, "--root"]).arg(folder()?).arg(tool);
    for (key, value) in [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")] {
        command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    ensure!(succeeds(tool, &mut command)?, "{tool} cannot be installed: see what cargo said above");
    Ok(())
}

/// Whether a program starts and exits with 0; what it prints is of no interest.
pub(crate) fn answers(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
