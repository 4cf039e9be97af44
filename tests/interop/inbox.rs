//! What a user sees of an inbox, in one form for both clients, so that two sides can be compared.
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use xmtp_client::{Identifier, InboxState};

/// An inbox as a user sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Inbox {
    pub(crate) inbox_id: String,
    pub(crate) recovery: Identifier,
    /// Wallets and passkeys.
    pub(crate) identifiers: BTreeSet<Identifier>,
    /// Installation ids, hex, and when each was added by the clock of whoever added it, in nanoseconds since 1970.
    pub(crate) installations: BTreeMap<String, Option<u64>>,
}

/// When a key package may be used, in seconds since 1970.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Lifetime {
    pub(crate) not_before: u64,
    pub(crate) not_after: u64,
}

/// Who is asked about: whether it speaks for an inbox.
#[derive(Clone, Debug)]
pub(crate) enum Member {
    Identifier(Identifier),
    /// An installation id, hex.
    Installation(String),
}

/// An inbox as `identity.mjs` prints it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInbox {
    inbox_id: String,
    recovery: RawIdentifier,
    identifiers: Vec<RawIdentifier>,
    installations: Vec<RawInstallation>,
}

#[derive(Deserialize)]
struct RawIdentifier {
    kind: String,
    identifier: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInstallation {
    id: String,
    added_at_ns: Option<String>,
}

/// Inboxes in the order they are printed.
///
/// # Errors
/// If the value is not what `identity.mjs` prints.
pub(crate) fn inboxes(value: Value) -> Result<Vec<Inbox>> {
    let raw: Vec<RawInbox> = serde_json::from_value(value.clone()).with_context(|| format!("inboxes: {value}"))?;
    raw.into_iter().map(inbox).collect()
}

fn inbox(raw: RawInbox) -> Result<Inbox> {
    let installation = |it: RawInstallation| Ok((it.id, it.added_at_ns.map(|at| at.parse()).transpose()?));
    Ok(Inbox {
        inbox_id: raw.inbox_id,
        recovery: identifier(raw.recovery)?,
        identifiers: raw.identifiers.into_iter().map(identifier).collect::<Result<_>>()?,
        installations: raw.installations.into_iter().map(installation).collect::<Result<_>>()?,
    })
}

/// An identifier as it is printed: an address in other letters than expected must show.
fn identifier(raw: RawIdentifier) -> Result<Identifier> {
    match raw.kind.as_str() {
        "ethereum" => Ok(Identifier::Ethereum(raw.identifier)),
        "passkey" => Ok(Identifier::Passkey { key: hex::decode(&raw.identifier)?, relying_party: None }),
        other => bail!("an identifier is a {other}"),
    }
}

impl From<&InboxState> for Inbox {
    fn from(state: &InboxState) -> Self {
        let installation = |member: &xmtp_client::Member| {
            let id = member.identifier().as_installation()?;
            Some((id.to_string(), member.added_at().map(|at| at.as_nanos())))
        };
        Self {
            inbox_id: state.inbox_id().to_string(),
            recovery: state.recovery_identifier().clone(),
            identifiers: state.identifiers().cloned().collect(),
            installations: state.members().filter_map(installation).collect(),
        }
    }
}
