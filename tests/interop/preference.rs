//! What a user sees of preferences, in one form for both clients.
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// What consent is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum About {
    /// A conversation, by id.
    Conversation(String),
    /// Whatever an inbox sends, by id.
    Inbox(String),
}

/// Whether it is wanted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Wanted {
    Unknown,
    Allowed,
    Denied,
}

/// A change of a preference.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Preferred {
    Consent(About, Wanted),
    PushKeys,
}

/// The push keys of each conversation: the number of the period, and the key as hex.
pub(crate) type Keys = BTreeMap<String, Vec<(i64, String)>>;

impl About {
    fn name(&self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversation",
            Self::Inbox(_) => "inbox",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Conversation(id) | Self::Inbox(id) => id,
        }
    }

    /// As `preferences.mjs` takes it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "kind": self.name(), "entity": self.id() })
    }
}

impl Wanted {
    /// As `preferences.mjs` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

#[derive(Deserialize)]
struct RawChange {
    kind: String,
    entity: Option<String>,
    state: Option<Wanted>,
}

/// A change as `preferences.mjs` prints it.
///
/// # Errors
/// If the value is something else.
pub(crate) fn change(value: Value) -> Result<Preferred> {
    let raw: RawChange = serde_json::from_value(value.clone()).with_context(|| format!("a change: {value}"))?;
    let about = match (raw.kind.as_str(), raw.entity) {
        ("pushKeys", _) => return Ok(Preferred::PushKeys),
        ("conversation", Some(id)) => About::Conversation(id),
        ("inbox", Some(id)) => About::Inbox(id),
        (other, _) => anyhow::bail!("a change of {other}"),
    };
    Ok(Preferred::Consent(about, raw.state.context("a consent without a state")?))
}

#[derive(Deserialize)]
struct RawKeys {
    conversation: String,
    keys: Vec<RawKey>,
}

#[derive(Deserialize)]
struct RawKey {
    key: String,
    epoch: i64,
}

/// Keys as `preferences.mjs` prints them.
///
/// # Errors
/// If the value is something else.
pub(crate) fn keys(value: Value) -> Result<Keys> {
    let raw: Vec<RawKeys> = serde_json::from_value(value.clone()).with_context(|| format!("push keys: {value}"))?;
    let of = |raw: RawKeys| (raw.conversation, raw.keys.into_iter().map(|key| (key.epoch, key.key)).collect());
    Ok(raw.into_iter().map(of).collect())
}
