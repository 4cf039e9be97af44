//! A user of the official client.
use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use xmtp_client::Identifier;

mod inbox;
mod preferences;

use crate::{
    account::{Account, identifier_to_json},
    driver::Driver,
    seen::{self, Change, Conversation, Message, Said},
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

    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        seen::messages(self.ask("messages", json!({ "conversation": conversation })).await?)
    }

    /// The message with this id, if it is stored. Read receipts are stored but not listed.
    pub(crate) async fn message(&self, id: &str) -> Result<Option<Message>> {
        match self.ask("message", json!({ "message": id })).await? {
            Value::Null => Ok(None),
            message => seen::message(message).map(Some),
        }
    }

    /// Sends `said` and gives the message id.
    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        let mut request = match said {
            Said::Text(text) => json!({ "type": "text", "text": text }),
            Said::Markdown(text) => json!({ "type": "markdown", "text": text }),
            Said::ReadReceipt => json!({ "type": "readReceipt" }),
            Said::Reply { reference, text } => json!({ "type": "reply", "reference": reference, "text": text }),
            Said::Reaction { reference, emoji, removed } => json!({
                "type": "reaction", "reference": reference, "referenceInboxId": "", "emoji": emoji, "removed": removed,
            }),
            Said::Unknown { type_id, fallback } => {
                let name = type_id.rsplit('/').next();
                json!({ "type": "custom", "typeId": name, "text": "its own bytes", "fallback": fallback })
            }
            Said::Updated(_) => anyhow::bail!("an update is never sent"),
        };
        if let Value::Object(request) = &mut request {
            request.insert("conversation".to_owned(), json!(conversation));
        }
        self.ask_id("send", request).await
    }

    pub(crate) async fn change(&self, conversation: &str, change: &Change) -> Result<()> {
        let (what, name, value) = match change {
            Change::Add(members) => ("addMembers", "members", json!(members)),
            Change::Remove(members) => ("removeMembers", "members", json!(members)),
            Change::Name(name) => ("updateName", "name", json!(name)),
            Change::Description(text) => ("updateDescription", "description", json!(text)),
            Change::AddAdmin(member) => ("addAdmin", "inboxId", json!(member)),
            Change::RemoveAdmin(member) => ("removeAdmin", "inboxId", json!(member)),
            Change::AddSuperAdmin(member) => ("addSuperAdmin", "inboxId", json!(member)),
        };
        self.ask(what, json!({ "conversation": conversation, name: value })).await.map(drop)
    }

    /// Follows all messages from here on under the name `stream`.
    pub(crate) async fn stream_messages(&self, stream: &str) -> Result<()> {
        self.ask("streamMessages", json!({ "stream": stream })).await.map(drop)
    }

    /// Follows new conversations from here on under the name `stream`.
    pub(crate) async fn stream_conversations(&self, stream: &str) -> Result<()> {
        self.ask("streamConversations", json!({ "stream": stream })).await.map(drop)
    }

    /// The next message of a stream.
    pub(crate) async fn next_message(&self, stream: &str) -> Result<Message> {
        seen::message(self.ask("next", json!({ "stream": stream })).await?)
    }

    /// The next conversation of a stream.
    pub(crate) async fn next_conversation(&self, stream: &str) -> Result<Conversation> {
        seen::conversation(self.ask("next", json!({ "stream": stream })).await?)
    }
}
