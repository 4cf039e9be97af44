//! Leads the race: row by row, round by round, all contenders in turn.
//!
//! In each round another contender begins. Requests are counted in a round of their own, in which they pass a relay, so
//! that nothing stands between contenders and node while time is taken; with a slow link, the relay is always there.
use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    contender::Entrant,
    machine,
    node::{NodeHandle, Way},
    outcome::Outcome,
    report::{Report, Run},
    row::{Readings, Row},
    rows,
    stand::Stand,
    track::{Scale, Track},
};

/// What a race is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// An official client: its version, `=`, and the folder in which npm installed it
    #[arg(long = "official", value_name = "VERSION=FOLDER", required = true)]
    officials: Vec<Official>,
    /// How many rounds; figures are their medians
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Only rows whose name contains this text; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Multiplies all counts; for a first look, not for results
    #[arg(long, value_name = "F", default_value_t = 1.0)]
    scale: f64,
    /// Round trip to the node that a relay adds, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    rtt: u64,
    /// Folder for databases while the race runs; on a disk, not in memory
    #[arg(long, value_name = "FOLDER")]
    work: PathBuf,
    /// Also writes the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also writes the table as Markdown
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// Also draws the ratios
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Clone, Debug)]
struct Official {
    version: String,
    folder: PathBuf,
}

impl FromStr for Official {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (version, folder) = text.split_once('=').ok_or("write it as VERSION=FOLDER")?;
        Ok(Self { version: version.to_owned(), folder: folder.into() })
    }
}

/// Runs the race; true if every contender finished every lap.
///
/// # Errors
/// If the node or the people on it cannot be started, or a report cannot be written.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let rows: Vec<Row> = rows::all()
        .into_iter()
        .filter(|row| options.only.is_empty() || options.only.iter().any(|only| row.name.contains(only)))
        .collect();
    ensure!(!rows.is_empty(), "no row has such a name; `race rows` lists them");
    ensure!(options.scale > 0.0, "--scale must be above 0");
    fs::create_dir_all(&options.work).with_context(|| format!("cannot make {}", options.work.display()))?;
    let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&options.work)?;
    let load_before = machine::load();

    let versions: Vec<_> = options.officials.iter().map(|official| official.version.clone()).collect();
    let report = |outcomes: &[Outcome]| {
        let run = Run::new(options.rounds, options.scale, options.rtt, load_before);
        Report::new(run, outcomes, versions.clone())
    };
    // After each row: a race that is ended early, or ends badly, keeps what it has measured by then.
    let keep = |outcomes: &[Outcome]| {
        report(outcomes).write(options.json.as_deref(), options.table.as_deref(), options.svg.as_deref())
    };
    let race = Race::start(&options, folder.path()).await?;
    let outcomes = race.all(&rows, keep).await?;
    race.track.node.end().await;

    let report = report(&outcomes);
    println!("{}", report.table());
    for path in [&options.json, &options.table, &options.svg].into_iter().flatten() {
        println!("wrote {}", path.display());
    }
    println!("race: {}", report.last_line());
    Ok(report.is_whole())
}

struct Race {
    track: Arc<Track>,
    entrants: Vec<Entrant>,
    rounds: u32,
    /// How contenders reach the node while time is taken.
    way: Way,
    laps: PathBuf,
}

impl Race {
    async fn start(options: &Options, folder: &Path) -> Result<Self> {
        let way = if options.rtt == 0 { Way::Direct } else { Way::Counted(Duration::from_millis(options.rtt)) };
        let node = NodeHandle::start(folder, way).await?;
        let track = Arc::new(Track::start(node, folder, Scale(options.scale)).await?);
        let official = |it: &Official| Entrant::Official { version: it.version.clone(), folder: it.folder.clone() };
        let entrants = [Entrant::Ours].into_iter().chain(options.officials.iter().map(official)).collect();
        Ok(Self { track, entrants, rounds: options.rounds, way, laps: folder.join("lap") })
    }

    /// Runs all rows; `keep` is given what is there after each.
    async fn all(&self, rows: &[Row], keep: impl Fn(&[Outcome]) -> Result<()>) -> Result<Vec<Outcome>> {
        let counting = u64::from(self.way == Way::Direct);
        let rounds: u64 = rows.iter().map(|row| u64::from(row.rounds(self.rounds)) + counting).sum();
        let laps = rounds * self.entrants.len() as u64;
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {elapsed}  eta {eta}\n{msg}")?;
        let progress = ProgressBar::new(laps).with_style(style);
        progress.enable_steady_tick(Duration::from_secs(1));
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            let outcome = self.row(*row, &progress).await?;
            progress.suspend(|| println!("done: {}", row.name));
            outcomes.push(outcome);
            keep(&outcomes)?;
        }
        progress.finish_and_clear();
        Ok(outcomes)
    }

    async fn row(&self, row: Row, progress: &ProgressBar) -> Result<Outcome> {
        let mut outcome = Outcome::new(row);
        self.track.node.change_way(self.way).await?;
        let rounds = row.rounds(self.rounds);
        for round in 0..rounds {
            progress.set_message(format!("{}, round {} of {rounds}", row.name, round + 1));
            self.round(&mut outcome, round as usize, true, progress).await?;
        }
        if self.way == Way::Direct {
            progress.set_message(format!("{}, counting requests", row.name));
            self.track.node.change_way(Way::Counted(Duration::ZERO)).await?;
            self.round(&mut outcome, 0, false, progress).await?;
        }
        Ok(outcome)
    }

    async fn round(&self, outcome: &mut Outcome, first: usize, timed: bool, progress: &ProgressBar) -> Result<()> {
        let count = self.entrants.len();
        for entrant in self.entrants.iter().cycle().skip(first % count).take(count) {
            if !outcome.failed(entrant.name()) {
                match self.lap(outcome.row, entrant).await {
                    Ok((readings, requests)) => outcome.add(entrant.name(), &readings, requests, timed)?,
                    Err(error) => {
                        outcome.fail(entrant.name());
                        let line = format!("FAILED: {}, {}: {error:#}", outcome.row.name, entrant.name());
                        progress.suspend(|| println!("{line}"));
                    }
                }
            }
            progress.inc(1);
        }
        Ok(())
    }

    async fn lap(&self, row: Row, entrant: &Entrant) -> Result<(Readings, Option<u64>)> {
        let stand = Stand::new(Arc::clone(&self.track), entrant.clone(), self.laps.clone())?;
        let readings = (row.lap)(&stand).await;
        let requests = stand.requests();
        // A process that was just killed may still write: what it leaves goes with the folder of the race.
        fs::remove_dir_all(&self.laps).ok();
        Ok((readings?, requests))
    }
}
