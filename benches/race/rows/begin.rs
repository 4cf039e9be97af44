//! States that laps begin from. Each is made once for a contender; laps get copies.
use anyhow::Result;
use serde_json::json;

use crate::stand::{Prepared, Seat, Stand};

/// A client that is registered and has done nothing else.
pub(crate) async fn registered(stand: &Stand) -> Result<Prepared> {
    const NAME: &str = "registered";
    if let Some(known) = stand.known(NAME) {
        return Ok(known);
    }
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    stand.keep(NAME, seat, Vec::new()).await
}

/// A client that has joined `count` groups of it, the host and nobody else, and has seen all there is in them.
pub(crate) async fn joined(stand: &Stand, count: usize) -> Result<Prepared> {
    let name = format!("joined {count}");
    if let Some(known) = stand.known(&name) {
        return Ok(known);
    }
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let groups = stand.track.host_groups(std::slice::from_ref(&seat.inbox), count).await?;
    seat.ask("syncAll", json!({})).await?;
    stand.keep(&name, seat, groups).await
}

/// A client in a group of `members`, which the host has created, and which it has joined.
pub(crate) async fn joined_large(stand: &Stand, members: usize) -> Result<Prepared> {
    let name = format!("joined with {members}");
    if let Some(known) = stand.known(&name) {
        return Ok(known);
    }
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let others = with(&seat.inbox, stand.track.crowd(members - 2).await?);
    let groups = stand.track.host_groups(&others, 1).await?;
    seat.ask("syncAll", json!({})).await?;
    stand.keep(&name, seat, groups).await
}

/// Notes that what makes the state one called `name` has happened on the network; its database stays as it is.
pub(crate) fn known_as(stand: &Stand, name: &str, state: Prepared) -> Prepared {
    stand.track.keep_prepared(stand.track.prepared_folder(stand.entrant.name(), name), state.clone());
    state
}

/// A new client, alone in a process of its own, with a group of it and `others` people.
pub(crate) async fn speaker(stand: &Stand, others: usize) -> Result<(Seat, String)> {
    let crowd = stand.track.crowd(others).await?;
    let (seat, _) = stand.newcomer(&stand.process().await?).await?;
    let group = seat.groups(&crowd, 1).await?.pop().unwrap_or_default();
    Ok((seat, group))
}

/// Lets the host say `count` things in these conversations, in turn.
pub(crate) async fn host_says(stand: &Stand, conversations: &[String], count: usize) -> Result<()> {
    if let [conversation] = conversations {
        stand.track.host("queue", json!({ "conversation": conversation, "count": count })).await?;
        stand.track.host("publish", json!({ "conversation": conversation })).await?;
    } else {
        let sends = json!({ "conversations": conversations, "count": count, "senders": 4, "pauseUs": 0 });
        stand.track.host("sends", sends).await?;
    }
    Ok(())
}

/// `one` and all of `others`.
pub(crate) fn with(one: &str, mut others: Vec<String>) -> Vec<String> {
    others.push(one.to_owned());
    others
}
