//! A thousand conversations: joined, synced, listed. 500 are created: more would pass the official client's own limit of
//! 5,000 requests a minute.
use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    database::size_of_databases,
    row::{Measure, Readings, Row},
    stand::{Prepared, Seat, Stand},
    statistics::median,
};

/// What is quick is done so often, and the median taken.
const TIMES: usize = 5;
const COST: &[Measure] = &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "500 groups of 2 created",
        most_rounds: None,
        measures: &[
            Measure::lower("each", "ms"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("database, each", "KiB"),
        ],
        lap: |stand| created(stand).boxed(),
    },
    Row {
        name: "first sync_all, 1,000 welcomes",
        most_rounds: None,
        measures: &[
            Measure::lower("", "s"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("database, each", "KiB"),
        ],
        lap: |stand| welcomed(stand).boxed(),
    },
    Row { name: "sync_all, 1,000 quiet groups", most_rounds: None, measures: COST, lap: |stand| quiet(stand).boxed() },
    Row {
        name: "sync_all, 1,000 groups with one new message each",
        most_rounds: None,
        measures: &[Measure::lower("", "s"), Measure::lower("CPU for each", "ms CPU")],
        lap: |stand| with_news(stand).boxed(),
    },
    Row { name: "list of 1,000 conversations", most_rounds: None, measures: COST, lap: |stand| listed(stand).boxed() },
];

async fn created(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(500);
    let peer = stand.track.crowd(1).await?;
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let before = size_of_databases(&seat.folder)?;
    let made = stand.timed(seat.ask("groups", json!({ "members": peer, "count": count }))).await?;
    let grown = size_of_databases(&seat.folder)?.saturating_sub(before) as f64;
    let each = count as f64;
    Ok(Readings::of(count)
        .with("each", made.wall / each)
        .with("CPU for each", made.cpu / each)
        .with("database, each", grown / 1024.0 / each))
}

/// A client that the host has invited to so many groups and that has not looked yet.
async fn invited(stand: &Stand, count: usize) -> Result<Prepared> {
    const NAME: &str = "invited to many";
    if let Some(known) = stand.known(NAME) {
        return Ok(known);
    }
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let inbox = seat.inbox.clone();
    let registered = stand.keep(NAME, seat, Vec::new()).await?;
    let conversations = stand.track.host_groups(&[inbox], count).await?;
    Ok(begin::known_as(stand, NAME, Prepared { conversations, ..registered }))
}

/// The same client once it has joined them all.
async fn settled(stand: &Stand, count: usize) -> Result<Prepared> {
    const NAME: &str = "joined many";
    if let Some(known) = stand.known(NAME) {
        return Ok(known);
    }
    let invited = invited(stand, count).await?;
    let (seat, _) = stand.seated(&stand.process().await?, &invited).await?;
    seat.ask("syncAll", json!({})).await?;
    has_all(&seat, count).await?;
    stand.keep(NAME, seat, invited.conversations).await
}

async fn has_all(seat: &Seat, count: usize) -> Result<()> {
    let there = seat.ask("list", json!({})).await?.number("count")?;
    ensure!(there >= count as f64, "{there} of {count} groups were joined");
    Ok(())
}

async fn welcomed(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(1_000);
    let prepared = invited(stand, count).await?;
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    let before = size_of_databases(&seat.folder)?;
    let synced = stand.timed(seat.ask("syncAll", json!({}))).await?;
    let grown = size_of_databases(&seat.folder)?.saturating_sub(before) as f64;
    has_all(&seat, count).await?;
    let each = count as f64;
    Ok(Readings::of(1)
        .with("", synced.wall / 1e3)
        .with("CPU for each", synced.cpu / each)
        .with("database, each", grown / 1024.0 / each))
}

/// The median of doing `what` some times after it was done once.
async fn repeated(stand: &Stand, what: &str) -> Result<Readings> {
    let prepared = settled(stand, stand.scaled(1_000)).await?;
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    seat.ask(what, json!({})).await?;
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let done = stand.timed(seat.ask(what, json!({}))).await?;
        walls.push(done.wall);
        cpus.push(done.cpu);
    }
    let (wall, cpu) = median(&walls).zip(median(&cpus)).context("nothing was measured")?;
    Ok(Readings::of(TIMES).with("", wall).with("CPU", cpu))
}

async fn quiet(stand: &Stand) -> Result<Readings> {
    repeated(stand, "syncAll").await
}

async fn listed(stand: &Stand) -> Result<Readings> {
    repeated(stand, "list").await
}

async fn with_news(stand: &Stand) -> Result<Readings> {
    const NAME: &str = "joined many, with news";
    let count = stand.scaled(1_000);
    let prepared = match stand.known(NAME) {
        Some(known) => known,
        None => {
            // Groups of its own: those of the quiet rows are to stay quiet.
            let joined = begin::joined(stand, count).await?;
            begin::host_says(stand, &joined.conversations, count).await?;
            begin::known_as(stand, NAME, joined)
        }
    };
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    let synced = stand.timed(seat.ask("syncAll", json!({}))).await?;
    let last = json!({ "conversation": prepared.conversations.last() });
    ensure!(seat.ask("history", last).await?.number("count")? >= 1.0, "a message is missing after the sync");
    Ok(Readings::of(1).with("", synced.wall / 1e3).with("CPU for each", synced.cpu / count as f64))
}
