//! A question with buttons: `coinbase.com/actions:1.0`, a JSON object. Pressing one is an [`Intent`](crate::Intent).
//!
//! Source of fact: XIP-67 and observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, json, redact::Size};
use serde::{Deserialize, Deserializer, Serialize};
use std::{collections::HashSet, fmt};
use xmtp_types::Timestamp;

const WHAT: &str = "actions";

/// The most buttons of one question that released clients accept.
pub const MAX_ACTIONS: usize = 10;

/// A question with buttons.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Actions {
    /// The id that an intent refers to.
    pub id: String,
    /// The question.
    pub description: String,
    /// The buttons: 1 to [`MAX_ACTIONS`], no two with the same id.
    pub actions: Vec<Action>,
    /// Until when the question can be answered. Written in whole milliseconds.
    #[serde(
        default,
        rename = "expiresAt",
        alias = "expires_at",
        skip_serializing_if = "Option::is_none",
        serialize_with = "json::write_time",
        deserialize_with = "json::read_time"
    )]
    pub expires_at: Option<Timestamp>,
}

/// A button.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Action {
    /// The id that an intent names.
    pub id: String,
    /// What is on the button.
    pub label: String,
    /// A picture beside the label.
    #[serde(default, rename = "imageUrl", alias = "image_url", skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// How the button looks.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "style")]
    pub style: Option<ActionStyle>,
    /// Until when the button can be pressed. Written in whole milliseconds.
    #[serde(
        default,
        rename = "expiresAt",
        alias = "expires_at",
        skip_serializing_if = "Option::is_none",
        serialize_with = "json::write_time",
        deserialize_with = "json::read_time"
    )]
    pub expires_at: Option<Timestamp>,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ActionStyle {
    /// The one to press.
    Primary,
    /// One of several.
    Secondary,
    /// One to think about first.
    Danger,
}

/// A style that we do not know is no style: the button is as good without.
fn style<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ActionStyle>, D::Error> {
    let style = Option::<String>::deserialize(deserializer)?;
    Ok(style.and_then(|style| match style.to_ascii_lowercase().as_str() {
        "primary" => Some(ActionStyle::Primary),
        "secondary" => Some(ActionStyle::Secondary),
        "danger" => Some(ActionStyle::Danger),
        _ => None,
    }))
}

impl Actions {
    /// A question with buttons, good for ever.
    pub fn new(id: impl Into<String>, description: impl Into<String>, actions: impl Into<Vec<Action>>) -> Self {
        Self { id: id.into(), description: description.into(), actions: actions.into(), expires_at: None }
    }

    /// Ends the time to answer.
    #[must_use]
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.expires_at = Some(end);
        self
    }

    /// The button with an id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    // CONTENT.R13
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        if self.actions.is_empty() {
            return Err(ContentError::Empty { what: "list of actions" });
        }
        if self.actions.len() > MAX_ACTIONS {
            return Err(ContentError::TooMany { what: "actions", limit: MAX_ACTIONS });
        }
        let mut ids = HashSet::new();
        if self.actions.iter().all(|action| ids.insert(&action.id)) {
            Ok(())
        } else {
            Err(ContentError::Duplicate { what: "action id" })
        }
    }
}

impl Action {
    /// A button.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), image_url: None, style: None, expires_at: None }
    }

    /// Says how the button looks.
    #[must_use]
    pub const fn styled(mut self, style: ActionStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Adds a picture.
    #[must_use]
    pub fn with_image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(url.into());
        self
    }

    /// Ends the time to press the button.
    #[must_use]
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.expires_at = Some(end);
        self
    }
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actions")
            .field("description", &Size::of(&self.description))
            .field("actions", &self.actions.len())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action")
            .field("label", &Size::of(&self.label))
            .field("style", &self.style)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Reads and writes questions with buttons.
#[derive(Clone, Copy, Debug)]
pub struct ActionsCodec;

impl Codec for ActionsCodec {
    type Content = Actions;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::ACTIONS
    }

    fn encode(&self, actions: &Actions) -> Result<EncodedContent, ContentError> {
        actions.check()?;
        Ok(encode(actions))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Actions, ContentError> {
        json::read(json::value(encoded, WHAT)?, WHAT)
    }

    fn fallback(&self, actions: &Actions) -> Option<String> {
        Some(fallback(actions))
    }
}

pub(crate) fn encode(actions: &Actions) -> EncodedContent {
    EncodedContent::new(ContentTypeId::ACTIONS, json::write(actions)).with_fallback(fallback(actions))
}

pub(crate) fn fallback(actions: &Actions) -> String {
    let numbered = actions.actions.iter().zip(1_u32..).map(|(action, number)| format!("[{number}] {}", action.label));
    let buttons = numbered.collect::<Vec<_>>().join("\n");
    format!("{}\n\n{buttons}\n\nReply with the number to select", actions.description)
}
