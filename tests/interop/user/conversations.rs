//! How a user of either client lists, accepts, inspects and follows conversations.
use anyhow::Result;

use super::{User, of_either};
use crate::{
    preference::Wanted,
    seen::{Conversation, Debug, Filter, Message, Stream},
};

impl User {
    /// Ids of conversations that fit, in order.
    pub(crate) async fn list(&self, filter: &Filter) -> Result<Vec<String>> {
        of_either!(self, client => client.list(filter).await)
    }

    /// When the user made or joined it, in nanoseconds since 1970.
    pub(crate) async fn created_at(&self, conversation: &str) -> Result<u64> {
        of_either!(self, client => client.created_at(conversation).await)
    }

    /// Other DMs with the same peer.
    pub(crate) async fn duplicates(&self, dm: &str) -> Result<Vec<String>> {
        of_either!(self, client => client.duplicates(dm).await)
    }

    /// As the conversation itself says.
    pub(crate) async fn consent_of(&self, conversation: &str) -> Result<Wanted> {
        of_either!(self, client => client.consent_of(conversation).await)
    }

    /// As [`User::sync_all`], for conversations of this consent alone.
    pub(crate) async fn sync_all_with(&self, consent: &[Wanted]) -> Result<()> {
        of_either!(self, client => client.sync_all_with(consent).await)
    }

    /// What a client says for those who look for forks.
    pub(crate) async fn debug(&self, conversation: &str) -> Result<Debug> {
        of_either!(self, client => client.debug(conversation).await)
    }

    /// Follows all messages from here on, under a name the caller chooses.
    pub(crate) async fn follow_messages(&mut self, stream: &str) -> Result<()> {
        self.follow(stream, &Stream::Messages).await
    }

    /// Follows new conversations from here on, under a name the caller chooses.
    pub(crate) async fn follow_conversations(&mut self, stream: &str) -> Result<()> {
        self.follow(stream, &Stream::Conversations).await
    }

    /// Follows something from here on, under a name the caller chooses.
    pub(crate) async fn follow(&mut self, stream: &str, what: &Stream) -> Result<()> {
        of_either!(self, client => client.follow(stream, what).await)
    }

    /// The next message of a stream.
    pub(crate) async fn next_message(&mut self, stream: &str) -> Result<Message> {
        of_either!(self, client => client.next_message(stream).await)
    }

    /// The next messages of a stream.
    pub(crate) async fn next_messages(&mut self, stream: &str, count: usize) -> Result<Vec<Message>> {
        of_either!(self, client => client.next_messages(stream, count).await)
    }

    /// The next conversation of a stream.
    pub(crate) async fn next_conversation(&mut self, stream: &str) -> Result<Conversation> {
        of_either!(self, client => client.next_conversation(stream).await)
    }

    /// The next id of a stream of deletions.
    pub(crate) async fn next_deletion(&mut self, stream: &str) -> Result<String> {
        of_either!(self, client => client.next_deletion(stream).await)
    }

    /// Waits until a stream is open again after the node has ended it, if what was said meanwhile is missing from it;
    /// otherwise false, at once.
    pub(crate) async fn stream_restarted(&self, stream: &str) -> Result<bool> {
        match self {
            Self::Official(client) => client.stream_restarted(stream).await,
            Self::Ours(_) => Ok(false),
        }
    }

    /// Stops following.
    pub(crate) async fn end_stream(&mut self, stream: &str) -> Result<()> {
        match self {
            Self::Official(client) => client.end_stream(stream).await,
            Self::Ours(client) => client.end_stream(stream),
        }
    }
}
