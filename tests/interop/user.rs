//! A user of either client, with one set of verbs, so that each scenario is written once.
use anyhow::Result;
use xmtp_client::Identifier;

mod inbox;
mod preferences;

use crate::{
    account::Account,
    official::Official,
    ours::Ours,
    seen::{Change, Conversation, Message, Said},
};

/// A user of either client.
#[derive(Debug)]
pub(crate) enum User {
    Official(Box<Official>),
    Ours(Box<Ours>),
}

/// Hands a call to whichever client the user runs.
macro_rules! of_either {
    ($user:expr, $client:ident => $call:expr) => {
        match $user {
            User::Official($client) => $call,
            User::Ours($client) => $call,
        }
    };
}

use of_either;

impl User {
    pub(crate) fn inbox_id(&self) -> &str {
        of_either!(self, client => client.inbox_id())
    }

    pub(crate) fn installation_id(&self) -> &str {
        of_either!(self, client => client.installation_id())
    }

    /// What the user logged in with.
    pub(crate) fn account(&self) -> &Account {
        of_either!(self, client => client.account())
    }

    /// Who the user logged in as.
    pub(crate) fn identifier(&self) -> Identifier {
        self.account().id()
    }

    /// Opens a DM and gives its id.
    pub(crate) async fn dm(&self, peer: &Self) -> Result<String> {
        of_either!(self, client => client.dm(peer.inbox_id()).await)
    }

    /// Opens a DM with whoever has this identifier.
    pub(crate) async fn dm_by_identifier(&self, peer: &Identifier) -> Result<String> {
        of_either!(self, client => client.dm_by_identifier(peer).await)
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

    pub(crate) async fn add(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        self.change(conversation, Change::Add(inbox_ids(members))).await
    }

    pub(crate) async fn remove(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        self.change(conversation, Change::Remove(inbox_ids(members))).await
    }

    pub(crate) async fn rename(&self, conversation: &str, name: &str) -> Result<()> {
        self.change(conversation, Change::Name(name.to_owned())).await
    }

    pub(crate) async fn redescribe(&self, conversation: &str, description: &str) -> Result<()> {
        self.change(conversation, Change::Description(description.to_owned())).await
    }

    pub(crate) async fn make_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::AddAdmin(member.inbox_id().to_owned())).await
    }

    pub(crate) async fn unmake_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::RemoveAdmin(member.inbox_id().to_owned())).await
    }

    pub(crate) async fn make_super_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::AddSuperAdmin(member.inbox_id().to_owned())).await
    }

    async fn change(&self, conversation: &str, change: Change) -> Result<()> {
        of_either!(self, client => client.change(conversation, &change).await)
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

fn inbox_ids(users: &[&User]) -> Vec<String> {
    users.iter().map(|user| user.inbox_id().to_owned()).collect()
}
