//! What the laps of a row gave, and the figures that come of them.
use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::{
    row::{Readings, Row},
    statistics::median,
};

/// What the laps of one row gave, by contender.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) row: Row,
    laps: BTreeMap<String, Laps>,
}

#[derive(Clone, Debug, Default)]
struct Laps {
    values: BTreeMap<&'static str, Vec<f64>>,
    requests: Vec<f64>,
    failed: bool,
}

/// One figure of ours beside the official one: a row of the table and of the JSON file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    /// Median of the laps, as are all that follow.
    pub(crate) ours: Option<f64>,
    pub(crate) official: Option<f64>,
    pub(crate) official_version: String,
    /// Above 1 where ours is ahead.
    pub(crate) ratio: Option<f64>,
    /// For each operation; only with the first figure of what was measured together.
    pub(crate) requests_ours: Option<f64>,
    pub(crate) requests_official: Option<f64>,
    #[serde(skip)]
    pub(crate) best_ours: Option<f64>,
    #[serde(skip)]
    pub(crate) best_official: Option<f64>,
    /// Whether it is the first figure of its row.
    #[serde(skip)]
    pub(crate) leads: bool,
}

/// Every lap of one contender for one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Samples {
    pub(crate) name: String,
    pub(crate) contender: String,
    pub(crate) laps: Vec<f64>,
}

impl Outcome {
    /// A row without laps.
    pub(crate) fn new(row: Row) -> Self {
        Self { row, laps: BTreeMap::new() }
    }

    /// Adds a lap. Its figures count unless it was run to count requests; if they were counted, they count.
    ///
    /// # Errors
    /// If the lap does not give what the row measures.
    pub(crate) fn add(
        &mut self,
        contender: &str,
        readings: &Readings,
        requests: Option<u64>,
        timed: bool,
    ) -> Result<()> {
        let laps = self.laps.entry(contender.to_owned()).or_default();
        if let Some(requests) = requests {
            laps.requests.push(requests as f64 / readings.operations.max(1.0));
        }
        if !timed {
            return Ok(());
        }
        for measure in self.row.measures {
            let Some((_, value)) = readings.values.iter().find(|(label, _)| *label == measure.label) else {
                bail!("a lap of {:?} gives no figure {:?}", self.row.name, measure.label);
            };
            laps.values.entry(measure.label).or_default().push(*value);
        }
        Ok(())
    }

    /// Notes that a contender could not do it: what it gave until then counts no more.
    pub(crate) fn fail(&mut self, contender: &str) {
        self.laps.insert(contender.to_owned(), Laps { failed: true, ..Laps::default() });
    }

    /// Whether a contender could not do it.
    pub(crate) fn failed(&self, contender: &str) -> bool {
        self.laps.get(contender).is_some_and(|laps| laps.failed)
    }

    /// The figures of `ours` beside those of `official`.
    pub(crate) fn figures(&self, ours: &str, official: &str) -> Vec<Figure> {
        let figure = |(place, measure): (usize, &crate::row::Measure)| {
            let (mine, theirs) = (self.values(ours, measure.label), self.values(official, measure.label));
            let (mid_mine, mid_theirs) = (median(mine), median(theirs));
            let requests = |contender| self.requests(contender).filter(|_| place == 0);
            Figure {
                name: self.name_of(measure.label),
                unit: measure.unit,
                ours: mid_mine,
                official: mid_theirs,
                official_version: official.to_owned(),
                ratio: mid_mine.zip(mid_theirs).and_then(|(mine, theirs)| measure.ratio(mine, theirs)),
                requests_ours: requests(ours),
                requests_official: requests(official),
                best_ours: measure.best(mine),
                best_official: measure.best(theirs),
                leads: place == 0,
            }
        };
        self.row.measures.iter().enumerate().map(figure).collect()
    }

    /// Every lap that counts.
    pub(crate) fn samples(&self) -> Vec<Samples> {
        let of = |(contender, laps): (&String, &Laps)| {
            let samples = laps.values.iter().map(|(label, values)| Samples {
                name: self.name_of(label),
                contender: contender.clone(),
                laps: values.clone(),
            });
            samples.collect::<Vec<_>>()
        };
        self.laps.iter().flat_map(of).collect()
    }

    fn name_of(&self, label: &str) -> String {
        if label.is_empty() { self.row.name.to_owned() } else { format!("{}: {label}", self.row.name) }
    }

    fn values(&self, contender: &str, label: &str) -> &[f64] {
        self.laps.get(contender).and_then(|laps| laps.values.get(label)).map(Vec::as_slice).unwrap_or_default()
    }

    fn requests(&self, contender: &str) -> Option<f64> {
        median(&self.laps.get(contender)?.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Measure;

    const ROW: Row = Row {
        name: "sends",
        most_rounds: None,
        measures: &[Measure::higher("", "messages/s"), Measure::lower("p99", "ms")],
        lap: |_| unreachable!("no lap is run"),
    };

    fn lap(rate: f64, p99: f64) -> Readings {
        Readings::of(10).with("", rate).with("p99", p99)
    }

    fn outcome() -> Outcome {
        let mut outcome = Outcome::new(ROW);
        for (rate, p99) in [(1_000.0, 4.0), (3_000.0, 2.0), (2_000.0, 9.0)] {
            outcome.add("ours", &lap(rate, p99), None, true).unwrap();
        }
        outcome.add("5.5.0", &lap(200.0, 20.0), None, true).unwrap();
        outcome.add("ours", &lap(0.0, 0.0), Some(10), false).unwrap();
        outcome.add("5.5.0", &lap(0.0, 0.0), Some(20), false).unwrap();
        outcome
    }

    #[test]
    fn a_figure_is_the_median_of_timed_laps_and_has_the_best_beside_it() {
        let figures = outcome().figures("ours", "5.5.0");
        let (rate, p99) = (&figures[0], &figures[1]);
        assert_eq!((rate.name.as_str(), rate.ours, rate.best_ours), ("sends", Some(2_000.0), Some(3_000.0)));
        assert_eq!((p99.name.as_str(), p99.ours, p99.best_ours), ("sends: p99", Some(4.0), Some(2.0)));
        assert_eq!((rate.ratio, p99.ratio), (Some(10.0), Some(5.0)));
    }

    #[test]
    fn requests_are_told_for_one_operation_and_once_for_a_row() {
        let figures = outcome().figures("ours", "5.5.0");
        assert_eq!((figures[0].requests_ours, figures[0].requests_official), (Some(1.0), Some(2.0)));
        assert_eq!((figures[1].requests_ours, figures[1].requests_official), (None, None));
    }

    #[test]
    fn a_contender_that_failed_has_no_figures() {
        let mut outcome = outcome();
        outcome.fail("5.5.0");
        assert!(outcome.failed("5.5.0"));
        let figure = &outcome.figures("ours", "5.5.0")[0];
        assert_eq!((figure.ours, figure.official, figure.ratio), (Some(2_000.0), None, None));
    }

    #[test]
    fn a_lap_must_give_all_that_its_row_measures() {
        assert!(Outcome::new(ROW).add("ours", &Readings::of(1).with("", 1.0), None, true).is_err());
    }
}
