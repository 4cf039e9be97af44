//! What a user sees, in one form for both clients, so that two sides can be compared.
use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

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
    Updated(Updated),
    /// A type the reader does not know: authority and type, and the fallback text.
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
    pub(crate) metadata: Vec<(String, String, String)>,
}

/// What a user changes about a group. Members are inbox ids, hex.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Add(Vec<String>),
    Remove(Vec<String>),
    Name(String),
    Description(String),
    AddAdmin(String),
    RemoveAdmin(String),
    AddSuperAdmin(String),
}

/// A conversation's state as a user sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) is_dm: bool,
    pub(crate) is_active: bool,
    pub(crate) epoch: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) creator: String,
    pub(crate) members: BTreeSet<String>,
    /// Installation ids of all members, hex.
    pub(crate) installations: BTreeSet<String>,
    pub(crate) admins: BTreeSet<String>,
    pub(crate) super_admins: BTreeSet<String>,
}

/// A message as `driver.mjs` prints it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMessage {
    id: String,
    sender: String,
    sent_at_ns: String,
    r#type: String,
    content: Value,
    fallback: Option<String>,
    #[serde(default)]
    reactions: Vec<Value>,
}

/// A conversation as `driver.mjs` prints it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawConversation {
    id: String,
    kind: String,
    active: bool,
    creator: String,
    epoch: u64,
    name: Option<String>,
    description: Option<String>,
    admins: BTreeSet<String>,
    super_admins: BTreeSet<String>,
    members: Vec<RawMember>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMember {
    inbox_id: String,
    installations: Vec<String>,
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
    let raw: RawMessage = serde_json::from_value(value.clone()).with_context(|| format!("a message: {value}"))?;
    let said = said(&raw)?;
    let mut all = vec![Message { id: raw.id, sender: raw.sender, sent_at_ns: raw.sent_at_ns.parse()?, said }];
    for reaction in raw.reactions {
        all.extend(message_and_reactions(reaction)?);
    }
    Ok(all)
}

fn said(raw: &RawMessage) -> Result<Said> {
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| format!("no text in {value}"));
    let field = |name: &str| text(raw.content.get(name).unwrap_or(&Value::Null));
    let type_id = raw.r#type.split(':').next().unwrap_or_default();
    Ok(match type_id {
        "xmtp.org/text" => Said::Text(text(&raw.content)?),
        "xmtp.org/markdown" => Said::Markdown(text(&raw.content)?),
        "xmtp.org/readReceipt" => Said::ReadReceipt,
        "xmtp.org/reply" => Said::Reply { reference: field("reference")?, text: field("content")? },
        "xmtp.org/reaction" => Said::Reaction {
            reference: field("reference")?,
            emoji: field("content")?,
            removed: raw.content.get("action").and_then(Value::as_u64) == Some(2),
        },
        "xmtp.org/group_updated" => Said::Updated(updated(&raw.content)?),
        other => Said::Unknown { type_id: other.to_owned(), fallback: raw.fallback.clone() },
    })
}

fn updated(content: &Value) -> Result<Updated> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        initiated_by_inbox_id: String,
        added_inboxes: Vec<RawInbox>,
        removed_inboxes: Vec<RawInbox>,
        metadata_field_changes: Vec<RawChange>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RawInbox {
        inbox_id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RawChange {
        field_name: String,
        old_value: Option<String>,
        new_value: Option<String>,
    }
    let raw: Raw = serde_json::from_value(content.clone()).with_context(|| format!("an update: {content}"))?;
    let ids = |inboxes: Vec<RawInbox>| inboxes.into_iter().map(|inbox| inbox.inbox_id).collect();
    Ok(Updated {
        by: raw.initiated_by_inbox_id,
        added: ids(raw.added_inboxes),
        removed: ids(raw.removed_inboxes),
        metadata: raw
            .metadata_field_changes
            .into_iter()
            .map(|it| (it.field_name, it.old_value.unwrap_or_default(), it.new_value.unwrap_or_default()))
            .collect(),
    })
}

/// A conversation's state.
///
/// # Errors
/// If the value is not what `driver.mjs` prints.
pub(crate) fn conversation(value: Value) -> Result<Conversation> {
    let raw: RawConversation = serde_json::from_value(value.clone()).with_context(|| format!("a group: {value}"))?;
    Ok(Conversation {
        id: raw.id,
        is_dm: raw.kind == "dm",
        is_active: raw.active,
        epoch: raw.epoch,
        name: raw.name.unwrap_or_default(),
        description: raw.description.unwrap_or_default(),
        creator: raw.creator,
        installations: raw.members.iter().flat_map(|member| member.installations.clone()).collect(),
        members: raw.members.into_iter().map(|member| member.inbox_id).collect(),
        admins: raw.admins,
        super_admins: raw.super_admins,
    })
}
