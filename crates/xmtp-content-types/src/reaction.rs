//! A reaction to an earlier message: `xmtp.org/reaction`, three forms read and one sent.
//!
//! Sent: 2.0, a protobuf message. Read: 2.0; 1.0, a JSON object; and the oldest 1.0, where the content is the bare
//! emoji and the rest stands in parameters. Source of fact: observed bytes of two generations of released clients.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, Reference, redact::Size, wire};
use serde::{Deserialize, Serialize};
use std::fmt;
use xmtp_types::{InboxId, MessageId};

/// A reaction to an earlier message.
#[derive(Clone, Eq, PartialEq)]
pub struct Reaction {
    /// The message reacted to.
    pub reference: Reference,
    /// The inbox that sent that message, if the sender of the reaction knew it.
    pub reference_inbox_id: Option<InboxId>,
    /// Whether the reaction is given or taken back.
    pub action: ReactionAction,
    /// The reaction itself: an emoji, a shortcode such as `:tada:`, or anything.
    pub content: String,
    /// How to read [`Self::content`].
    pub schema: ReactionSchema,
}

/// Whether a reaction is given or taken back.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ReactionAction {
    /// The reaction is given.
    Added,
    /// The reaction is taken back.
    Removed,
    /// Not said, or in words we do not know.
    #[default]
    #[serde(other)]
    Unspecified,
}

/// How to read the content of a reaction.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ReactionSchema {
    /// One or more Unicode characters, usually an emoji.
    Unicode,
    /// A name between colons.
    Shortcode,
    /// Whatever the applications agreed on.
    Custom,
    /// Not said, or in words we do not know.
    #[default]
    #[serde(other)]
    Unspecified,
}

impl Reaction {
    /// Gives an emoji to a message.
    pub fn added(message: MessageId, emoji: impl Into<String>) -> Self {
        Self::unicode(message, emoji, ReactionAction::Added)
    }

    /// Takes an emoji back from a message.
    pub fn removed(message: MessageId, emoji: impl Into<String>) -> Self {
        Self::unicode(message, emoji, ReactionAction::Removed)
    }

    /// Says whose message it is: clients use it to tell that sender.
    #[must_use]
    pub const fn to_inbox(mut self, sender: InboxId) -> Self {
        self.reference_inbox_id = Some(sender);
        self
    }

    fn unicode(message: MessageId, emoji: impl Into<String>, action: ReactionAction) -> Self {
        Self {
            reference: message.into(),
            reference_inbox_id: None,
            action,
            content: emoji.into(),
            schema: ReactionSchema::Unicode,
        }
    }
}

impl fmt::Debug for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reaction")
            .field("reference", &self.reference)
            .field("reference_inbox_id", &self.reference_inbox_id)
            .field("action", &self.action)
            .field("content", &Size::of(&self.content))
            .field("schema", &self.schema)
            .finish()
    }
}

/// Reads and writes reactions in the form of today.
#[derive(Clone, Copy, Debug)]
pub struct ReactionCodec;

impl Codec for ReactionCodec {
    type Content = Reaction;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::REACTION
    }

    fn encode(&self, reaction: &Reaction) -> Result<EncodedContent, ContentError> {
        Ok(encode(reaction))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Reaction, ContentError> {
        wire::read_reaction(&encoded.content()?)
    }

    fn fallback(&self, reaction: &Reaction) -> Option<String> {
        Some(fallback(reaction))
    }

    fn should_push(&self, _reaction: &Reaction) -> bool {
        false
    }
}

/// Reads reactions in the older forms, and writes the JSON form for clients that know no other.
#[derive(Clone, Copy, Debug)]
pub struct ReactionV1Codec;

impl Codec for ReactionV1Codec {
    type Content = Reaction;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::REACTION_V1
    }

    fn encode(&self, reaction: &Reaction) -> Result<EncodedContent, ContentError> {
        let json = serde_json::to_vec(&ReactionJson::from(reaction.clone()))
            .map_err(|_| ContentError::Malformed { what: "reaction" })?;
        Ok(EncodedContent::new(ContentTypeId::REACTION_V1, json))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Reaction, ContentError> {
        let content = encoded.content()?;
        // CONTENT.R7
        match serde_json::from_slice::<ReactionJson>(&content) {
            Ok(json) => Ok(json.into()),
            Err(_) => decode_parameters(encoded),
        }
    }

    fn fallback(&self, reaction: &Reaction) -> Option<String> {
        Some(fallback(reaction))
    }

    fn should_push(&self, _reaction: &Reaction) -> bool {
        false
    }
}

pub(crate) fn encode(reaction: &Reaction) -> EncodedContent {
    EncodedContent::new(ContentTypeId::REACTION, wire::write_reaction(reaction)).with_fallback(fallback(reaction))
}

pub(crate) fn fallback(reaction: &Reaction) -> String {
    match reaction.action {
        ReactionAction::Removed => format!("Removed \"{}\" from an earlier message", reaction.content),
        _ => format!("Reacted with \"{}\" to an earlier message", reaction.content),
    }
}

/// The oldest form: the emoji is the whole content.
fn decode_parameters(encoded: &EncodedContent) -> Result<Reaction, ContentError> {
    let malformed = ContentError::Malformed { what: "reaction" };
    let reference = encoded.parameter("reference").ok_or(malformed)?;
    Ok(Reaction {
        reference: reference.into(),
        reference_inbox_id: None,
        action: match encoded.parameter("action") {
            Some("added") => ReactionAction::Added,
            Some("removed") => ReactionAction::Removed,
            _ => ReactionAction::Unspecified,
        },
        content: encoded.text()?,
        schema: match encoded.parameter("schema") {
            Some("unicode") => ReactionSchema::Unicode,
            Some("shortcode") => ReactionSchema::Shortcode,
            Some("custom") => ReactionSchema::Custom,
            _ => ReactionSchema::Unspecified,
        },
    })
}

/// The JSON form. The order of the fields is that of released clients.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReactionJson {
    #[serde(default)]
    action: ReactionAction,
    reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference_inbox_id: Option<String>,
    #[serde(default)]
    schema: ReactionSchema,
    content: String,
}

impl From<ReactionJson> for Reaction {
    fn from(json: ReactionJson) -> Self {
        Self {
            reference: json.reference.into(),
            reference_inbox_id: json.reference_inbox_id.and_then(|inbox| inbox.parse().ok()),
            action: json.action,
            content: json.content,
            schema: json.schema,
        }
    }
}

impl From<Reaction> for ReactionJson {
    fn from(reaction: Reaction) -> Self {
        Self {
            action: reaction.action,
            reference: reaction.reference.into(),
            reference_inbox_id: reaction.reference_inbox_id.map(String::from),
            schema: reaction.schema,
            content: reaction.content,
        }
    }
}
