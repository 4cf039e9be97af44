//! A user of our client.
use std::path::PathBuf;

use anyhow::{Result, bail};
use xmtp_client::{
    Client, Conversation, DatabaseKey, Environment, GroupOptions, GroupQuery, GroupStatus, Identifier, InboxId, Network,
};

mod contents;
mod conversations;
mod describe;
mod groups;
pub(crate) mod inbox;
mod messages;
mod preferences;
mod streams;

use streams::Streams;

use crate::{account::Account, seen, world::API_URL};

/// A user of our client, in this process.
#[derive(Debug)]
pub(crate) struct Ours {
    client: Client,
    account: Account,
    folder: PathBuf,
    inbox_id: String,
    installation_id: String,
    streams: Streams,
    preferences: preferences::Streams,
}

impl Ours {
    /// Opens or creates the database in `folder` and registers if that has not happened.
    pub(crate) async fn open(account: Account, nonce: Option<u64>, folder: PathBuf) -> Result<Self> {
        let mut builder = Client::builder(account.clone())
            .network(network())
            .data_folder(&folder)
            .database_key(DatabaseKey::from_bytes([7; 32]));
        if let Some(nonce) = nonce {
            builder = builder.nonce(nonce);
        }
        let client = builder.build().await?;
        Ok(Self {
            inbox_id: client.inbox_id().to_string(),
            installation_id: client.installation_id().to_string(),
            client,
            account,
            folder,
            streams: Streams::default(),
            preferences: preferences::Streams::default(),
        })
    }

    /// Drops the client as it stands, and opens the same database again.
    pub(crate) async fn restart(self) -> Result<Self> {
        let Self { client, account, folder, .. } = self;
        drop(client);
        Self::open(account, None, folder).await
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn inbox_id(&self) -> &str {
        &self.inbox_id
    }

    pub(crate) fn installation_id(&self) -> &str {
        &self.installation_id
    }

    pub(crate) async fn dm(&self, inbox_id: &str) -> Result<String> {
        Ok(self.client.conversations().dm(inbox_id.parse()?).await?.id().to_string())
    }

    pub(crate) async fn dm_by_identifier(&self, identifier: &Identifier) -> Result<String> {
        let peer = self.client.inbox_of(identifier).await?;
        Ok(self.client.conversations().dm(peer).await?.id().to_string())
    }

    pub(crate) async fn group(&self, members: &[&str], name: &str) -> Result<String> {
        let options = GroupOptions { name: name.to_owned(), ..GroupOptions::default() };
        Ok(self.client.conversations().create_group(&inboxes(members)?, options).await?.id().to_string())
    }

    pub(crate) async fn sync_all(&self) -> Result<()> {
        self.client.conversations().sync_all().await?;
        Ok(())
    }

    async fn find(&self, conversation: &str) -> Result<Conversation> {
        Ok(self.client.conversations().find(&conversation.parse()?).await?)
    }

    pub(crate) async fn refresh(&self, conversation: &str) -> Result<()> {
        Ok(self.find(conversation).await?.sync().await?)
    }

    pub(crate) async fn conversations(&self) -> Result<Vec<String>> {
        let all = self.client.conversations().list(GroupQuery::default()).await?;
        Ok(all.iter().map(|conversation| conversation.id().to_string()).collect())
    }

    pub(crate) async fn describe(&self, conversation: &str) -> Result<seen::Conversation> {
        let conversation = self.find(conversation).await?;
        let status = conversation.status().await?;
        if !matches!(status, GroupStatus::Active | GroupStatus::Removed) {
            bail!("the group does not move on: {status:?}");
        }
        Ok(describe::describe(&conversation, &conversation.info().await?, status == GroupStatus::Active))
    }
}

fn network() -> Network {
    Network::at(Environment::Local, API_URL)
}

fn inboxes<T: AsRef<str>>(ids: &[T]) -> Result<Vec<InboxId>> {
    Ok(ids.iter().map(|id| id.as_ref().parse()).collect::<Result<_, _>>()?)
}
