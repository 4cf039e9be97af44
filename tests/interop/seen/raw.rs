//! What `driver.mjs` prints, as it is.
use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

/// A message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawMessage {
    pub(super) id: String,
    pub(super) sender: String,
    pub(super) sent_at_ns: String,
    pub(super) status: String,
    pub(super) r#type: String,
    pub(super) content: Value,
    pub(super) fallback: Option<String>,
    pub(super) replies: u64,
    pub(super) expires_at_ns: Option<String>,
    pub(super) reactions: Vec<Value>,
}

/// A conversation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawConversation {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) active: bool,
    pub(super) creator: String,
    pub(super) epoch: u64,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) image_url: Option<String>,
    pub(super) app_data: Option<String>,
    pub(super) disappearing: Option<RawDisappearing>,
    pub(super) policies: Option<super::asked::Policies>,
    pub(super) admins: BTreeSet<String>,
    pub(super) super_admins: BTreeSet<String>,
    pub(super) members: Vec<RawMember>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawDisappearing {
    pub(super) from_ns: String,
    pub(super) in_ns: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawMember {
    pub(super) inbox_id: String,
    pub(super) installations: Vec<String>,
    pub(super) level: String,
}

/// What a commit changed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawUpdate {
    pub(super) initiated_by_inbox_id: String,
    pub(super) added_inboxes: Vec<RawInbox>,
    pub(super) removed_inboxes: Vec<RawInbox>,
    pub(super) left_inboxes: Vec<RawInbox>,
    pub(super) added_admin_inboxes: Vec<RawInbox>,
    pub(super) removed_admin_inboxes: Vec<RawInbox>,
    pub(super) added_super_admin_inboxes: Vec<RawInbox>,
    pub(super) removed_super_admin_inboxes: Vec<RawInbox>,
    pub(super) metadata_field_changes: Vec<RawChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawInbox {
    pub(super) inbox_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawChange {
    pub(super) field_name: String,
    pub(super) old_value: Option<String>,
    pub(super) new_value: Option<String>,
}
