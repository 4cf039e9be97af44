//! What was said with someone: one conversation, or all DMs with the same peer read as one.
//!
//! Two inboxes can have several DMs with each other, because each can begin one before it hears of the other's. The client
//! shows them as one; only who follows all messages has to know which of them are the same.
use crate::{error::CliError, target::Target};
use std::collections::HashMap;
use xmtp_client::{Client, Conversation, GroupId, InboxId, Message, MessageId, MessageOrder, MessageQuery};

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
    pub(crate) async fn find(client: &Client, target: Target) -> Result<Self, CliError> {
        let peer = match target {
            Target::Address(address) => client.inbox_of(&address).await?,
            Target::Inbox(inbox) => inbox,
            Target::Conversation(id) => {
                let conversation = client.conversations().find(&id).await?;
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

    /// The newest `limit` messages, or the newest of those before a message, oldest first.
    ///
    /// # Errors
    /// [`CliError::Client`], or [`CliError::Usage`] if the message is not kept.
    pub(crate) async fn messages(
        &self,
        client: &Client,
        limit: u32,
        before: Option<MessageId>,
    ) -> Result<Vec<Message>, CliError> {
        let beyond = match before {
            Some(id) => {
                let message = client.message(id).await?;
                let message = message.ok_or_else(|| CliError::usage("no such message is kept: check its id"))?;
                Some(message.place())
            }
            None => None,
        };
        let order = MessageOrder::SentDescending;
        let newest = MessageQuery { order, beyond, limit: Some(limit), ..MessageQuery::default() };
        let conversation = match self {
            Self::Dm { peer, .. } => client.conversations().find_dm(*peer).await?,
            Self::One(conversation) => Some(conversation.clone()),
        };
        let Some(conversation) = conversation else { return Ok(Vec::new()) };
        let mut messages = conversation.messages(newest).await?;
        messages.reverse();
        Ok(messages)
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
