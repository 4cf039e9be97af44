//! Writes the log of what is handled, the newest state only: a slow disk never holds up a handler that ends.
use crate::{
    AgentError,
    inbox_log::{InboxLog, KEY},
};
use std::time::Duration;
use tokio::{sync::watch, task::JoinHandle};
use xmtp_client::{Client, ClientError};

/// How long a database that cannot be written is left alone.
const RETRY: Duration = Duration::from_millis(500);

/// The task that writes, and how far it has come.
#[derive(Debug)]
pub(crate) struct Writer {
    states: watch::Sender<(u64, Vec<u8>)>,
    written: watch::Receiver<u64>,
    task: JoinHandle<Result<(), AgentError>>,
}

impl Writer {
    pub(crate) fn start(client: Client) -> Self {
        let (states, changes) = watch::channel((0, Vec::new()));
        let (done, written) = watch::channel(0);
        Self { states, written, task: tokio::spawn(write_all(client, changes, done)) }
    }

    /// Lets the log be written soon.
    pub(crate) fn write(&self, log: &InboxLog) {
        self.states.send_modify(|(number, state)| {
            *number += 1;
            *state = log.to_bytes();
        });
    }

    /// Returns when the log is written. Waits for as long as the database cannot be.
    ///
    /// # Errors
    /// [`AgentError::Aborted`] if the client was closed.
    pub(crate) async fn write_through(&mut self, log: &InboxLog) -> Result<(), AgentError> {
        self.write(log);
        let wanted = self.states.borrow().0;
        self.written.wait_for(|done| *done >= wanted).await.map(drop).map_err(|_| AgentError::Aborted)
    }

    /// Returns when the last state is written.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the database cannot be written.
    pub(crate) async fn finish(self) -> Result<(), AgentError> {
        drop(self.states);
        self.task.await.map_err(|_| AgentError::Aborted)?
    }
}

async fn write_all(
    client: Client,
    mut changes: watch::Receiver<(u64, Vec<u8>)>,
    done: watch::Sender<u64>,
) -> Result<(), AgentError> {
    while changes.changed().await.is_ok() {
        loop {
            let (number, state) = changes.borrow_and_update().clone();
            match client.put_value(KEY, &state).await {
                Ok(()) => {
                    done.send_replace(number);
                    break;
                }
                // Whoever stops the agent is told that its end is not written down.
                Err(error) if changes.has_changed().is_err() => return Err(error.into()),
                Err(error @ ClientError::Closed) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(%error, "the log of handled messages cannot be written; tried again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
    Ok(())
}
