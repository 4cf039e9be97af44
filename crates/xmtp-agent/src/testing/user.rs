//! People who write to an agent.
use super::{TestAgent, TestError};
use std::{collections::HashSet, time::Duration};
use tokio::time::timeout;
use xmtp_client::{
    Client, Conversation, GroupQuery, Identifier, IdentifierKind, InboxId, Message, MessageId, MessageKind,
    MessageOrder, MessageQuery, MessageStream, StateFrom, StreamPosition,
};
use xmtp_content_types::{Content, ContentTypeId};

/// Longer than anything here takes; a test that waits this long has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who writes to agents and hears what they say.
#[derive(Debug)]
pub struct TestUser {
    client: Client,
    stream: MessageStream,
    heard: HashSet<MessageId>,
}

impl TestUser {
    pub(super) async fn new(client: Client) -> Result<Self, TestError> {
        let stream = client.stream_messages_from(StreamPosition::Start).await?;
        Ok(Self { client, stream, heard: HashSet::new() })
    }

    /// Its client: for all that a user can do.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its inbox.
    pub fn inbox_id(&self) -> InboxId {
        self.client.inbox_id()
    }

    /// The address of its wallet; `None` never happens to a user of a test network.
    ///
    /// # Errors
    /// [`TestError::Client`].
    pub async fn address(&self) -> Result<Option<Identifier>, TestError> {
        let states = self.client.inbox_states(&[self.inbox_id()], StateFrom::Network).await?;
        let mut identifiers = states.iter().flat_map(|state| state.identifiers());
        Ok(identifiers.find(|identifier| identifier.kind() == IdentifierKind::Ethereum).cloned())
    }

    /// The direct conversation with an agent.
    ///
    /// # Errors
    /// [`TestError::Client`].
    pub async fn dm(&self, agent: &TestAgent) -> Result<Conversation, TestError> {
        Ok(self.client.conversations().dm(agent.inbox_id()).await?)
    }

    /// A new group with these inboxes.
    ///
    /// # Errors
    /// [`TestError::Client`].
    pub async fn group(&self, members: &[InboxId]) -> Result<Conversation, TestError> {
        Ok(self.client.conversations().create_group(members, Default::default()).await?)
    }

    /// Says something to an agent, in their direct conversation.
    ///
    /// # Errors
    /// [`TestError::Client`].
    pub async fn say_to(&self, agent: &TestAgent, content: impl Into<Content>) -> Result<MessageId, TestError> {
        self.say(&self.dm(agent).await?, content).await
    }

    /// Says something in a conversation.
    ///
    /// # Errors
    /// [`TestError::Client`]; [`TestError::Content`] if the content breaks a rule of its type.
    pub async fn say(&self, conversation: &Conversation, content: impl Into<Content>) -> Result<MessageId, TestError> {
        let content = content.into();
        content.check()?;
        Ok(conversation.send(content.to_bytes(), content.should_push()).await?)
    }

    /// Waits for the next thing that somebody else says. Changes of groups are not said.
    ///
    /// # Errors
    /// [`TestError::Silence`] if nothing comes.
    pub async fn hears(&mut self) -> Result<Content, TestError> {
        self.hears_message().await.map(|(_, content)| content)
    }

    /// Like [`TestUser::hears`], with the message that brought it.
    ///
    /// # Errors
    /// [`TestError::Silence`] if nothing comes.
    pub async fn hears_message(&mut self) -> Result<(Message, Content), TestError> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await.map_err(|_| TestError::Silence(PATIENCE))?;
            let message = next?.ok_or(TestError::Silence(PATIENCE))?;
            if self.is_new(&message) {
                let content = Content::from_bytes(&message.content);
                return Ok((message, content));
            }
        }
    }

    /// Waits for the next thing that somebody else says, which is text.
    ///
    /// # Errors
    /// [`TestError::NotText`] if it is not; [`TestError::Silence`] if nothing comes.
    pub async fn hears_text(&mut self) -> Result<String, TestError> {
        let content = self.hears().await?;
        content.as_text().map(str::to_owned).ok_or_else(|| TestError::NotText(format!("{content:?}")))
    }

    /// What others have said by now and was not heard yet, in the order in which it came.
    ///
    /// # Errors
    /// [`TestError::Client`].
    pub async fn heard(&mut self) -> Result<Vec<Content>, TestError> {
        self.client.conversations().sync_all().await?;
        let mut messages = Vec::new();
        for conversation in self.client.conversations().list(GroupQuery::default()).await? {
            let stored = MessageQuery { order: MessageOrder::Stored, ..MessageQuery::default() };
            messages.extend(conversation.messages(stored).await?);
        }
        messages.sort_by_key(|message| message.position);
        messages.retain(|message| self.is_new(message));
        Ok(messages.iter().map(|message| Content::from_bytes(&message.content)).collect())
    }

    /// Whether a message is somebody else's, says something, and was not heard yet. From now on it was.
    fn is_new(&mut self, message: &Message) -> bool {
        message.sender != self.client.inbox_id()
            && message.kind == MessageKind::Application
            && message.content_type != ContentTypeId::GROUP_UPDATED.to_string()
            && self.heard.insert(message.id)
    }
}
