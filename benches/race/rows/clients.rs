//! Clients: created, opened, at their first message, and started from nothing.
use anyhow::{Context, Result};
use futures::FutureExt;
use serde_json::json;

use super::begin;
use crate::{
    clock,
    contender::{Answer, Contender},
    database::size_of_databases,
    row::{Measure, Readings, Row},
    stand::Stand,
    statistics::{mean, median},
};
use std::sync::Arc;

const COST: &[Measure] = &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "client created and registered",
        most_rounds: None,
        measures: &[
            Measure::lower("", "ms"),
            Measure::lower("CPU", "ms CPU"),
            Measure::lower("database of a new client", "KiB"),
        ],
        lap: |stand| created(stand).boxed(),
    },
    Row { name: "warm open", most_rounds: None, measures: COST, lap: |stand| opened(stand).boxed() },
    Row {
        name: "new client to first message sent",
        most_rounds: None,
        measures: COST,
        lap: |stand| first_message(stand).boxed(),
    },
    Row { name: "cold start to ready", most_rounds: None, measures: COST, lap: |stand| cold_start(stand).boxed() },
];

/// Median time and mean processor time.
fn cost(answers: &[Answer]) -> Result<Readings> {
    let walls: Vec<f64> = answers.iter().map(|answer| answer.wall).collect();
    let cpus: Vec<f64> = answers.iter().map(|answer| answer.cpu).collect();
    let (wall, cpu) = median(&walls).zip(mean(&cpus)).context("nothing was measured")?;
    Ok(Readings::of(answers.len()).with("", wall).with("CPU", cpu))
}

async fn created(stand: &Stand) -> Result<Readings> {
    let process = stand.process().await?;
    let (mut answers, mut size) = (Vec::new(), 0);
    for _ in 0..stand.scaled(20) {
        let (seat, answer) = stand.timed(stand.newcomer(&process)).await?;
        size = size_of_databases(&seat.folder)?;
        answers.push(answer);
    }
    Ok(cost(&answers)?.with("database of a new client", size as f64 / 1024.0))
}

async fn opened(stand: &Stand) -> Result<Readings> {
    let prepared = begin::registered(stand).await?;
    let process = stand.process().await?;
    let mut answers = Vec::new();
    for _ in 0..stand.scaled(20) {
        let (_, answer) = stand.timed(stand.seated(&process, &prepared)).await?;
        answers.push(answer);
        process.ask(&prepared.key, "close", json!({})).await?;
    }
    cost(&answers)
}

async fn first_message(stand: &Stand) -> Result<Readings> {
    let peer = stand.track.crowd(1).await?;
    let process = stand.process().await?;
    let mut whole = Vec::new();
    for _ in 0..stand.scaled(5) {
        let steps = stand.timed(async {
            let (seat, opened) = stand.newcomer(&process).await?;
            let group = seat.ask("groups", json!({ "members": peer, "count": 1 })).await?;
            let to: Vec<String> = group.list("conversations")?;
            let sent = json!({ "conversations": to, "count": 1, "senders": 1, "pauseUs": 0 });
            Ok([opened, group, seat.ask("sends", sent).await?])
        });
        let steps = steps.await?;
        let (wall, cpu) = (steps.iter().map(|step| step.wall).sum(), steps.iter().map(|step| step.cpu).sum());
        whole.push(Answer { value: json!(null), wall, cpu, process_cpu: cpu });
    }
    cost(&whole)
}

/// A program that is started, opens its database and lists its conversations.
async fn cold_start(stand: &Stand) -> Result<Readings> {
    let prepared = begin::registered(stand).await?;
    let folder = stand.copy_of(&prepared)?;
    let start = clock::wall();
    let process = Arc::new(Contender::start(&stand.entrant).await?);
    let (seat, _) = stand.timed(stand.open(&process, prepared.key, folder)).await?;
    let listed = seat.ask("list", json!({})).await?;
    let took = (clock::wall() - start) as f64 / 1e6;
    Ok(Readings::of(1).with("", took).with("CPU", listed.process_cpu))
}
