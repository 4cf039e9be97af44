//! A user of either client, with one set of verbs, so that each scenario is written once.
use anyhow::Result;
use xmtp_client::Identifier;

mod contents;
mod conversations;
mod groups;
mod inbox;
mod messages;
mod preferences;

pub(crate) use contents::payload_and_keys;

use crate::{account::Account, official::Official, ours::Ours, seen::Conversation};

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
}

fn inbox_ids(users: &[&User]) -> Vec<String> {
    users.iter().map(|user| user.inbox_id().to_owned()).collect()
}
