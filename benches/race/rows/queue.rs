//! Messages stored now and published later.
//!
//! The official client lets itself make 5,000 requests a minute. 2,000 messages stay under that and show how fast it is;
//! 10,000 show how long it then stands still.
use anyhow::Result;
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    row::{Measure, Readings, Row},
    stand::Stand,
};

const MEASURES: &[Measure] = &[
    Measure::lower("", "s"),
    Measure::higher("rate", "messages/s"),
    Measure::lower("CPU for each", "ms CPU"),
    Measure::lower("stored, each", "ms"),
];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "2,000 queued messages published",
        most_rounds: None,
        measures: MEASURES,
        lap: |stand| published(stand, 2_000).boxed(),
    },
    Row {
        name: "10,000 queued messages published, freeze and all",
        most_rounds: Some(2),
        measures: MEASURES,
        lap: |stand| published(stand, 10_000).boxed(),
    },
];

async fn published(stand: &Stand, count: usize) -> Result<Readings> {
    let count = stand.scaled(count);
    let (seat, group) = begin::speaker(stand, 1).await?;
    let stored = seat.ask("queue", json!({ "conversation": group, "count": count })).await?;
    let published = stand.timed(seat.ask("publish", json!({ "conversation": group }))).await?;
    let each = count as f64;
    Ok(Readings::of(count)
        .with("", published.wall / 1e3)
        .with("rate", each / published.wall * 1e3)
        .with("CPU for each", published.cpu / each)
        .with("stored, each", stored.wall / each))
}
