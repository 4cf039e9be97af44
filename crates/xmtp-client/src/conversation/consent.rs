//! Whether a conversation is wanted.
use crate::{ClientError, Conversation};
use xmtp_storage::{ConsentEntity, ConsentState};

impl Conversation {
    /// Whether this conversation is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn consent(&self) -> Result<ConsentState, ClientError> {
        self.inner.consent(ConsentEntity::Conversation(self.id.clone())).await
    }

    /// Decides whether this conversation is wanted. The user's other installations are told in the background.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn set_consent(&self, state: ConsentState) -> Result<(), ClientError> {
        self.inner.set_consent(vec![(ConsentEntity::Conversation(self.id.clone()), state)]).await
    }
}
