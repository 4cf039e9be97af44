//! Messages with all that others said about them.
use anyhow::Result;
use serde_json::Value;

use super::message::{self, Message, Said};

/// A message as it is listed with what belongs to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Enriched {
    /// Message id, hex; empty for what a commit led to, because each client makes an id of its own for that.
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) sent_at_ns: u64,
    pub(crate) said: Said,
    /// The id of the message it answers, if that is there, and what stands in its place now.
    pub(crate) parent: Option<(String, Said)>,
    /// How many answers refer to it.
    pub(crate) replies: u64,
    /// Who reacted how, in the order of time.
    pub(crate) reactions: Vec<Message>,
    /// Whether it will disappear.
    pub(crate) expires: bool,
    /// Whether the network has it.
    pub(crate) is_published: bool,
}

impl Enriched {
    /// Without the id that each client makes for itself.
    pub(crate) fn comparable(mut self) -> Self {
        if matches!(self.said, Said::Updated(_)) {
            self.id.clear();
        }
        self.reactions.sort_by_key(|reaction| reaction.sent_at_ns);
        self
    }
}

/// The messages of a listing, in its order.
///
/// # Errors
/// If the listing is not what `driver.mjs` prints.
pub(crate) fn enriched(listing: Value) -> Result<Vec<Enriched>> {
    serde_json::from_value::<Vec<Value>>(listing)?.into_iter().map(one).collect()
}

fn one(value: Value) -> Result<Enriched> {
    let raw = message::raw(&value)?;
    let said = message::said(&raw)?;
    let parent = raw.content.get("inReplyTo").filter(|parent| !parent.is_null());
    let parent = parent.map(|parent| message::message(parent.clone())).transpose()?;
    Ok(Enriched {
        said,
        parent: parent.map(|parent| (parent.id, parent.said)),
        replies: raw.replies,
        reactions: raw.reactions.into_iter().map(message::message).collect::<Result<_>>()?,
        expires: raw.expires_at_ns.is_some(),
        is_published: raw.status == "published",
        sent_at_ns: raw.sent_at_ns.parse()?,
        sender: raw.sender,
        id: raw.id,
    }
    .comparable())
}
