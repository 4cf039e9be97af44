//! `cargo xtask race`: our client and the official one over one node, side by side.
//!
//! Builds the race with all optimisations, fills the same folders that interop uses with the official client, and starts
//! the program `race` of package `xmtp-benches`, which says what is measured. Results go to `target/race/`.
use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    chore::{self, cargo, root},
    interop, node, npm,
};

/// What `cargo xtask race` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How many rounds; figures are their medians
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: u32,
    /// Only rows whose name contains this text; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Only against the official client of this version, for example 5.5.0, or 6 for the generation
    #[arg(long, value_name = "VERSION")]
    client: Option<String>,
    /// Where the figures go; the table and the picture go beside it, as .md and .svg [default: target/race/race.json]
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where the picture goes instead
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Round trip to the node that a relay adds, in milliseconds: the race over a slow link
    #[arg(long, value_name = "MS", default_value_t = 0)]
    rtt: u64,
    /// Multiplies all counts, for a first look
    #[arg(long, value_name = "F", default_value_t = 1.0)]
    scale: f64,
    /// Without optimisation, to try the race itself: its figures mean nothing
    #[arg(long)]
    dev: bool,
}

/// Runs the chore; true if every contender finished.
///
/// # Errors
/// If Node is missing, npm cannot install the official client, or the race cannot be built or started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    if let Some(why) = node::missing() {
        bail!("the race cannot run: {why}");
    }
    let mut officials = Vec::new();
    for generation in interop::wanted(options.client.as_deref())? {
        let folder = root()?.join("tests").join("interop").join(generation.folder);
        if npm::install(generation.folder, &folder)? {
            officials.push(format!("{}={}", generation.version, folder.display()));
        } else if generation.required {
            bail!("the race cannot run: npm could not install node-sdk {}", generation.version);
        } else {
            println!("race: without node-sdk {}, which npm could not install", generation.version);
        }
    }
    let work = root()?.join("target").join("race");
    fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;
    let json = options.json.clone().unwrap_or_else(|| work.join("race.json"));
    let svg = options.svg.clone().unwrap_or_else(|| json.with_extension("svg"));

    let mut race = cargo()?;
    race.args(["run", "--quiet", "--package", "xmtp-benches", "--bin", "race"]);
    if !options.dev {
        race.arg("--release");
    }
    race.args(["--", "run", "--rounds", &options.rounds.to_string(), "--rtt", &options.rtt.to_string()]);
    race.args(["--scale", &options.scale.to_string()]);
    race.arg("--work").arg(&work).arg("--json").arg(absolute(&json)?);
    race.arg("--table").arg(absolute(&json.with_extension("md"))?).arg("--svg").arg(absolute(&svg)?);
    for official in &officials {
        race.args(["--official", official]);
    }
    for only in &options.only {
        race.args(["--only", only]);
    }
    chore::succeeds("race", &mut race)
}

/// The race runs in the workspace's root, wherever the chore was started.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}
