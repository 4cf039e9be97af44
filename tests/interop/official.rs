//! A user of the official client.
use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use xmtp_client::Identifier;

mod contents;
mod conversations;
mod groups;
mod inbox;
mod messages;
mod preferences;

use crate::{
    account::{Account, identifier_to_json},
    driver::Driver,
    seen::{self, Conversation},
};

/// What it takes to open a user's database again.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) api_url: String,
    pub(crate) database: PathBuf,
    pub(crate) database_key: String,
    pub(crate) account: Account,
    /// The client's own choice if there is none.
    pub(crate) nonce: Option<u64>,
    /// Whether installations of the user keep each other in sync, as is the official default.
    pub(crate) device_sync: bool,
}

/// A user of the official client, in a Node process it may share with others.
#[derive(Debug)]
pub(crate) struct Official {
    driver: Arc<Driver>,
    setup: Setup,
    identity: Identity,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    inbox_id: String,
    installation_id: String,
}

impl Official {
    /// Opens or creates the user's database and registers if that has not happened.
    pub(crate) async fn open(driver: Arc<Driver>, setup: Setup) -> Result<Self> {
        let request = json!({
            "apiUrl": setup.api_url,
            "dbPath": setup.database,
            "dbKey": setup.database_key,
            "account": setup.account.to_json(),
            "nonce": setup.nonce.map(|nonce| nonce.to_string()),
            "deviceSync": setup.device_sync,
        });
        let identity: Identity = serde_json::from_value(driver.ask(&setup.name, "create", request).await?)?;
        Ok(Self { driver, setup, identity })
    }

    /// Kills the user's process, and opens the same database in another one.
    pub(crate) async fn restart(self, generation: &str) -> Result<Self> {
        self.driver.kill().await?;
        Self::open(Driver::start(generation).await?, self.setup).await
    }

    pub(crate) fn account(&self) -> &Account {
        &self.setup.account
    }

    pub(crate) fn inbox_id(&self) -> &str {
        &self.identity.inbox_id
    }

    pub(crate) fn installation_id(&self) -> &str {
        &self.identity.installation_id
    }

    async fn ask(&self, what: &str, arguments: Value) -> Result<Value> {
        self.driver.ask(&self.setup.name, what, arguments).await
    }

    async fn ask_id(&self, what: &str, arguments: Value) -> Result<String> {
        let id = self.ask(what, arguments).await?;
        id.as_str().map(str::to_owned).with_context(|| format!("{what} gave {id} in place of an id"))
    }

    async fn read<T: DeserializeOwned>(&self, what: &str, arguments: Value) -> Result<T> {
        let answer = self.ask(what, arguments).await?;
        serde_json::from_value(answer.clone()).with_context(|| format!("{what} gave {answer}"))
    }

    pub(crate) async fn dm(&self, inbox_id: &str) -> Result<String> {
        self.ask_id("dm", json!({ "peer": inbox_id })).await
    }

    pub(crate) async fn dm_by_identifier(&self, identifier: &Identifier) -> Result<String> {
        self.ask_id("dmByIdentifier", json!({ "identifier": identifier_to_json(identifier) })).await
    }

    pub(crate) async fn group(&self, members: &[&str], name: &str) -> Result<String> {
        self.ask_id("group", json!({ "members": members, "name": name })).await
    }

    pub(crate) async fn sync_all(&self) -> Result<()> {
        self.ask("syncAll", json!({})).await.map(drop)
    }

    pub(crate) async fn refresh(&self, conversation: &str) -> Result<()> {
        self.ask("refresh", json!({ "conversation": conversation })).await.map(drop)
    }

    pub(crate) async fn conversations(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.ask("conversations", json!({})).await?)?)
    }

    pub(crate) async fn describe(&self, conversation: &str) -> Result<Conversation> {
        seen::conversation(self.ask("describe", json!({ "conversation": conversation })).await?)
    }
}
