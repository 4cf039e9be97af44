//! Whether a conversation is wanted.
use crate::{ClientError, Conversation};
use xmtp_storage::{ConsentEntity, ConsentRow, ConsentState, Durability};

impl Conversation {
    /// Whether this conversation is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn consent(&self) -> Result<ConsentState, ClientError> {
        let entity = ConsentEntity::Conversation(self.id.clone());
        let row = self.inner.machine.read(move |store| store.consent(&entity)).await?;
        Ok(row.map(|row| row.state).unwrap_or_default())
    }

    /// Decides whether this conversation is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn set_consent(&self, state: ConsentState) -> Result<(), ClientError> {
        let entity = ConsentEntity::Conversation(self.id.clone());
        self.inner
            .machine
            .step(Durability::Relaxed, move |session| {
                let row = ConsentRow { entity, state, decided_at: session.now() };
                Ok(session.tx().put_consent(&row)?)
            })
            .await
    }
}
