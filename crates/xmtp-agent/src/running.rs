//! An agent that runs.
use crate::{AgentError, ConversationContext, people, shared::Shared};
use std::{fmt, sync::Arc};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, Conversation, GroupId, GroupOptions, Identifier, IdentifierKind, InboxId};

/// An agent that runs in tasks of its own. Dropped, it stops at once; [`RunningAgent::stop`] lets handlers end.
pub struct RunningAgent {
    pub(crate) client: Client,
    pub(crate) shared: Arc<Shared>,
    pub(crate) backlog: watch::Receiver<Backlog>,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), AgentError>>,
}

/// What an agent has read and not handled yet.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Backlog {
    /// Up to which position messages were read: see [`Message::position`](xmtp_client::Message::position).
    pub read: u64,
    /// Messages and new conversations that were read and are not handled: those that wait, and those that handlers run for.
    pub open: usize,
}

impl RunningAgent {
    /// What it has read and not handled yet, as it changes.
    pub fn backlog(&self) -> watch::Receiver<Backlog> {
        self.backlog.clone()
    }

    /// Its client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its inbox.
    pub fn inbox_id(&self) -> InboxId {
        self.client.inbox_id()
    }

    /// The Ethereum address by which people find it; of several, the one that was added first. `None` if it has none.
    ///
    /// # Errors
    /// [`AgentError::Client`] if its inbox is not known here and the network cannot be asked.
    pub async fn address(&self) -> Result<Option<Identifier>, AgentError> {
        self.shared.addresses.find(&self.client, self.inbox_id(), IdentifierKind::Ethereum).await
    }

    /// The conversation with this id, and what can be done in it.
    ///
    /// # Errors
    /// [`AgentError::Client`] if there is none.
    pub async fn conversation(&self, id: &GroupId) -> Result<ConversationContext, AgentError> {
        Ok(self.context(self.client.conversations().find(id).await?))
    }

    /// The direct conversation with whoever has this address: the one there is, or a new one.
    ///
    /// # Errors
    /// As for [`people::dm_with_address`].
    pub async fn create_dm_with_address(&self, address: &str) -> Result<ConversationContext, AgentError> {
        Ok(self.context(people::dm_with_address(&self.client, address).await?))
    }

    /// A new group with whoever has these addresses.
    ///
    /// # Errors
    /// As for [`people::group_with_addresses`].
    pub async fn create_group_with_addresses(
        &self,
        addresses: &[&str],
        options: GroupOptions,
    ) -> Result<ConversationContext, AgentError> {
        Ok(self.context(people::group_with_addresses(&self.client, addresses, options).await?))
    }

    fn context(&self, conversation: Conversation) -> ConversationContext {
        ConversationContext::new(self.client.clone(), conversation, Arc::clone(&self.shared))
    }

    /// Takes no new messages, lets running handlers end, writes down what was handled, and, unless the client was given to
    /// [`Agent::new`](crate::Agent::new), closes the database.
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
