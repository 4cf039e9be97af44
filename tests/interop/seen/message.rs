//! Messages as users read them.
use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    fields::{Fields, plain},
    raw::{RawInbox, RawMessage, RawUpdate},
};

/// One message as a user reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Message {
    /// Message id, hex.
    pub(crate) id: String,
    /// The sender's inbox id, hex.
    pub(crate) sender: String,
    /// When the sender sent it, in nanoseconds since 1970.
    pub(crate) sent_at_ns: u64,
    /// What it says.
    pub(crate) said: Said,
}

/// The content of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Said {
    Text(String),
    Markdown(String),
    Reply {
        reference: String,
        text: String,
    },
    Reaction {
        reference: String,
        emoji: String,
        removed: bool,
    },
    ReadReceipt,
    LeaveRequest,
    Updated(Updated),
    /// Stands where a message was that its sender deleted, or the super admin named here.
    Deleted {
        by_admin: Option<String>,
    },
    /// A type with fields of its own.
    Fields(Fields),
    /// A type the reader does not know, or content that it cannot read: authority and type, and the fallback text.
    Unknown {
        type_id: String,
        fallback: Option<String>,
    },
}

/// What a commit changed. Inboxes are sorted; metadata changes are `(field, old, new)`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Updated {
    pub(crate) by: String,
    pub(crate) added: BTreeSet<String>,
    pub(crate) removed: BTreeSet<String>,
    pub(crate) left: BTreeSet<String>,
    pub(crate) admins_added: BTreeSet<String>,
    pub(crate) admins_removed: BTreeSet<String>,
    pub(crate) super_admins_added: BTreeSet<String>,
    pub(crate) super_admins_removed: BTreeSet<String>,
    pub(crate) metadata: Vec<(String, String, String)>,
}

/// The messages of a listing, oldest first. The official client hangs reactions on the message they are about; here
/// they stand in the order of their time like any other message.
///
/// # Errors
/// If the listing is not what `driver.mjs` prints.
pub(crate) fn messages(listing: Value) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    for value in serde_json::from_value::<Vec<Value>>(listing)? {
        messages.extend(message_and_reactions(value)?);
    }
    messages.sort_by_key(|message| message.sent_at_ns);
    messages.dedup_by(|a, b| a.id == b.id);
    Ok(messages)
}

/// A message alone.
///
/// # Errors
/// If the value is not what `driver.mjs` prints.
pub(crate) fn message(value: Value) -> Result<Message> {
    message_and_reactions(value)?.into_iter().next().context("no message")
}

fn message_and_reactions(value: Value) -> Result<Vec<Message>> {
    let raw = raw(&value)?;
    let said = said(&raw)?;
    let mut all = vec![Message { id: raw.id, sender: raw.sender, sent_at_ns: raw.sent_at_ns.parse()?, said }];
    for reaction in raw.reactions {
        all.extend(message_and_reactions(reaction)?);
    }
    Ok(all)
}

pub(super) fn raw(value: &Value) -> Result<RawMessage> {
    serde_json::from_value(value.clone()).with_context(|| format!("a message: {value}"))
}

pub(super) fn said(raw: &RawMessage) -> Result<Said> {
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| format!("no text in {value}"));
    let field = |name: &str| text(raw.content.get(name).unwrap_or(&Value::Null));
    let type_id = raw.r#type.split(':').next().unwrap_or_default();
    Ok(match type_id {
        "xmtp.org/text" => Said::Text(text(&raw.content)?),
        "xmtp.org/markdown" => Said::Markdown(text(&raw.content)?),
        "xmtp.org/readReceipt" => Said::ReadReceipt,
        "xmtp.org/leave_request" => Said::LeaveRequest,
        "xmtp.org/reply" => Said::Reply { reference: field("reference")?, text: field("content")? },
        "xmtp.org/reaction" => Said::Reaction {
            reference: field("reference")?,
            emoji: field("content")?,
            removed: raw.content.get("action").and_then(Value::as_u64) == Some(2),
        },
        "xmtp.org/group_updated" => Said::Updated(updated(&raw.content)?),
        "xmtp.org/deletedMessage" => Said::Deleted { by_admin: field("adminInboxId").ok() },
        other if Fields::has(other) && !raw.content.is_null() => Said::Fields(Fields {
            type_id: other.to_owned(),
            fields: plain(raw.content.clone()),
            fallback: raw.fallback.clone(),
        }),
        other => Said::Unknown { type_id: other.to_owned(), fallback: raw.fallback.clone() },
    })
}

fn updated(content: &Value) -> Result<Updated> {
    let raw: RawUpdate = serde_json::from_value(content.clone()).with_context(|| format!("an update: {content}"))?;
    let ids = |inboxes: Vec<RawInbox>| inboxes.into_iter().map(|inbox| inbox.inbox_id).collect();
    Ok(Updated {
        by: raw.initiated_by_inbox_id,
        added: ids(raw.added_inboxes),
        removed: ids(raw.removed_inboxes),
        left: ids(raw.left_inboxes),
        admins_added: ids(raw.added_admin_inboxes),
        admins_removed: ids(raw.removed_admin_inboxes),
        super_admins_added: ids(raw.added_super_admin_inboxes),
        super_admins_removed: ids(raw.removed_super_admin_inboxes),
        metadata: raw
            .metadata_field_changes
            .into_iter()
            .map(|it| (it.field_name, it.old_value.unwrap_or_default(), it.new_value.unwrap_or_default()))
            .collect(),
    })
}
