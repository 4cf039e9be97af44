//! Following one conversation.
use crate::{ClientError, Conversation, MessageStream, StreamPosition, stream::Scope};

impl Conversation {
    /// Messages of this conversation, and of its duplicates, from now on, as they are stored; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages(&self) -> Result<MessageStream, ClientError> {
        self.stream_messages_from(StreamPosition::Now).await
    }

    /// Messages of this conversation, and of its duplicates, stored after a position, then live, without a gap; see
    /// [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages_from(&self, from: StreamPosition) -> Result<MessageStream, ClientError> {
        MessageStream::open(&self.inner, from, Scope::of(self)).await
    }
}
