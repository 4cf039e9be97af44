//! Messages that came while the client was away: fetched, and read from the database.
use anyhow::{Result, ensure};
use futures::FutureExt;
use serde_json::{Value, json};

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

/// Opens a copy of the state, with its conversation at hand.
async fn arrive(stand: &Stand, from: &Prepared) -> Result<Seat> {
    let (seat, _) = stand.seated(&stand.process().await?, from).await?;
    seat.ask("find", first_of(from)).await?;
    Ok(seat)
}

/// Makes sure that so many messages are there.
async fn has_all(seat: &Seat, of: &Prepared, count: usize) -> Result<Answer> {
    let read = seat.ask("history", first_of(of)).await?;
    let there = read.number("count")?;
    ensure!(there >= count as f64, "{there} messages are there, of {count}");
    Ok(read)
}

fn first_of(state: &Prepared) -> Value {
    json!({ "conversation": state.conversations.first() })
}

async fn synced(stand: &Stand) -> Result<Readings> {
    let count = stand.scaled(10_000);
    let prepared = pair_with_news(stand, count).await?;
    let seat = arrive(stand, &prepared).await?;
    let before = size_of_databases(&seat.folder)?;
    let read = stand.timed(seat.ask("refresh", first_of(&prepared))).await?;
    let grown = size_of_databases(&seat.folder)?.saturating_sub(before) as f64;
    has_all(&seat, &prepared, count).await?;
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
            let seat = arrive(stand, &missed).await?;
            seat.ask("refresh", first_of(&missed)).await?;
            stand.keep(NAME, seat, missed.conversations).await?
        }
    };
    let seat = arrive(stand, &prepared).await?;
    let read = stand.timed(has_all(&seat, &prepared, count)).await?;
    Ok(Readings::of(1).with("", read.wall).with("CPU", read.cpu))
}

async fn large(stand: &Stand) -> Result<Readings> {
    const NAME: &str = "missed with many";
    let count = stand.scaled(1_000);
    let pair = pair_with_news(stand, count).await?;
    let many = match stand.known(NAME) {
        Some(known) => known,
        None => {
            let joined = begin::joined_large(stand, stand.members(250)).await?;
            begin::host_says(stand, &joined.conversations, count).await?;
            begin::known_as(stand, NAME, joined)
        }
    };
    let (in_pair, in_many) = (arrive(stand, &pair).await?, arrive(stand, &many).await?);
    let small = in_pair.ask("refresh", first_of(&pair)).await?;
    let large = stand.timed(in_many.ask("refresh", first_of(&many))).await?;
    has_all(&in_pair, &pair, count).await?;
    has_all(&in_many, &many, count).await?;
    Ok(Readings::of(1)
        .with("", count as f64 / large.wall * 1e3)
        .with("CPU for each", large.cpu / count as f64)
        .with("CPU against 2 members", large.cpu / small.cpu))
}
