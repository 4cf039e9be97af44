//! What a user of the official client does with groups.
use anyhow::Result;
use serde_json::{Value, json};

use super::Official;
use crate::seen::{Change, Disappearing, GroupSetup};

impl Official {
    pub(crate) async fn group_with(&self, members: &[&str], setup: &GroupSetup) -> Result<String> {
        let mut request = setup.to_json();
        if let Value::Object(request) = &mut request {
            request.insert("members".to_owned(), json!(members));
        }
        self.ask_id("groupWith", request).await
    }

    /// A group on this device alone.
    pub(crate) async fn group_later(&self, setup: &GroupSetup) -> Result<String> {
        self.ask_id("groupLater", setup.to_json()).await
    }

    pub(crate) async fn dm_with(&self, inbox_id: &str, disappearing: Option<Disappearing>) -> Result<String> {
        let disappearing = disappearing.map(Disappearing::to_json);
        self.ask_id("dmWith", json!({ "peer": inbox_id, "disappearing": disappearing })).await
    }

    pub(crate) async fn change(&self, conversation: &str, change: &Change) -> Result<()> {
        let (what, name, value) = match change {
            Change::Add(members) => ("addMembers", "members", json!(members)),
            Change::Remove(members) => ("removeMembers", "members", json!(members)),
            Change::Name(name) => ("updateName", "name", json!(name)),
            Change::Description(text) => ("updateDescription", "description", json!(text)),
            Change::ImageUrl(url) => ("updateImageUrl", "imageUrl", json!(url)),
            Change::AppData(data) => ("updateAppData", "appData", json!(data)),
            Change::AddAdmin(member) => ("addAdmin", "inboxId", json!(member)),
            Change::RemoveAdmin(member) => ("removeAdmin", "inboxId", json!(member)),
            Change::AddSuperAdmin(member) => ("addSuperAdmin", "inboxId", json!(member)),
            Change::RemoveSuperAdmin(member) => ("removeSuperAdmin", "inboxId", json!(member)),
            Change::Disappearing(settings) => {
                ("updateDisappearing", "disappearing", json!(settings.map(Disappearing::to_json)))
            }
            Change::Permission(part, rule) => ("updatePermission", "permission", json!({ "part": part, "rule": rule })),
        };
        self.ask(what, json!({ "conversation": conversation, name: value })).await.map(drop)
    }

    pub(crate) async fn leave(&self, conversation: &str) -> Result<()> {
        self.ask("leave", json!({ "conversation": conversation })).await.map(drop)
    }

    pub(crate) async fn is_leaving(&self, conversation: &str) -> Result<bool> {
        self.read("isLeaving", json!({ "conversation": conversation })).await
    }

    pub(crate) async fn added_by(&self, conversation: &str) -> Result<String> {
        self.ask_id("addedBy", json!({ "conversation": conversation })).await
    }

    /// The version a group asks for that this client has not.
    pub(crate) async fn paused_for(&self, conversation: &str) -> Result<Option<String>> {
        self.read("pausedFor", json!({ "conversation": conversation })).await
    }
}
