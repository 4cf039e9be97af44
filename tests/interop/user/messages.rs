//! What a user of either client says and reads.
use std::collections::BTreeMap;

use anyhow::Result;

use super::{User, of_either};
use crate::seen::{Enriched, Message, Query, Said};

impl User {
    /// All messages of a conversation, oldest first, as stored.
    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        of_either!(self, client => client.messages(conversation).await)
    }

    /// The message with this id, if it is stored.
    pub(crate) async fn message(&self, id: &str) -> Result<Option<Message>> {
        of_either!(self, client => client.message(id).await)
    }

    /// Sends and gives the message id.
    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        of_either!(self, client => client.send(conversation, said).await)
    }

    /// Sends a text and gives the message id.
    pub(crate) async fn say(&self, conversation: &str, text: &str) -> Result<String> {
        self.send(conversation, &Said::Text(text.to_owned())).await
    }

    /// Keeps a text to be sent later, and gives the message id.
    pub(crate) async fn say_later(&self, conversation: &str, text: &str) -> Result<String> {
        of_either!(self, client => client.send_later(conversation, &Said::Text(text.to_owned())).await)
    }

    /// Sends what was kept.
    pub(crate) async fn publish(&self, conversation: &str) -> Result<()> {
        of_either!(self, client => client.publish(conversation).await)
    }

    /// Asks everyone to hide a message.
    pub(crate) async fn delete_message(&self, conversation: &str, id: &str) -> Result<()> {
        of_either!(self, client => client.delete_message(conversation, id).await)
    }

    /// Messages with all that belongs to them.
    pub(crate) async fn enriched(&self, conversation: &str, query: &Query) -> Result<Vec<Enriched>> {
        of_either!(self, client => client.enriched(conversation, query).await)
    }

    /// How many messages there are, reactions and receipts included.
    pub(crate) async fn count(&self, conversation: &str, query: &Query) -> Result<u64> {
        of_either!(self, client => client.count(conversation, query).await)
    }

    /// The newest message that is listed.
    pub(crate) async fn last(&self, conversation: &str) -> Result<Option<Message>> {
        of_either!(self, client => client.last(conversation).await)
    }

    /// When members read last, in nanoseconds since 1970, as a number of JavaScript holds it.
    pub(crate) async fn read_times(&self, conversation: &str) -> Result<BTreeMap<String, f64>> {
        of_either!(self, client => client.read_times(conversation).await)
    }
}
