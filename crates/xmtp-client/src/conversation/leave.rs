//! Leaving a conversation.
use crate::{ClientError, Conversation, client::Inner, maintain::Owed};
use std::sync::Arc;
use xmtp_mls::{EngineError, Session};
use xmtp_storage::{DeliveryStatus, Durability};
use xmtp_types::MessageId;

impl Conversation {
    /// Asks the members to remove this inbox. It goes on reading and may go on writing until the client of a super admin
    /// has removed it, which released clients do within seconds while they run.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says why this inbox cannot leave: from a direct conversation, alone, as a super admin, or
    /// twice. [`ClientError::Queued`] if the wish is stored but not sent yet: it goes out with the next sync.
    pub async fn leave(&self) -> Result<(), ClientError> {
        let lane = self.inner.lanes.of(&self.id);
        let _turn = lane.turn.lock().await;
        // Sealed under an epoch that has passed, it could not be read by those who came since: they would take it that this
        // inbox was removed.
        if let Err(error) = self.inner.pull(&self.id).await {
            tracing::debug!(%error, "a group could not be read before asking to leave it");
        }
        self.inner.prepare_to_send(&self.id).await;
        let group = self.id.clone();
        let ask = move |session: &mut Session<'_>| session.queue_leave(&group);
        let message = self.inner.machine.step(Durability::Full, ask).await?;
        let owed = Owed::by(&self.inner);
        match self.inner.drive(&self.id).await {
            Ok(()) => {
                owed.settled();
                sent(&self.inner, message).await
            }
            Err(cause) => Err(ClientError::Queued { message, cause: Arc::new(cause) }),
        }
    }

    /// Whether this inbox has asked to be removed and is still in the conversation.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn is_leaving(&self) -> Result<bool, ClientError> {
        let group = self.id.clone();
        self.inner.machine.step(Durability::Relaxed, move |session| session.is_leaving(&group)).await
    }
}

/// What became of the message that asks.
async fn sent(inner: &Arc<Inner>, message: MessageId) -> Result<(), ClientError> {
    let row = inner.machine.read(move |store| store.message(&message)).await?;
    match row.map(|row| row.status) {
        Some(DeliveryStatus::Unpublished) => {
            Err(ClientError::Queued { message, cause: Arc::new(ClientError::Contended) })
        }
        Some(DeliveryStatus::Failed) => {
            Err(EngineError::Inactive("this installation was removed from it meanwhile".to_owned()).into())
        }
        _ => Ok(()),
    }
}
