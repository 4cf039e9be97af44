//! A button of a question was pressed: `coinbase.com/intent:1.0`, a JSON object.
//!
//! Source of fact: XIP-67 and observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, JsonObject, json, redact::Size};
use serde::{Deserialize, Serialize};
use std::fmt;

const WHAT: &str = "intent";

/// The most bytes that the metadata of an intent may have as JSON: 10 KiB, as released clients hold it.
pub const MAX_INTENT_METADATA: usize = 10 * 1024;

/// A button of a question was pressed.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
pub struct Intent {
    /// The id of the [`Actions`](crate::Actions) that are answered.
    pub id: String,
    /// The id of the [`Action`](crate::Action) that was chosen. Content of a peer: it may be one that was never offered.
    #[serde(rename = "actionId", alias = "action_id")]
    pub action_id: String,
    /// Anything else, any JSON, up to [`MAX_INTENT_METADATA`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
}

impl Intent {
    /// Chooses an action.
    pub fn new(actions: impl Into<String>, action: impl Into<String>) -> Self {
        Self { id: actions.into(), action_id: action.into(), metadata: None }
    }

    /// Adds metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: JsonObject) -> Self {
        self.metadata = Some(metadata);
        self
    }

    // CONTENT.R13
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        match &self.metadata {
            Some(metadata) if json::write(metadata).len() > MAX_INTENT_METADATA => {
                Err(ContentError::TooLong { what: "metadata of an intent", limit: MAX_INTENT_METADATA as u64 })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intent")
            .field("id", &Size::of(&self.id))
            .field("action_id", &Size::of(&self.action_id))
            .field("metadata", &self.metadata.as_ref().map(JsonObject::len))
            .finish()
    }
}

/// Reads and writes pressed buttons.
#[derive(Clone, Copy, Debug)]
pub struct IntentCodec;

impl Codec for IntentCodec {
    type Content = Intent;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::INTENT
    }

    fn encode(&self, intent: &Intent) -> Result<EncodedContent, ContentError> {
        intent.check()?;
        Ok(encode(intent))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Intent, ContentError> {
        json::read(json::value(encoded, WHAT)?, WHAT)
    }

    fn fallback(&self, intent: &Intent) -> Option<String> {
        Some(fallback(intent))
    }
}

pub(crate) fn encode(intent: &Intent) -> EncodedContent {
    EncodedContent::new(ContentTypeId::INTENT, json::write(intent)).with_fallback(fallback(intent))
}

pub(crate) fn fallback(intent: &Intent) -> String {
    format!("User selected action: {}", intent.action_id)
}
