//! What is said in a conversation: sending and reading.
use crate::{ClientError, Conversation, Message};
use xmtp_storage::{Durability, MessageQuery};
use xmtp_types::MessageId;

impl Conversation {
    /// Stores and sends a message: the bytes of an `EncodedContent`. Returns when the network has taken it.
    ///
    /// # Errors
    /// [`ClientError::Queued`] if it is stored but not sent yet: it goes out with the next sync, do not send it again.
    pub async fn send(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        self.inner.send(&self.id, content, should_push).await
    }

    /// Stores a message and returns at once. It is sent with the next [`Conversation::send`] or sync.
    ///
    /// # Errors
    /// [`ClientError`] if the conversation cannot be written to.
    pub async fn send_later(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        let group = self.id.clone();
        let queue = move |session: &mut xmtp_mls::Session<'_>| session.queue_message(&group, content, should_push);
        self.inner.machine.step(Durability::Full, queue).await
    }

    /// Messages that fit `query`, whose group is this conversation.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn messages(&self, query: MessageQuery) -> Result<Vec<Message>, ClientError> {
        let query = MessageQuery { group: Some(self.id.clone()), ..query };
        let rows = self.inner.machine.read(move |store| store.messages(&query)).await?;
        Ok(rows.into_iter().map(Message::from).collect())
    }
}
