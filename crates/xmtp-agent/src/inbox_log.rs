//! What was handled, durable: an agent that comes back goes on where it stopped.
//!
//! Messages have positions in the order in which the client stored them. They are handled out of order, because
//! conversations are handled side by side, so what is kept is the newest position given out, and those up to it that
//! are still open. It is written while the agent runs and once more when it stops: after a clean stop no message is
//! handled twice, and after a crash none is missed, but those handled last may come again.
use crate::AgentError;
use std::collections::BTreeSet;
use tokio::{sync::watch, task::JoinHandle};
use xmtp_client::{Client, StreamPosition};

/// Where the log is kept, among the application's values in the agent's own database.
const KEY: &[u8] = b"xmtp-agent/inbox-log";
/// The form of the bytes.
const VERSION: u8 = 1;

/// Which messages are handled.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct InboxLog {
    newest: u64,
    open: BTreeSet<u64>,
}

impl InboxLog {
    /// A log in which all up to `newest` is handled.
    pub(crate) const fn starting_after(newest: u64) -> Self {
        Self { newest, open: BTreeSet::new() }
    }

    /// Where to begin reading so that every message that is not handled is read.
    pub(crate) fn resume_from(&self) -> StreamPosition {
        match self.open.first() {
            Some(oldest) => StreamPosition::After(oldest.saturating_sub(1)),
            None => StreamPosition::After(self.newest),
        }
    }

    /// A message is read. Says whether it is yet to be handled.
    pub(crate) fn given(&mut self, position: u64) -> bool {
        if position <= self.newest {
            return self.open.contains(&position);
        }
        self.newest = position;
        self.open.insert(position);
        true
    }

    /// A message is handled.
    pub(crate) fn handled(&mut self, position: u64) {
        self.open.remove(&position);
    }

    /// A version byte, the newest position and the open ones, each in eight bytes, big-endian.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let positions = std::iter::once(&self.newest).chain(&self.open).flat_map(|position| position.to_be_bytes());
        std::iter::once(VERSION).chain(positions).collect()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (positions, []) = bytes.strip_prefix(&[VERSION])?.as_chunks::<8>() else { return None };
        let (newest, open) = positions.split_first()?;
        Some(Self {
            newest: u64::from_be_bytes(*newest),
            open: open.iter().map(|position| u64::from_be_bytes(*position)).collect(),
        })
    }
}

/// Reads the log. A database that had no agent before begins now: what is in it already is history.
pub(crate) async fn open(client: &Client) -> Result<InboxLog, AgentError> {
    if let Some(bytes) = client.value(KEY).await? {
        return InboxLog::from_bytes(&bytes).ok_or(AgentError::DamagedLog);
    }
    let log = InboxLog::starting_after(client.newest_position().await?);
    client.put_value(KEY, &log.to_bytes()).await?;
    Ok(log)
}

/// Writes the log in the background, the newest state only, so that a slow disk never holds up a handler.
#[derive(Debug)]
pub(crate) struct Writer {
    states: watch::Sender<Vec<u8>>,
    task: JoinHandle<Result<(), AgentError>>,
}

impl Writer {
    pub(crate) fn start(client: Client) -> Self {
        let (states, mut changes) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            let mut unwritten = None;
            while changes.changed().await.is_ok() {
                let state = changes.borrow_and_update().clone();
                unwritten = match client.put_value(KEY, &state).await {
                    Ok(()) => None,
                    Err(error) => {
                        tracing::warn!(%error, "the log of handled messages could not be written; tried again");
                        Some(state)
                    }
                };
            }
            match unwritten {
                Some(state) => Ok(client.put_value(KEY, &state).await?),
                None => Ok(()),
            }
        });
        Self { states, task }
    }

    pub(crate) fn write(&self, log: &InboxLog) {
        self.states.send_replace(log.to_bytes());
    }

    /// Returns when the last state is written.
    pub(crate) async fn finish(self) -> Result<(), AgentError> {
        drop(self.states);
        self.task.await.map_err(|_| AgentError::Aborted)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_that_are_no_log_are_refused() {
        for bytes in [&[][..], &[1], &[1, 0], &[2, 0, 0, 0, 0, 0, 0, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert_eq!(InboxLog::from_bytes(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn after_any_stop_every_open_message_comes_again_and_no_handled_one(
            first in proptest::collection::btree_set(1u64..50, 0..30),
            handled in proptest::collection::vec(any::<proptest::sample::Index>(), 0..30),
            later in proptest::collection::btree_set(50u64..80, 0..10),
        ) {
            let mut log = InboxLog::default();
            let mut done = BTreeSet::new();
            for position in &first {
                prop_assert!(log.given(*position));
            }
            let order: Vec<u64> = first.iter().copied().collect();
            for index in handled {
                if let Some(position) = order.get(index.index(order.len().max(1))) {
                    log.handled(*position);
                    done.insert(*position);
                }
            }

            let mut log = InboxLog::from_bytes(&log.to_bytes()).unwrap();
            let StreamPosition::After(start) = log.resume_from() else { panic!("not a position") };
            let stored = first.union(&later).copied();
            let again: BTreeSet<u64> = stored.filter(|at| *at > start).filter(|at| log.given(*at)).collect();
            let expected: BTreeSet<u64> = first.union(&later).copied().filter(|at| !done.contains(at)).collect();
            prop_assert_eq!(again, expected);
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = InboxLog::from_bytes(&bytes);
        }
    }
}
