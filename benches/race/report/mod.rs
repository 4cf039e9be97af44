//! What is told of a race: a [`table`] for people, JSON for programs, and a [`picture`] for a glance.
mod picture;
mod table;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;

use crate::{
    machine,
    outcome::{Figure, Outcome, Samples},
};

/// The contender that all others are set against.
const OURS: &str = "ours";

/// Under what circumstances a race was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Run {
    rounds: u32,
    scale: f64,
    rtt_ms: u64,
    optimised: bool,
    processor: Option<String>,
    cores: usize,
    load_before: Option<f64>,
}

/// A race that is over.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    run: Run,
    versions: Vec<String>,
    figures: Vec<Figure>,
    samples: Vec<Samples>,
}

impl Run {
    /// A run on this machine.
    pub(crate) fn new(rounds: u32, scale: f64, rtt_ms: u64, load_before: Option<f64>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let optimised = !cfg!(debug_assertions);
        Self { rounds, scale, rtt_ms, optimised, processor: machine::processor(), cores, load_before }
    }

    /// Why the figures are no results, if they are not.
    fn caveat(&self) -> Option<&'static str> {
        if !self.optimised {
            Some("our side was built without optimisation: these are no results")
        } else if (self.scale - 1.0).abs() > f64::EPSILON {
            Some("counts were scaled: these are no results")
        } else {
            None
        }
    }

    fn line(&self) -> String {
        let rounds = if self.rounds == 1 { "1 round".to_owned() } else { format!("{} rounds", self.rounds) };
        let mut line = format!("{rounds} on {} cores", self.cores);
        if let Some(processor) = &self.processor {
            line += &format!(" of {processor}");
        }
        if let Some(load) = self.load_before {
            line += &format!(", load before {load:.2}");
        }
        if self.rtt_ms > 0 {
            line += &format!(", {} ms round trip to the node", self.rtt_ms);
        }
        if (self.scale - 1.0).abs() > f64::EPSILON {
            line += &format!(", counts times {}", self.scale);
        }
        line
    }
}

impl Report {
    /// The report of what `outcomes` came to, against these versions of the official client.
    pub(crate) fn new(run: Run, outcomes: &[Outcome], versions: Vec<String>) -> Self {
        let figures = versions
            .iter()
            .flat_map(|version| outcomes.iter().flat_map(|outcome| outcome.figures(OURS, version)))
            .collect();
        let samples = outcomes.iter().flat_map(Outcome::samples).collect();
        Self { run, versions, figures, samples }
    }

    /// A table for each version of the official client, as Markdown.
    pub(crate) fn table(&self) -> String {
        let mut text = format!("{}.\n", self.run.line());
        if let Some(caveat) = self.run.caveat() {
            text += &format!("Caution: {caveat}.\n");
        }
        for version in &self.versions {
            text += &format!("\n{}", table::table(version, &self.of(version)));
        }
        text
    }

    /// Writes what is wanted to files.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn write(&self, json: Option<&Path>, table: Option<&Path>, svg: Option<&Path>) -> Result<()> {
        if let Some(path) = json {
            write(path, &serde_json::to_string_pretty(&self.json())?)?;
        }
        if let Some(path) = table {
            write(path, &self.table())?;
        }
        if let Some(path) = svg {
            let leading: Vec<&Figure> = self.figures.iter().filter(|figure| figure.leads).collect();
            let caution = self.run.caveat().map(|caveat| format!(". Caution: {caveat}")).unwrap_or_default();
            write(path, &picture::picture(&self.versions, &leading, &(self.run.line() + &caution)))?;
        }
        Ok(())
    }

    /// Whether there is a figure wherever there should be one.
    pub(crate) fn is_whole(&self) -> bool {
        self.missing() == 0
    }

    /// How it went, in a line.
    pub(crate) fn last_line(&self) -> String {
        let ahead = self.figures.iter().filter(|figure| figure.ratio.is_some_and(|ratio| ratio >= 1.0)).count();
        format!("{} figures, ahead in {ahead}, {} missing", self.figures.len(), self.missing())
    }

    fn json(&self) -> serde_json::Value {
        json!({ "rows": self.figures, "run": self.run, "samples": self.samples })
    }

    fn of(&self, version: &str) -> Vec<&Figure> {
        self.figures.iter().filter(|figure| figure.official_version == version).collect()
    }

    fn missing(&self) -> usize {
        self.figures.iter().filter(|figure| figure.ours.is_none() || figure.official.is_none()).count()
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, format!("{}\n", text.trim_end())).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::{Measure, Readings, Row};

    const ROW: Row = Row {
        name: "warm open",
        most_rounds: None,
        measures: &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")],
        lap: |_| unreachable!("no lap is run"),
    };

    fn report() -> Report {
        let mut outcome = Outcome::new(ROW);
        for (contender, wall) in [("ours", 2.0), ("5.5.0", 8.0)] {
            let readings = Readings::of(1).with("", wall).with("CPU", wall);
            outcome.add(contender, &readings, Some(3), true).unwrap();
        }
        let run = Run { optimised: true, ..Run::new(5, 1.0, 0, None) };
        Report::new(run, &[outcome], vec!["5.5.0".to_owned(), "6.0.0".to_owned()])
    }

    #[test]
    fn the_json_has_a_row_for_each_figure_and_version_with_these_fields() {
        let json = report().json();
        assert_eq!(json["rows"].as_array().unwrap().len(), 4);
        let expected = json!({
            "name": "warm open", "unit": "ms", "ours": 2.0, "official": 8.0, "official_version": "5.5.0", "ratio": 4.0,
            "requests_ours": 3.0, "requests_official": 3.0,
        });
        assert_eq!(json["rows"][0], expected);
        assert_eq!(json["rows"][1]["requests_ours"], json!(null));
        assert_eq!(json["rows"][2]["official"], json!(null));
    }

    #[test]
    fn a_figure_that_is_missing_is_told() {
        let report = report();
        assert!(!report.is_whole());
        assert_eq!(report.last_line(), "4 figures, ahead in 2, 2 missing");
    }

    #[test]
    fn figures_of_an_unoptimised_build_or_of_a_scaled_run_are_called_no_results() {
        let run = Run { optimised: true, ..Run::new(5, 1.0, 0, None) };
        assert_eq!(run.caveat(), None);
        assert!(Run { scale: 0.1, ..run.clone() }.caveat().is_some());
        assert!(Run { optimised: false, ..run }.caveat().is_some());
    }
}
