//! What whoever looks for a fault in a conversation wants to know.
use crate::{ClientError, Conversation};
use xmtp_mls::DebugInfo;
use xmtp_storage::Durability;

impl Conversation {
    /// Epoch, whether this installation has split off, what became of each commit here and by the public log, and how
    /// far the conversation was read.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn debug_info(&self) -> Result<DebugInfo, ClientError> {
        let group = self.id.clone();
        self.inner.machine.step(Durability::Relaxed, move |session| session.debug_info(&group)).await
    }
}
