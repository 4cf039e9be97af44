//! What a row of the race is: a name, what is measured, and one lap of it.
use anyhow::Result;
use futures::future::BoxFuture;

use crate::stand::Stand;

/// One lap of one contender.
pub(crate) type Lap = fn(&Stand) -> BoxFuture<'_, Result<Readings>>;

/// A row of the race. A lap may take several measures of the same work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Rounds enough for what takes minutes and is the same each time; as many as all others if not said.
    pub(crate) most_rounds: Option<u32>,
    pub(crate) measures: &'static [Measure],
    pub(crate) lap: Lap,
}

impl Row {
    /// How many rounds it is run for, in a race of so many.
    pub(crate) fn rounds(&self, race: u32) -> u32 {
        self.most_rounds.map_or(race, |most| most.min(race))
    }
}

/// One figure of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Measure {
    /// What tells it from the other figures of the row; may be empty.
    pub(crate) label: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
}

/// Which of two figures is ahead.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Better {
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
    /// The lower one, of counts that are zero where all goes well: one is added to both before they are compared.
    Fewer,
}

impl Measure {
    pub(crate) const fn lower(label: &'static str, unit: &'static str) -> Self {
        Self { label, unit, better: Better::Lower }
    }

    pub(crate) const fn higher(label: &'static str, unit: &'static str) -> Self {
        Self { label, unit, better: Better::Higher }
    }

    pub(crate) const fn fewer(label: &'static str, unit: &'static str) -> Self {
        Self { label, unit, better: Better::Fewer }
    }

    /// How far ours is ahead, above 1, or behind, below 1. None if that is no number.
    pub(crate) fn ratio(self, ours: f64, official: f64) -> Option<f64> {
        let ratio = match self.better {
            Better::Lower => official / ours,
            Better::Higher => ours / official,
            Better::Fewer => (official + 1.0) / (ours + 1.0),
        };
        ratio.is_finite().then_some(ratio)
    }

    /// The better one of some figures.
    pub(crate) fn best(self, figures: &[f64]) -> Option<f64> {
        figures.iter().copied().reduce(match self.better {
            Better::Lower | Better::Fewer => f64::min,
            Better::Higher => f64::max,
        })
    }
}

/// What one lap gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Readings {
    /// A value for each measure of the row, by label.
    pub(crate) values: Vec<(&'static str, f64)>,
    /// How many operations the timed parts were: requests are counted for one.
    pub(crate) operations: f64,
}

impl Readings {
    /// Readings of a lap that did so many operations.
    pub(crate) fn of(operations: usize) -> Self {
        Self { values: Vec::new(), operations: operations as f64 }
    }

    /// Adds a value.
    pub(crate) fn with(mut self, label: &'static str, value: f64) -> Self {
        self.values.push((label, value));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_above_one_where_ours_is_ahead_whatever_counts_as_better() {
        assert_eq!(Measure::lower("", "ms").ratio(2.0, 10.0), Some(5.0));
        assert_eq!(Measure::higher("", "per s").ratio(10.0, 2.0), Some(5.0));
        assert_eq!(Measure::fewer("", "errors").ratio(0.0, 0.0), Some(1.0));
        assert_eq!(Measure::fewer("", "errors").ratio(0.0, 9.0), Some(10.0));
        assert_eq!(Measure::lower("", "ms").ratio(0.0, 1.0), None);
    }

    #[test]
    fn the_best_figure_is_the_lowest_unless_higher_is_better() {
        assert_eq!(Measure::lower("", "ms").best(&[3.0, 1.0, 2.0]), Some(1.0));
        assert_eq!(Measure::higher("", "per s").best(&[3.0, 1.0, 2.0]), Some(3.0));
        assert_eq!(Measure::lower("", "ms").best(&[]), None);
    }
}
