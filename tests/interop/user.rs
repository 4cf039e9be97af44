//! A user of either client, with one set of verbs, so that each scenario is written once.
use anyhow::Result;
use serde_json::json;

use crate::{
    official::Official,
    seen::{Conversation, Message, Said},
};

/// A user of either client.
#[derive(Debug)]
pub(crate) enum User {
    Official(Official),
}

/// Hands a call to whichever client the user runs.
macro_rules! of_either {
    ($user:expr, $client:ident => $call:expr) => {
        match $user {
            User::Official($client) => $call,
        }
    };
}

impl User {
    pub(crate) fn inbox_id(&self) -> &str {
        of_either!(self, client => client.inbox_id())
    }

    pub(crate) fn installation_id(&self) -> &str {
        of_either!(self, client => client.installation_id())
    }

    pub(crate) fn address(&self) -> &str {
        of_either!(self, client => client.address())
    }

    /// Whether someone with this address can be written to.
    pub(crate) async fn can_message(&self, address: &str) -> Result<bool> {
        of_either!(self, client => client.can_message(address).await)
    }

    /// Opens a DM and gives its id.
    pub(crate) async fn dm(&self, peer: &Self) -> Result<String> {
        of_either!(self, client => client.dm(peer.inbox_id()).await)
    }

    /// Opens a DM with whoever has this address.
    pub(crate) async fn dm_by_address(&self, peer: &Self) -> Result<String> {
        of_either!(self, client => client.dm_by_address(peer.address()).await)
    }

    /// Makes a group and gives its id.
    pub(crate) async fn group(&self, members: &[&Self], name: &str) -> Result<String> {
        let members: Vec<_> = members.iter().map(|member| member.inbox_id()).collect();
        of_either!(self, client => client.group(&members, name).await)
    }

    /// Fetches new conversations and everything in all of them.
    pub(crate) async fn sync_all(&self) -> Result<()> {
        of_either!(self, client => client.sync_all().await)
    }

    /// Fetches what is new in one conversation.
    pub(crate) async fn refresh(&self, conversation: &str) -> Result<()> {
        of_either!(self, client => client.refresh(conversation).await)
    }

    /// Ids of all conversations the user has.
    pub(crate) async fn conversations(&self) -> Result<Vec<String>> {
        of_either!(self, client => client.conversations().await)
    }

    pub(crate) async fn describe(&self, conversation: &str) -> Result<Conversation> {
        of_either!(self, client => client.describe(conversation).await)
    }

    /// All messages of a conversation, oldest first, as stored.
    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        of_either!(self, client => client.messages(conversation).await)
    }

    /// Sends and gives the message id.
    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        of_either!(self, client => client.send(conversation, said).await)
    }

    /// Sends a text and gives the message id.
    pub(crate) async fn say(&self, conversation: &str, text: &str) -> Result<String> {
        self.send(conversation, &Said::Text(text.to_owned())).await
    }

    pub(crate) async fn add(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        let ids: Vec<_> = members.iter().map(|member| member.inbox_id()).collect();
        of_either!(self, client => client.change(conversation, "addMembers", json!({ "members": ids })).await)
    }

    pub(crate) async fn remove(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        let ids: Vec<_> = members.iter().map(|member| member.inbox_id()).collect();
        of_either!(self, client => client.change(conversation, "removeMembers", json!({ "members": ids })).await)
    }

    pub(crate) async fn rename(&self, conversation: &str, name: &str) -> Result<()> {
        of_either!(self, client => client.change(conversation, "updateName", json!({ "name": name })).await)
    }

    pub(crate) async fn redescribe(&self, conversation: &str, description: &str) -> Result<()> {
        let arguments = json!({ "description": description });
        of_either!(self, client => client.change(conversation, "updateDescription", arguments).await)
    }

    pub(crate) async fn make_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        let arguments = json!({ "inboxId": member.inbox_id() });
        of_either!(self, client => client.change(conversation, "addAdmin", arguments).await)
    }

    pub(crate) async fn unmake_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        let arguments = json!({ "inboxId": member.inbox_id() });
        of_either!(self, client => client.change(conversation, "removeAdmin", arguments).await)
    }

    pub(crate) async fn make_super_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        let arguments = json!({ "inboxId": member.inbox_id() });
        of_either!(self, client => client.change(conversation, "addSuperAdmin", arguments).await)
    }

    /// Follows all messages from here on, under a name the caller chooses.
    pub(crate) async fn follow_messages(&mut self, stream: &str) -> Result<()> {
        of_either!(self, client => client.stream_messages(stream).await)
    }

    /// Follows new conversations from here on, under a name the caller chooses.
    pub(crate) async fn follow_conversations(&mut self, stream: &str) -> Result<()> {
        of_either!(self, client => client.stream_conversations(stream).await)
    }

    /// The next message of a stream.
    pub(crate) async fn next_message(&mut self, stream: &str) -> Result<Message> {
        of_either!(self, client => client.next_message(stream).await)
    }

    /// The next conversation of a stream.
    pub(crate) async fn next_conversation(&mut self, stream: &str) -> Result<Conversation> {
        of_either!(self, client => client.next_conversation(stream).await)
    }
}
