//! What a handler knows and can do: the message, its conversation, and ways to answer.
use crate::{AgentError, ConversationContext};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::Arc,
};
use xmtp_client::{Identifier, InboxId, Message, MessageId, Role};
use xmtp_content_types::{Codec, Content, ContentError, ContentTypeId, Reaction, Reply};

/// A message in its conversation. Clones share everything.
///
/// What can be done in the conversation is that of [`ConversationContext`], which it stands for.
#[derive(Clone)]
pub struct Context {
    conversation: ConversationContext,
    message: Arc<Message>,
    content: Arc<Content>,
    data: Data,
}

/// What middlewares attached, by its type.
type Data = Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;

impl Context {
    pub(crate) fn new(conversation: ConversationContext, message: Message) -> Self {
        let content = Arc::new(conversation.shared().codecs.read(&message.content));
        Self { conversation, message: Arc::new(message), content, data: Data::default() }
    }

    /// The message.
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// What the message says.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The text of the message: of plain text, of markdown, and of replies that hold either.
    pub fn text(&self) -> Option<&str> {
        self.content.as_text()
    }

    /// Who sent the message.
    pub fn sender(&self) -> InboxId {
        self.message.sender
    }

    /// The Ethereum address of who sent the message: see [`ConversationContext::address_of`].
    ///
    /// # Errors
    /// As for [`ConversationContext::address_of`].
    pub async fn sender_address(&self) -> Result<Option<Identifier>, AgentError> {
        self.address_of(self.sender()).await
    }

    /// What the sender may do in the conversation; `None` if it is no member any more.
    ///
    /// # Errors
    /// As for [`ConversationContext::members`].
    pub async fn sender_role(&self) -> Result<Option<Role>, AgentError> {
        self.role_of(self.sender()).await
    }

    /// Whether the message is the agent's own. Such messages reach no handler.
    pub fn is_from_self(&self) -> bool {
        self.sender() == self.client().inbox_id()
    }

    /// Whether the content is of this type, in any version.
    pub fn is_of_type(&self, wanted: &ContentTypeId) -> bool {
        self.content().type_id().names_same_type(wanted)
    }

    /// Whether the content is of the type that a codec reads, in any version.
    pub fn uses_codec<C: Codec>(&self, codec: &C) -> bool {
        self.is_of_type(&codec.content_type())
    }

    /// The content as a codec reads it.
    ///
    /// # Errors
    /// [`ContentError`] if it is of another type, or broken.
    pub fn decode<C: Codec>(&self, codec: &C) -> Result<C::Content, ContentError> {
        self.content.encode().decode_with(codec)
    }

    /// Whether the message answers or reacts to one of the agent's own.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the database fails.
    pub async fn is_reply_to_me(&self) -> Result<bool, AgentError> {
        let reference = match self.content() {
            Content::Reply(reply) => reply.reference.message_id(),
            Content::Reaction(reaction) => reaction.reference.message_id(),
            _ => None,
        };
        // What the sender says about whose message it is may be wrong; what is kept here is not.
        let Some(reference) = reference else { return Ok(false) };
        let referred = self.client().message(reference).await?;
        Ok(referred.is_some_and(|message| message.sender == self.client().inbox_id()))
    }

    /// Whether the text holds one of the agent's names ([`Agent::named`](crate::Agent::named)), its address or its inbox
    /// id, with or without `@`, as a word of its own.
    pub fn mentions_me(&self) -> bool {
        let inbox = self.client().inbox_id().to_string();
        self.text().is_some_and(|text| self.shared().is_mentioned(text, &inbox))
    }

    /// Answers the message: what is sent refers to it, and applications show it below a quote of it.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn reply(&self, content: impl Into<Content>) -> Result<MessageId, AgentError> {
        self.send(Reply::new(self.message().id, content).to_inbox(self.sender())).await
    }

    /// Answers the message in plain text.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn reply_text(&self, text: impl Into<String>) -> Result<MessageId, AgentError> {
        self.reply(Content::text(text)).await
    }

    /// Answers the message in markdown.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn reply_markdown(&self, markdown: impl Into<String>) -> Result<MessageId, AgentError> {
        self.reply(Content::markdown(markdown)).await
    }

    /// Gives the message an emoji.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn react(&self, emoji: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Reaction::added(self.message().id, emoji).to_inbox(self.sender())).await
    }

    /// Takes an emoji back from the message.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn unreact(&self, emoji: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Reaction::removed(self.message().id, emoji).to_inbox(self.sender())).await
    }

    /// Attaches a value for those behind in the chain, in place of one of the same type.
    #[must_use]
    pub fn extend<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        Arc::make_mut(&mut self.data).insert(TypeId::of::<T>(), Arc::new(value));
        self
    }

    /// The value of this type that a middleware attached.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.data.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The same message, with other content for those behind in the chain: their handlers are those of that content.
    #[must_use]
    pub fn with_content(mut self, content: impl Into<Content>) -> Self {
        self.content = Arc::new(content.into());
        self
    }
}

impl Deref for Context {
    type Target = ConversationContext;

    fn deref(&self) -> &ConversationContext {
        &self.conversation
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("conversation", self.conversation())
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}
