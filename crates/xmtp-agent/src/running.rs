//! An agent that runs.
use crate::AgentError;
use std::fmt;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, InboxId};

/// An agent that runs in tasks of its own. Dropped, it stops at once; [`RunningAgent::stop`] lets handlers end.
pub struct RunningAgent {
    pub(crate) client: Client,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), AgentError>>,
}

impl RunningAgent {
    /// Its client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its inbox.
    pub fn inbox_id(&self) -> InboxId {
        self.client.inbox_id()
    }

    /// Takes no new messages, lets running handlers end, and writes down what was handled.
    ///
    /// # Errors
    /// [`AgentError`] if it had failed, or if its database fails now.
    pub async fn stop(mut self) -> Result<(), AgentError> {
        self.request_stop();
        self.ended().await
    }

    /// Waits until the agent ends by itself, which it does only when it fails.
    ///
    /// # Errors
    /// [`AgentError`] says why.
    pub async fn ended(&mut self) -> Result<(), AgentError> {
        (&mut self.task).await.map_err(|_| AgentError::Aborted)?
    }

    pub(crate) fn request_stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for RunningAgent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for RunningAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningAgent").field("client", &self.client).finish_non_exhaustive()
    }
}
