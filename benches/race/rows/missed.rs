//! Messages that came while the client was away: fetched, and read from the database.
use anyhow::{Result, ensure};
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    contender::Answer,
    database::size_of_databases,
    row::{Measure, Readings, Row},
    stand::{Prepared, Seat, Stand},
};

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "10,000 missed messages synced",
        most_rounds: None,
        measures: &[
            Measure::lower("", "s"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("database, each", "bytes"),
        ],
        lap: |stand| synced(stand).boxed(),
    },
    Row {
        name: "history of 10,000 messages read",
        most_rounds: None,
        measures: &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")],
        lap: |stand| history(stand).boxed(),
    },
    Row {
        name: "receive at 250 members",
        most_rounds: None,
        measures: &[
            Measure::higher("", "messages/s"),
            Measure::lower("CPU for each", "ms CPU"),
            Measure::lower("CPU against 2 members", "times"),
        ],
        lap: |stand| large(stand).boxed(),
    },
];

/// A client that has joined a group with the host alone, in which so many messages wait.
async fn pair_with_news(stand: &Stand, count: usize) -> Result<Prepared> {
    let name = format!("{count} missed");
    if let Some(known) = stand.known(&name) {
        return Ok(known);
    }
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let groups = stand.track.host_groups(std::slice::from_ref(&seat.inbox), 1).await?;
    seat.ask("syncAll", json!({})).await?;
    let prepared = stand.keep(&name, seat, groups).await?;
    begin::host_says(stand, &prepared.conversations, count).await?;
    Ok(prepared)
}

/// Reads what is new in the state's first conversation, and makes sure that it was all.
async fn read_news(stand: &Stand, from: &Prepared, count: usize) -> Result<(Seat, Answer, f64)> {
    let (seat, _) = stand.seated(&stand.process().await?, from).await?;
    let conversation = json!({ "conversation": from.conversations.first() });
    seat.ask("find", conversation.clone()).await?;
    let before = size_of_databases(&seat.folder)?;
    let read = stand.timed(seat.ask("refresh", conversation.clone())).await?;
    let grown = size_of_databases(&seat.folder)?.saturating_sub(before) as f64;
    let there = seat.ask("history", conversation).await?.number("count")?;
    ensure!(there >= count as f64, "after the sync {there} messages are there, of {count}");
    Ok((seat, read, grown))
}

async fn synced(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(10_000);
    let prepared = pair_with_news(stand, count).await?;
    let (_, read, grown) = read_news(stand, &prepared, count).await?;
    Ok(Readings::of(1)
        .with("", read.wall / 1e3)
        .with("CPU for each", read.cpu / count as f64)
        .with("database, each", grown / count as f64))
}

async fn history(stand: &Stand) -> Result<Readings> {
    const NAME: &str = "history";
    let count = stand.scaled(10_000);
    let prepared = match stand.known(NAME) {
        Some(known) => known,
        None => {
            let missed = pair_with_news(stand, count).await?;
            let (seat, ..) = read_news(stand, &missed, count).await?;
            stand.keep(NAME, seat, missed.conversations).await?
        }
    };
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    let conversation = json!({ "conversation": prepared.conversations.first() });
    seat.ask("find", conversation.clone()).await?;
    let read = stand.timed(seat.ask("history", conversation)).await?;
    ensure!(read.number("count")? >= count as f64, "messages are missing in the history");
    Ok(Readings::of(1).with("", read.wall).with("CPU", read.cpu))
}

async fn large(stand: &Stand) -> Result<Readings> {
    const NAME: &str = "missed with many";
    let count = stand.scaled(1_000);
    let pair = pair_with_news(stand, count).await?;
    let prepared = match stand.known(NAME) {
        Some(known) => known,
        None => {
            let joined = begin::joined_large(stand, stand.members(250)).await?;
            begin::host_says(stand, &joined.conversations, count).await?;
            begin::known_as(stand, NAME, joined)
        }
    };
    let (_, small, _) = read_news(stand, &pair, count).await?;
    let (_, large, _) = read_news(stand, &prepared, count).await?;
    Ok(Readings::of(2)
        .with("", count as f64 / large.wall * 1e3)
        .with("CPU for each", large.cpu / count as f64)
        .with("CPU against 2 members", large.cpu / small.cpu))
}
