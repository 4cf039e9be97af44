//! The power fails at any moment while a client makes a group, lets somebody in, sends, receives and renames.
//!
//! What a power cut can leave is known exactly: in WAL mode nothing but the WAL is written between checkpoints, it only
//! grows, and what stood in it at the last fully durable commit is on the disk. So the files are copied whenever
//! something is about to reach the network, and every length that the WAL may have been cut to is played: at each frame,
//! in the middle of one, and with the last one torn. The network has what it had at that moment. Each time the client
//! opens what is left, and it and its peer must come to one state with every message there once.
#![cfg(test)]

mod cut;
mod record;
mod replay;
mod scenario;

use cut::{Tear, Wal};
use record::Recorded;
use replay::Replay;
use std::collections::BTreeMap;

#[tokio::test] // STORE.R1, STORE.R3, GROUP.R9
async fn whatever_a_power_cut_leaves_the_client_goes_on_and_nothing_is_lost_or_doubled() {
    let recorded = scenario::play().await;
    let (mut cuts, mut recoveries) = (0, 0);
    for moment in 0..recorded.moments.len() {
        // Cuts within one transaction leave the same; each state that is left goes on once.
        let mut states = BTreeMap::new();
        let (shortest, wal) = reach(&recorded, moment);
        for length in wal.boundaries().filter(|length| *length >= shortest) {
            for tear in Tear::ALL {
                let Some(torn) = wal.cut(length, tear) else { continue };
                let replay = Replay::lay_out(&recorded, moment, &torn);
                cuts += 1;
                let state = replay.state_left();
                if states.insert(state, length).is_none() {
                    recoveries += 1;
                    replay.go_on().await;
                }
            }
        }
    }
    eprintln!("{cuts} cuts over {} moments, {recoveries} recoveries", recorded.moments.len());
    assert!(cuts > 200 && recoveries > 20, "the scenario is too short: {cuts} cuts, {recoveries} recoveries");
}

/// What may be left of the WAL while the network has what it had at this moment: anything from what was durable when it
/// got the last of that to what was written before it got more.
fn reach(recorded: &Recorded, moment: usize) -> (usize, Wal) {
    let here = &recorded.moments[moment];
    let before = moment.checked_sub(1).map(|before| &recorded.moments[before]);
    let is_appended = before.is_none_or(|before| here.wal.starts_with(&before.wal));
    assert!(is_appended, "the WAL is not only appended to: the scenario is too long");
    (before.map_or(0, |before| before.durable), Wal::new(here.wal.clone()))
}
