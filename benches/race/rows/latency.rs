//! How long a message takes from the call that sends it to the handler that gets it.
//!
//! Sent by the host, which is our client in either case: what differs is the receiving side. Sent by a second process of
//! the same client: what its users see.
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use serde_json::{Value, json};

use crate::{
    contender::Answer,
    row::{Measure, Readings, Row},
    stand::{Seat, Stand},
    statistics::percentile,
};

/// How long nothing may come before the rest counts as lost.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

const MEASURES: &[Measure] = &[
    Measure::lower("p50", "ms"),
    Measure::lower("p99", "ms"),
    Measure::lower("p50, sent by the same client", "ms"),
    Measure::lower("p99, sent by the same client", "ms"),
    Measure::fewer("lost", "messages"),
];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "stream latency at 1 message a second",
        most_rounds: None,
        measures: MEASURES,
        lap: |stand| latency(stand, 15, Duration::from_secs(1)).boxed(),
    },
    Row {
        name: "stream latency at 100 messages a second",
        most_rounds: None,
        measures: MEASURES,
        lap: |stand| latency(stand, 500, Duration::from_millis(10)).boxed(),
    },
];

/// A new client that follows a group with the host and has got a first text there: the number 0 once.
pub(super) async fn listener(stand: &Stand) -> Result<(Seat, String)> {
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let group = stand.track.host_groups(std::slice::from_ref(&seat.inbox), 1).await?.pop().unwrap_or_default();
    seat.ask("sync", json!({})).await?;
    seat.ask("follow", json!({})).await?;
    stand.track.host("sends", sends(&group, 1, Duration::ZERO)).await?;
    ensure!(!received(&seat, 1).await?.is_empty(), "the stream does not bring the first message");
    Ok((seat, group))
}

/// The number of each text that has come, and when.
pub(super) async fn received(seat: &Seat, count: usize) -> Result<Vec<(u64, f64)>> {
    let patience = json!({ "count": count, "patienceMs": PATIENCE.as_millis() as u64 });
    seat.ask("received", patience).await?.list("arrived")
}

fn sends(group: &str, count: usize, pause: Duration) -> Value {
    let senders = if pause.is_zero() { 1 } else { 4 };
    json!({ "conversations": [group], "count": count, "senders": senders, "pauseUs": pause.as_micros() as u64 })
}

async fn latency(stand: &Stand, count: usize, pause: Duration) -> Result<Readings> {
    let count = stand.scaled(count);
    let (seat, group) = listener(stand).await?;
    let sent = stand.track.host("sends", sends(&group, count, pause)).await?;
    let arrived = received(&seat, 1 + count).await?;
    let by_host = delays(&sent, arrived.get(1..).unwrap_or_default())?;

    let before = arrived.len();
    let (speaker, _) = stand.newcomer(&stand.process().await?).await?;
    let own = speaker.groups(std::slice::from_ref(&seat.inbox), 1).await?.pop().unwrap_or_default();
    speaker.ask("sends", sends(&own, 1, Duration::ZERO)).await?;
    ensure!(received(&seat, before + 1).await?.len() > before, "the stream does not bring a new conversation");
    let sent = speaker.ask("sends", sends(&own, count, pause)).await?;
    let arrived = received(&seat, before + 1 + count).await?;
    let by_itself = delays(&sent, arrived.get(before + 1..).unwrap_or_default())?;

    let figure = |delays: &[f64], percent| percentile(delays, percent).context("nothing was received");
    let lost = (2 * count).saturating_sub(by_host.len() + by_itself.len());
    Ok(Readings::of(2 * count)
        .with("p50", figure(&by_host, 50)?)
        .with("p99", figure(&by_host, 99)?)
        .with("p50, sent by the same client", figure(&by_itself, 50)?)
        .with("p99, sent by the same client", figure(&by_itself, 99)?)
        .with("lost", lost as f64))
}

/// Milliseconds from the call that sent each text to its arrival.
fn delays(sent: &Answer, arrived: &[(u64, f64)]) -> Result<Vec<f64>> {
    let started: Vec<f64> = sent.list("startedAt")?;
    let delay = |(number, at): &(u64, f64)| {
        let start = started.get(usize::try_from(*number).ok()?)?;
        Some((at - start) / 1e6)
    };
    Ok(arrived.iter().filter_map(delay).collect())
}
