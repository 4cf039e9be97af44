//! `cargo xtask interop`: the official npm client in two generations against our node and our clients.
//!
//! Each generation has its own folder under `tests/interop/` with a lock file; `npm ci` fills it on demand. So it does
//! `tests/chain/`, where the chain is that smart contract wallets are on. The scenarios themselves are the program
//! `interop` of package `xmtp-tests`; this file decides which generations run, and adds up what they say.
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    chore::{cargo, root},
    node, npm,
};

/// What `cargo xtask interop` takes.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Only the official client of this version, for example 5.5.0, or 6 for the generation
    #[arg(long, value_name = "VERSION")]
    client: Option<String>,
    /// Only scenarios whose name contains this text
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Also write the traffic of official clients to tests/fixtures/official/
    #[arg(long)]
    record: bool,
}

/// One generation of the official client.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Its folder under `tests/interop/`.
    pub(crate) folder: &'static str,
    /// The version its lock file pins.
    pub(crate) version: &'static str,
    /// Whether a machine that cannot install it fails the chore. Nightlies can vanish from the registry.
    pub(crate) required: bool,
}

const NODE_SDK_5: Generation = Generation { folder: "node-sdk-5", version: "5.5.0", required: true };
const NODE_SDK_6: Generation = Generation { folder: "node-sdk-6", version: "6.0.0", required: true };
const NODE_SDK_6_NIGHTLY: Generation =
    Generation { folder: "node-sdk-6-nightly", version: "6.1.0-nightly.20260726.b649d1a", required: false };

/// The oldest glibc on which the native part of node-sdk 6.0.0 loads.
const GLIBC_OF_6_0_0: (u32, u32) = (2, 38);

/// Runs the chore; true if nothing failed.
///
/// # Errors
/// If Node is missing, no generation has the wanted version, or the harness cannot be built or started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    if let Some(why) = node::missing() {
        bail!("interop cannot run: {why}");
    }
    let tests = root()?.join("tests");
    if !npm::install("chain for tests", &tests.join("chain"))? {
        bail!("interop cannot run: npm could not install tests/chain");
    }
    let (mut passed, mut failed, mut missing) = (0, 0, Vec::new());
    for generation in wanted(options.client.as_deref())? {
        if npm::install(generation.folder, &tests.join("interop").join(generation.folder))? {
            let counts = scenarios(&generation, options)?;
            passed += counts.0;
            failed += counts.1;
        } else {
            missing.push(generation);
        }
    }
    failed += missing.iter().filter(|generation| generation.required).count();
    print!("\ninterop: {passed} passed, {failed} failed");
    for Generation { folder, version, .. } in &missing {
        print!("; missing: {folder} (npm could not install node-sdk {version})");
    }
    println!();
    Ok(failed == 0)
}

/// The generations to run: those this machine can load, or the one that was asked for.
///
/// # Errors
/// If none has the version that was asked for.
pub(crate) fn wanted(client: Option<&str>) -> Result<Vec<Generation>> {
    if let Some(version) = client {
        let known = [NODE_SDK_5, NODE_SDK_6, NODE_SDK_6_NIGHTLY];
        if let Some(exact) =
            known.into_iter().find(|generation| [generation.version, generation.folder].contains(&version))
        {
            return Ok(vec![Generation { required: true, ..exact }]);
        }
    }
    let glibc_is_old = node::glibc().is_some_and(|glibc| glibc < GLIBC_OF_6_0_0);
    let mut loadable = vec![NODE_SDK_5, if glibc_is_old { NODE_SDK_6_NIGHTLY } else { NODE_SDK_6 }];
    loadable.retain(|generation| client.is_none_or(|version| generation.version.starts_with(version)));
    if loadable.is_empty() {
        bail!(
            "no official client {} here; known are {}, {} and {}",
            client.unwrap_or_default(),
            NODE_SDK_5.version,
            NODE_SDK_6.version,
            NODE_SDK_6_NIGHTLY.version
        );
    }
    Ok(loadable)
}

/// Runs a generation's scenarios in the open; how many passed and failed.
fn scenarios(generation: &Generation, options: &Options) -> Result<(usize, usize)> {
    let mut harness = cargo()?;
    harness.args(["run", "--quiet", "--package", "xmtp-tests", "--bin", "interop", "--"]);
    harness.args(["--generation", generation.folder]);
    if let Some(only) = &options.only {
        harness.args(["--only", only]);
    }
    if options.record {
        harness.arg("--record");
    }
    println!("\n== interop: node-sdk {}", generation.version);
    let mut child = harness.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut counts = None;
    for line in BufReader::new(child.stdout.take().context("the harness has no output")?).lines() {
        let line = line?;
        println!("{line}");
        counts = parse_counts(&line).or(counts);
    }
    let succeeded = child.wait()?.success();
    match counts {
        Some((passed, failed)) if succeeded == (failed == 0) => Ok((passed, failed)),
        _ => bail!("the interop harness for {} ended without its result line", generation.folder),
    }
}

/// Reads the harness's last line, `<generation>: 34 passed, 0 failed`.
fn parse_counts(line: &str) -> Option<(usize, usize)> {
    let (_, counts) = line.split_once(": ")?;
    let (passed, failed) = counts.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_the_result_line_and_from_no_other() {
        assert_eq!(parse_counts("node-sdk-5: 34 passed, 1 failed"), Some((34, 1)));
        assert_eq!(parse_counts("ok: a group is renamed"), None);
        assert_eq!(parse_counts("node-sdk-5: x passed, 1 failed"), None);
    }

    #[test]
    fn a_generation_is_found_by_its_exact_version_and_by_its_first_number() {
        let folders = |client| wanted(client).unwrap().iter().map(|generation| generation.folder).collect::<Vec<_>>();
        assert_eq!(folders(Some("5.5.0")), ["node-sdk-5"]);
        assert_eq!(folders(Some("6.0.0")), ["node-sdk-6"]);
        assert_eq!(folders(Some("5")), ["node-sdk-5"]);
        assert_eq!(folders(Some("6")).len(), 1);
        assert_eq!(folders(None).len(), 2);
        assert!(wanted(Some("4.0.0")).is_err());
    }
}
