//! What was said with someone: one conversation, or all DMs with the same peer read as one.
//!
//! Two inboxes can have several DMs with each other, because each can begin one before it hears of the other's. The client
//! shows them as one; only who follows all messages has to know which of them are the same.
use crate::{error::CliError, target::Target};
use std::collections::HashMap;
use xmtp_client::{Client, Conversation, GroupId, InboxId, Message, MessageOrder, MessageQuery};

/// What was and will be said with someone.
#[derive(Debug)]
pub(crate) enum Thread {
    /// All DMs with an inbox; which conversations are among them is remembered.
    Dm { peer: InboxId, known: HashMap<GroupId, bool> },
    /// One conversation.
    One(Conversation),
}

impl Thread {
    /// Finds what `target` names.
    ///
    /// # Errors
    /// [`CliError::Client`] if nobody has the address, or there is no such conversation.
    pub(crate) async fn find(client: &Client, target: &Target) -> Result<Self, CliError> {
        let peer = match target {
            Target::Address(address) => client.inbox_of(address).await?,
            Target::Inbox(inbox) => *inbox,
            Target::Conversation(id) => {
                let conversation = client.conversations().find(id).await?;
                return Ok(match conversation.dm_peer() {
                    Some(peer) => Self::dm(peer),
                    None => Self::One(conversation),
                });
            }
        };
        if peer == client.inbox_id() {
            return Err(CliError::usage("that is you: name someone else"));
        }
        Ok(Self::dm(peer))
    }

    fn dm(peer: InboxId) -> Self {
        Self::Dm { peer, known: HashMap::new() }
    }

    /// The conversation to write to; begins a DM if there is none.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn to_write_to(&self, client: &Client) -> Result<Conversation, CliError> {
        match self {
            Self::Dm { peer, .. } => Ok(client.conversations().dm(*peer).await?),
            Self::One(conversation) => Ok(conversation.clone()),
        }
    }

    /// The messages that fit `query`, in its order. None if there is no conversation yet.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn messages(&self, client: &Client, query: MessageQuery) -> Result<Vec<Message>, CliError> {
        match self.to_read(client).await? {
            Some(conversation) => Ok(conversation.messages(query).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The newest `limit` messages, oldest first.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn newest(&self, client: &Client, limit: u32) -> Result<Vec<Message>, CliError> {
        let order = MessageOrder::SentDescending;
        let query = MessageQuery { order, limit: Some(limit), ..MessageQuery::default() };
        let mut messages = self.messages(client, query).await?;
        messages.reverse();
        Ok(messages)
    }

    /// The conversation to read, if there is one.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn to_read(&self, client: &Client) -> Result<Option<Conversation>, CliError> {
        match self {
            Self::Dm { peer, .. } => Ok(client.conversations().find_dm(*peer).await?),
            Self::One(conversation) => Ok(Some(conversation.clone())),
        }
    }

    /// Whether a message belongs here.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn holds(&mut self, client: &Client, message: &Message) -> Result<bool, CliError> {
        match self {
            Self::One(conversation) => Ok(*conversation.id() == message.conversation),
            Self::Dm { peer, known } => {
                if let Some(held) = known.get(&message.conversation) {
                    return Ok(*held);
                }
                let held = client.conversations().find(&message.conversation).await?.dm_peer() == Some(*peer);
                known.insert(message.conversation.clone(), held);
                Ok(held)
            }
        }
    }
}
