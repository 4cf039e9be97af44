//! What a handler knows and can do: the message, its conversation, and ways to answer.
use crate::{AgentError, Failure, on_error::FailureCause};
use std::{fmt, sync::Arc};
use xmtp_client::{Client, ClientError, Conversation, ConversationKind, InboxId, Message, MessageId};
use xmtp_content_types::{Content, Reaction, Reply};

/// A message in its conversation. Clones share everything.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    conversation: Conversation,
    message: Message,
    content: Content,
}

impl Context {
    pub(crate) fn new(client: Client, conversation: Conversation, message: Message) -> Self {
        let content = Content::from_bytes(&message.content);
        Self { inner: Arc::new(Inner { client, conversation, message, content }) }
    }

    /// The agent's client.
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// The conversation of the message.
    pub fn conversation(&self) -> &Conversation {
        &self.inner.conversation
    }

    /// The message.
    pub fn message(&self) -> &Message {
        &self.inner.message
    }

    /// What the message says.
    pub fn content(&self) -> &Content {
        &self.inner.content
    }

    /// Who sent the message.
    pub fn sender(&self) -> InboxId {
        self.inner.message.sender
    }

    /// Whether the conversation is between two inboxes.
    pub fn is_dm(&self) -> bool {
        self.inner.conversation.kind() == ConversationKind::Dm
    }

    /// Whether the conversation is a group.
    pub fn is_group(&self) -> bool {
        self.inner.conversation.kind() == ConversationKind::Group
    }

    /// Sends text, or any other content, to the conversation.
    ///
    /// Returns when the network has taken the message, or when it is stored to go out as soon as the network is back:
    /// either way it must not be sent again.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the conversation cannot be written to.
    pub async fn send(&self, content: impl Into<Content>) -> Result<MessageId, AgentError> {
        send(self.conversation(), &content.into()).await
    }

    /// Answers the message: what is sent refers to it, and applications show it below a quote of it.
    ///
    /// # Errors
    /// As for [`Context::send`].
    pub async fn reply(&self, content: impl Into<Content>) -> Result<MessageId, AgentError> {
        self.send(Reply::new(self.message().id, content).to_inbox(self.sender())).await
    }

    /// Gives the message an emoji.
    ///
    /// # Errors
    /// As for [`Context::send`].
    pub async fn react(&self, emoji: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Reaction::added(self.message().id, emoji).to_inbox(self.sender())).await
    }

    /// Takes an emoji back from the message.
    ///
    /// # Errors
    /// As for [`Context::send`].
    pub async fn unreact(&self, emoji: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Reaction::removed(self.message().id, emoji).to_inbox(self.sender())).await
    }

    pub(crate) fn failure(&self, cause: FailureCause) -> Failure {
        Failure { conversation: self.message().conversation.clone(), message: self.message().id, cause }
    }
}

/// Sends content; a message that is stored and waits for the network counts as sent.
pub(crate) async fn send(conversation: &Conversation, content: &Content) -> Result<MessageId, AgentError> {
    match conversation.send(content.to_bytes(), content.should_push()).await {
        Err(ClientError::Queued { message, .. }) => Ok(message),
        sent => Ok(sent?),
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("conversation", &self.inner.conversation)
            .field("message", &self.inner.message)
            .finish_non_exhaustive()
    }
}
