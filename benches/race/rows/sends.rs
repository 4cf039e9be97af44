//! Sending, one message after the other and from many tasks at once, to two members and to many.
use anyhow::{Context, Result};
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    contender::Answer,
    machine::bytes_written,
    row::{Measure, Readings, Row},
    stand::{Seat, Stand},
    statistics::percentile,
};

const AT_ONCE: &[Measure] = &[
    Measure::higher("", "messages/s"),
    Measure::lower("p99", "ms"),
    Measure::lower("CPU for each", "ms CPU"),
    Measure::fewer("errors", "errors"),
];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "1,000 sequential sends",
        most_rounds: None,
        measures: &[
            Measure::higher("", "messages/s"),
            Measure::lower("p50", "ms"),
            Measure::lower("p99", "ms"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("written for each", "KiB"),
            Measure::fewer("errors", "errors"),
        ],
        lap: |stand| sequential(stand).boxed(),
    },
    Row {
        name: "16 concurrent senders",
        most_rounds: None,
        measures: AT_ONCE,
        lap: |stand| concurrent(stand, 16).boxed(),
    },
    Row {
        name: "64 concurrent senders",
        most_rounds: None,
        measures: AT_ONCE,
        lap: |stand| concurrent(stand, 64).boxed(),
    },
    Row {
        name: "send at 250 members",
        most_rounds: None,
        measures: &[
            Measure::lower("p50", "ms"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("p50 against 2 members", "times"),
        ],
        lap: |stand| large(stand).boxed(),
    },
];

/// What a number of sends came to.
struct Sent {
    took: Vec<f64>,
    errors: f64,
    count: usize,
    answer: Answer,
}

impl Sent {
    fn percentile(&self, percent: usize) -> Result<f64> {
        percentile(&self.took, percent).with_context(|| match self.answer.value.get("firstError") {
            Some(error) => format!("no message was sent: {error}"),
            None => "no message was sent".to_owned(),
        })
    }

    fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.answer.wall * 1e3
    }

    fn cpu_for_each(&self) -> f64 {
        self.answer.cpu / self.count as f64
    }
}

async fn say(seat: &Seat, group: &str, count: usize, senders: usize) -> Result<Sent> {
    let how = json!({ "conversations": [group], "count": count, "senders": senders, "pauseUs": 0 });
    let answer = seat.ask("sends", how).await?;
    let took: Vec<f64> = answer.list("took")?;
    let took = took.into_iter().map(|nanoseconds| nanoseconds / 1e6).collect();
    Ok(Sent { took, errors: answer.number("errors")?, count, answer })
}

async fn sequential(stand: &Stand) -> Result<Readings> {
    let (seat, group) = begin::speaker(stand, 1).await?;
    let id = seat.process.id()?;
    let before = bytes_written(id)?;
    let sent = stand.timed(say(&seat, &group, stand.scaled(1_000), 1)).await?;
    let written = (bytes_written(id)? - before) / 1024.0;
    Ok(Readings::of(sent.count)
        .with("", sent.per_second())
        .with("p50", sent.percentile(50)?)
        .with("p99", sent.percentile(99)?)
        .with("CPU for each", sent.cpu_for_each())
        .with("written for each", written / sent.count as f64)
        .with("errors", sent.errors))
}

async fn concurrent(stand: &Stand, senders: usize) -> Result<Readings> {
    let (seat, group) = begin::speaker(stand, 1).await?;
    let sent = stand.timed(say(&seat, &group, stand.scaled(1_000), senders)).await?;
    Ok(Readings::of(sent.count)
        .with("", sent.per_second())
        .with("p99", sent.percentile(99)?)
        .with("CPU for each", sent.cpu_for_each())
        .with("errors", sent.errors))
}

async fn large(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(200);
    let (seat, group) = begin::speaker(stand, stand.members(250) - 1).await?;
    let pair = seat.groups(&stand.track.crowd(1).await?, 1).await?.pop().unwrap_or_default();
    let small = say(&seat, &pair, count, 1).await?;
    let large = stand.timed(say(&seat, &group, count, 1)).await?;
    Ok(Readings::of(count)
        .with("p50", large.percentile(50)?)
        .with("CPU for each", large.cpu_for_each())
        .with("p50 against 2 members", large.percentile(50)? / small.percentile(50)?))
}
