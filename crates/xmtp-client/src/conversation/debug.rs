//! What whoever looks for a fault in a conversation wants to know.
use crate::{ClientError, Conversation, Conversations};
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

impl Conversations {
    /// Compares now what this installation did with commits with what the public logs of its conversations say, and does
    /// what follows from it, as a live client does every five minutes: see [`Conversation::debug_info`] for what it finds.
    ///
    /// # Errors
    /// [`ClientError`]; a network without commit logs is one.
    pub async fn compare_commit_logs(&self) -> Result<(), ClientError> {
        self.inner.check_commit_logs().await
    }
}
