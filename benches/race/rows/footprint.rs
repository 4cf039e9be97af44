//! What a client takes while it does nothing, and on a disk before it does anything.
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use futures::{FutureExt, future};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    contender::Entrant,
    machine::{footprint, size_of_folder},
    row::{Measure, Readings, Row},
    stand::Stand,
};

/// Time for the work that is due when a client has started, and for it to notice that nothing happens any more.
const SETTLED: Duration = Duration::from_secs(10);
const MIB: f64 = 1024.0 * 1024.0;

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "memory of a process with idle clients",
        most_rounds: None,
        measures: &[
            Measure::lower("1 client", "MiB"),
            Measure::lower("100 clients", "MiB"),
            Measure::lower("each further client", "MiB"),
            Measure::fewer("threads, each further client", "threads"),
            Measure::fewer("open files, each further client", "files"),
        ],
        lap: |stand| idle(stand).boxed(),
    },
    Row {
        name: "size of what a user must install",
        most_rounds: None,
        measures: &[Measure::lower("", "MiB"), Measure::lower("native part for this machine", "MiB")],
        lap: |stand| future::ready(installed(stand)).boxed(),
    },
];

async fn idle(stand: &Stand) -> Result<Readings> {
    let process = stand.process().await?;
    let id = process.id()?;
    let clients = stand.scaled(100).max(2);
    let mut one = None;
    for number in 0..clients {
        let (seat, _) = stand.newcomer(&process).await?;
        seat.ask("follow", json!({})).await?;
        if number == 0 {
            sleep(SETTLED).await;
            one = Some(footprint(id)?);
        }
    }
    sleep(SETTLED).await;
    let (one, all) = (one.context("no client was opened")?, footprint(id)?);
    let further = (clients - 1) as f64;
    Ok(Readings::of(1)
        .with("1 client", one.memory)
        .with("100 clients", all.memory)
        .with("each further client", (all.memory - one.memory) / further)
        .with("threads, each further client", (all.threads - one.threads) / further)
        .with("open files, each further client", (all.files - one.files) / further))
}

/// Ours is this program: the client linked into it, with the node and the race besides. The official client is its npm
/// packages, without Node.js and without what only the race needs.
fn installed(stand: &Stand) -> Result<Readings> {
    let (all, native) = match &stand.entrant {
        Entrant::Ours => {
            let size = fs::metadata(env::current_exe()?)?.len();
            (size, size)
        }
        Entrant::Official { folder, .. } => {
            let packages = folder.join("node_modules/@xmtp");
            (size_of_folder(&packages)?, fs::metadata(native_part(&packages)?)?.len())
        }
    };
    Ok(Readings::of(1).with("", all as f64 / MIB).with("native part for this machine", native as f64 / MIB))
}

/// The native library for this machine among those for all machines.
fn native_part(packages: &Path) -> Result<PathBuf> {
    let system = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = if env::consts::ARCH == "aarch64" { "arm64" } else { "x64" };
    let beginning = format!("bindings_node.{system}-{processor}");
    let folder = packages.join("node-bindings/dist");
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&beginning) {
            found.push(entry.path());
        }
    }
    // Of glibc and musl, the first.
    found.sort();
    found.into_iter().next().with_context(|| format!("no native part for {system}-{processor}"))
}
