//! Groups of 250: created, and joined.
use anyhow::{Result, ensure};
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    row::{Measure, Readings, Row},
    stand::Stand,
};

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "group of 250 created",
        most_rounds: None,
        measures: &[
            Measure::lower("", "ms"),
            Measure::lower("CPU", "ms CPU"),
            Measure::lower("again, with members known", "ms"),
        ],
        lap: |stand| created(stand).boxed(),
    },
    Row {
        name: "group of 250 joined",
        most_rounds: None,
        measures: &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")],
        lap: |stand| joined(stand, false).boxed(),
    },
    Row {
        name: "group of 250 joined, its members known",
        most_rounds: None,
        measures: &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")],
        lap: |stand| joined(stand, true).boxed(),
    },
];

async fn created(stand: &Stand) -> Result<Readings> {
    let members = stand.track.crowd(stand.members(250) - 1).await?;
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let create = json!({ "members": members, "count": 1 });
    let cold = stand.timed(seat.ask("groups", create.clone())).await?;
    let again = seat.ask("groups", create).await?;
    Ok(Readings::of(1).with("", cold.wall).with("CPU", cold.cpu).with("again, with members known", again.wall))
}

async fn joined(stand: &Stand, are_known: bool) -> Result<Readings> {
    let name = if are_known { "invited to another of the same" } else { "invited to one of many" };
    let prepared = match stand.known(name) {
        Some(known) => known,
        None => {
            let (seat, _) = stand.newcomer(&stand.process().await?).await?;
            let members = begin::with(&seat.inbox, stand.track.crowd(stand.members(250) - 2).await?);
            if are_known {
                stand.track.host_groups(&members, 1).await?;
                seat.ask("sync", json!({})).await?;
            }
            let registered = stand.keep(name, seat, Vec::new()).await?;
            stand.track.host_groups(&members, 1).await?;
            registered
        }
    };
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    let before = seat.ask("list", json!({})).await?.number("count")?;
    let joined = stand.timed(seat.ask("sync", json!({}))).await?;
    let there = seat.ask("list", json!({})).await?.number("count")?;
    ensure!(there > before, "the group was not joined");
    Ok(Readings::of(1).with("", joined.wall).with("CPU", joined.cpu))
}
