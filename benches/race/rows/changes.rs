//! What changes in a group of 250: done by the client itself, and by another member.
use anyhow::{Context, Result};
use futures::FutureExt;
use serde_json::{Value, json};

use super::begin;
use crate::{
    contender::Answer,
    row::{Measure, Readings, Row},
    stand::Stand,
};

const COST: &[Measure] = &[Measure::lower("", "ms"), Measure::lower("CPU", "ms CPU")];

/// Commits that wait for one sync.
const COMMITS: usize = 10;
/// Members added one after the other to a populated tree, which takes long to make.
const ADDED: usize = 5;

pub(super) const ROWS: &[Row] = &[
    Row { name: "member added to 249", most_rounds: None, measures: COST, lap: |stand| added(stand).boxed() },
    Row {
        name: "member added to a populated tree of 245, of 5",
        most_rounds: Some(2),
        measures: COST,
        lap: |stand| added_to_populated(stand).boxed(),
    },
    Row { name: "member removed from 250", most_rounds: None, measures: COST, lap: |stand| removed(stand).boxed() },
    Row { name: "name changed at 250 members", most_rounds: None, measures: COST, lap: |stand| renamed(stand).boxed() },
    Row {
        name: "commit processed at 250 members, of 10",
        most_rounds: None,
        measures: COST,
        lap: |stand| processed(stand).boxed(),
    },
];

fn cost(answer: &Answer, operations: usize) -> Readings {
    let each = operations as f64;
    Readings::of(operations).with("", answer.wall / each).with("CPU", answer.cpu / each)
}

/// Creates a group of the client and all but the last of so many people, and does one thing in it.
async fn change(stand: &Stand, others: usize, what: &str, change: impl Fn(&[String]) -> Value) -> Result<Readings> {
    let (seat, group) = begin::speaker(stand, others).await?;
    let crowd = stand.track.crowd(others + 1).await?;
    let mut arguments = change(&crowd);
    if let Value::Object(arguments) = &mut arguments {
        arguments.insert("conversation".to_owned(), json!(group));
    }
    Ok(cost(&stand.timed(seat.ask(what, arguments)).await?, 1))
}

async fn added(stand: &Stand) -> Result<Readings> {
    let others = stand.members(250) - 2;
    change(stand, others, "add", |crowd| json!({ "members": crowd.last().into_iter().collect::<Vec<_>>() })).await
}

/// Every other member has committed once, which gives the nodes of the tree above it their keys.
async fn added_to_populated(stand: &Stand) -> Result<Readings> {
    let members = stand.members(250).max(2 * ADDED);
    let committers = stand.track.committers(members / 2 - 1).await?;
    let mut guests = stand.track.crowd(members - 2 - committers.len()).await?;
    let newcomers = guests.split_off(guests.len() - ADDED);
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let mut others = vec![seat.inbox.clone()];
    for (number, committer) in committers.iter().enumerate() {
        others.push(committer.clone());
        others.extend(guests.get(number).cloned());
    }
    let groups = stand.track.host_groups(&others, 1).await?;
    let conversation = groups.first().context("the host made no group")?;
    stand.track.let_commit(committers.len(), conversation).await?;
    seat.ask("syncAll", json!({})).await?;
    let (mut wall, mut cpu) = (0.0, 0.0);
    for newcomer in &newcomers {
        let add = json!({ "conversation": conversation, "members": [newcomer] });
        let added = stand.timed(seat.ask("add", add)).await?;
        (wall, cpu) = (wall + added.wall, cpu + added.cpu);
    }
    let each = ADDED as f64;
    Ok(Readings::of(ADDED).with("", wall / each).with("CPU", cpu / each))
}

async fn removed(stand: &Stand) -> Result<Readings> {
    let others = stand.members(250) - 1;
    change(stand, others, "remove", |crowd| json!({ "members": crowd.first().into_iter().collect::<Vec<_>>() })).await
}

async fn renamed(stand: &Stand) -> Result<Readings> {
    change(stand, stand.members(250) - 1, "rename", |_| json!({ "name": "renamed" })).await
}

async fn processed(stand: &Stand) -> Result<Readings> {
    const NAME: &str = "renamed by the host";
    let prepared = match stand.known(NAME) {
        Some(known) => known,
        None => {
            // A group of its own, so that no lap of another row finds these commits.
            let (seat, _) = stand.newcomer(&stand.process().await?).await?;
            let members = begin::with(&seat.inbox, stand.track.crowd(stand.members(250) - 2).await?);
            let groups = stand.track.host_groups(&members, 1).await?;
            seat.ask("syncAll", json!({})).await?;
            let joined = stand.keep(NAME, seat, groups).await?;
            for number in 0..COMMITS {
                let conversation = joined.conversations.first();
                let name = format!("name {number}");
                stand.track.host("rename", json!({ "conversation": conversation, "name": name })).await?;
            }
            joined
        }
    };
    let (seat, _) = stand.seated(&stand.process().await?, &prepared).await?;
    let conversation = json!({ "conversation": prepared.conversations.first() });
    seat.ask("find", conversation.clone()).await?;
    Ok(cost(&stand.timed(seat.ask("refresh", conversation)).await?, COMMITS))
}
