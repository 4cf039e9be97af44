//! 10,000 messages at once to a client that follows its stream: are all given, once, and in order?
use anyhow::Result;
use futures::FutureExt;
use serde_json::json;

use super::latency::{listener, received};
use crate::{
    clock,
    row::{Measure, Readings, Row},
    stand::Stand,
};

pub(super) const ROWS: &[Row] = &[Row {
    name: "burst of 10,000 streamed",
    most_rounds: None,
    measures: &[
        Measure::lower("", "s"),
        Measure::fewer("lost", "messages"),
        Measure::fewer("given twice", "messages"),
        Measure::fewer("out of order", "messages"),
    ],
    lap: |stand| burst(stand).boxed(),
}];

async fn burst(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(10_000);
    let (seat, group) = listener(stand).await?;
    stand.track.host("queue", json!({ "conversation": group, "count": count })).await?;
    let start = clock::wall();
    stand.track.host("publish", json!({ "conversation": group })).await?;
    let arrived = received(&seat, 1 + count).await?;
    let arrived = arrived.get(1..).unwrap_or_default();
    let last = arrived.last().map_or(0.0, |(_, at)| (at - start as f64) / 1e9);
    let numbers: Vec<u64> = arrived.iter().map(|(number, _)| *number).collect();
    let faults = Faults::of(&numbers, count);
    Ok(Readings::of(count)
        .with("", last)
        .with("lost", faults.lost as f64)
        .with("given twice", faults.twice as f64)
        .with("out of order", faults.out_of_order as f64))
}

/// What is wrong with a sequence that should be 0, 1, 2 and so on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Faults {
    lost: usize,
    twice: usize,
    out_of_order: usize,
}

impl Faults {
    fn of(numbers: &[u64], count: usize) -> Self {
        let mut unique = numbers.to_vec();
        unique.sort_unstable();
        unique.dedup();
        let backwards = numbers.iter().zip(numbers.iter().skip(1)).filter(|(one, next)| next < one);
        Self {
            lost: count.saturating_sub(unique.len()),
            twice: numbers.len() - unique.len(),
            out_of_order: backwards.count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_counted_as_what_it_is() {
        let faults = |numbers: &[u64]| {
            let Faults { lost, twice, out_of_order } = Faults::of(numbers, 4);
            [lost, twice, out_of_order]
        };
        assert_eq!(faults(&[0, 1, 2, 3]), [0, 0, 0]);
        assert_eq!(faults(&[0, 1, 3]), [1, 0, 0]);
        assert_eq!(faults(&[0, 1, 1, 2, 3]), [0, 1, 0]);
        assert_eq!(faults(&[0, 2, 1, 3]), [0, 0, 1]);
        assert_eq!(faults(&[]), [4, 0, 0]);
    }
}
