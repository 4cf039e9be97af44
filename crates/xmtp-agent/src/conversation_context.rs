//! What a handler knows and can do in a conversation.
use crate::{AgentError, people, shared::Shared};
use std::{collections::BTreeMap, fmt, sync::Arc};
use xmtp_client::{
    Client, ClientError, ConsentState, Conversation, ConversationKind, EnrichedMessage, GroupId, GroupMember,
    Identifier, IdentifierKind, InboxId, MessageId, MessageOrder, MessageQuery, Role,
};
use xmtp_content_types::{Codec, Content, EncodedContent};

/// A conversation, and what an agent does in it. Clones share everything.
#[derive(Clone)]
pub struct ConversationContext {
    client: Client,
    conversation: Conversation,
    shared: Arc<Shared>,
    is_repeat: bool,
}

impl ConversationContext {
    pub(crate) const fn new(client: Client, conversation: Conversation, shared: Arc<Shared>) -> Self {
        Self { client, conversation, shared, is_repeat: false }
    }

    pub(crate) const fn repeated(mut self, is_repeat: bool) -> Self {
        self.is_repeat = is_repeat;
        self
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The agent's client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The conversation.
    pub const fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The id of the conversation.
    pub const fn id(&self) -> &GroupId {
        self.conversation.id()
    }

    /// Whether the conversation is between two inboxes.
    pub fn is_dm(&self) -> bool {
        self.conversation.kind() == ConversationKind::Dm
    }

    /// Whether the conversation is a group.
    pub fn is_group(&self) -> bool {
        self.conversation.kind() == ConversationKind::Group
    }

    /// Whether what is handled may have been handled before: its handlers had begun when the agent last ended, and it is
    /// not known that they came to their end. Never true after a stop for which all handlers ended in time.
    pub const fn is_repeat(&self) -> bool {
        self.is_repeat
    }

    /// Sends text, or any other content, to the conversation.
    ///
    /// Returns when the network has taken the message, or when it is stored to go out as soon as the network is back:
    /// either way it must not be sent again.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the conversation cannot be written to, [`AgentError::Content`] if the content breaks a
    /// rule of its type.
    pub async fn send(&self, content: impl Into<Content>) -> Result<MessageId, AgentError> {
        let content = content.into();
        content.check()?;
        self.send_bytes(content.to_bytes(), content.should_push()).await
    }

    /// Sends plain text.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn send_text(&self, text: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Content::text(text)).await
    }

    /// Sends text in markdown.
    ///
    /// # Errors
    /// As for [`ConversationContext::send`].
    pub async fn send_markdown(&self, markdown: impl Into<String>) -> Result<MessageId, AgentError> {
        self.send(Content::markdown(markdown)).await
    }

    /// Sends a value of a type that is not built in.
    ///
    /// # Errors
    /// [`AgentError::Content`] if the codec cannot write the value; else as for [`ConversationContext::send`].
    pub async fn send_with<C: Codec>(&self, codec: &C, value: &C::Content) -> Result<MessageId, AgentError> {
        let encoded = EncodedContent::from_codec(codec, value)?;
        self.send_bytes(encoded.to_bytes(), codec.should_push(value)).await
    }

    async fn send_bytes(&self, bytes: Vec<u8>, should_push: bool) -> Result<MessageId, AgentError> {
        match self.conversation.send(bytes, should_push).await {
            Err(ClientError::Queued { message, .. }) => Ok(message),
            sent => Ok(sent?),
        }
    }

    /// The members and what each may do.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the database fails.
    pub async fn members(&self) -> Result<BTreeMap<InboxId, GroupMember>, AgentError> {
        Ok(self.conversation.info().await?.members)
    }

    /// What a member may do; `None` of who is no member.
    ///
    /// # Errors
    /// As for [`ConversationContext::members`].
    pub async fn role_of(&self, inbox: InboxId) -> Result<Option<Role>, AgentError> {
        Ok(self.members().await?.get(&inbox).map(|member| member.role))
    }

    /// The Ethereum address of an inbox: of several, the one that was added first. It is kept once known, and asked of the
    /// network if this installation does not know it.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the network cannot be asked.
    pub async fn address_of(&self, inbox: InboxId) -> Result<Option<Identifier>, AgentError> {
        self.identity_of(inbox, IdentifierKind::Ethereum).await
    }

    /// The identity of an inbox that is of this kind, like [`ConversationContext::address_of`].
    ///
    /// # Errors
    /// As for [`ConversationContext::address_of`].
    pub async fn identity_of(&self, inbox: InboxId, kind: IdentifierKind) -> Result<Option<Identifier>, AgentError> {
        self.shared.addresses.find(&self.client, inbox, kind).await
    }

    /// Whether the agent wants this conversation.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the database fails.
    pub async fn consent(&self) -> Result<ConsentState, AgentError> {
        Ok(self.conversation.consent().await?)
    }

    /// Whether the agent has allowed this conversation.
    ///
    /// # Errors
    /// As for [`ConversationContext::consent`].
    pub async fn is_allowed(&self) -> Result<bool, AgentError> {
        Ok(self.consent().await? == ConsentState::Allowed)
    }

    /// Whether the agent has denied this conversation.
    ///
    /// # Errors
    /// As for [`ConversationContext::consent`].
    pub async fn is_denied(&self) -> Result<bool, AgentError> {
        Ok(self.consent().await? == ConsentState::Denied)
    }

    /// Whether the agent has not decided about this conversation.
    ///
    /// # Errors
    /// As for [`ConversationContext::consent`].
    pub async fn is_unknown(&self) -> Result<bool, AgentError> {
        Ok(self.consent().await? == ConsentState::Unknown)
    }

    /// Decides that the agent wants this conversation.
    ///
    /// # Errors
    /// As for [`ConversationContext::consent`].
    pub async fn allow(&self) -> Result<(), AgentError> {
        Ok(self.conversation.set_consent(ConsentState::Allowed).await?)
    }

    /// Decides that the agent does not want this conversation. Its messages still come: leave them out with
    /// [`filter::not_denied`](crate::filter::not_denied). Writing into the conversation allows it again.
    ///
    /// # Errors
    /// As for [`ConversationContext::consent`].
    pub async fn deny(&self) -> Result<(), AgentError> {
        Ok(self.conversation.set_consent(ConsentState::Denied).await?)
    }

    /// The newest `count` messages, the oldest of them first, read, with replies and reactions where they belong.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the database fails.
    pub async fn history(&self, count: u32) -> Result<Vec<EnrichedMessage>, AgentError> {
        let newest =
            MessageQuery { order: MessageOrder::SentDescending, limit: Some(count), ..MessageQuery::default() };
        let mut messages = self.conversation.enriched(newest).await?;
        messages.reverse();
        Ok(messages)
    }

    /// Adds whoever has these addresses to the group.
    ///
    /// # Errors
    /// [`AgentError::Client`] if a text is no address, nobody has registered one, or the group does not allow it; then
    /// nobody is added.
    pub async fn add_members_with_addresses(&self, addresses: &[&str]) -> Result<(), AgentError> {
        let inboxes = people::inboxes_of(&self.client, addresses).await?;
        Ok(self.conversation.add_members(&inboxes).await?)
    }

    /// Removes whoever has these addresses from the group.
    ///
    /// # Errors
    /// As for [`ConversationContext::add_members_with_addresses`].
    pub async fn remove_members_with_addresses(&self, addresses: &[&str]) -> Result<(), AgentError> {
        let inboxes = people::inboxes_of(&self.client, addresses).await?;
        Ok(self.conversation.remove_members(&inboxes).await?)
    }
}

impl fmt::Debug for ConversationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationContext").field("conversation", &self.conversation).finish_non_exhaustive()
    }
}
