//! How a message or a conversation looks: as lines for a person, or as JSON for a script.

mod choices;
mod clean;
mod conversation;
mod describe;
mod files;
mod json;
mod money;
mod names;
mod policies;
mod table;
mod time;
mod transcript;
mod wrap;

pub(crate) use clean::clean;
pub(crate) use conversation::{COLUMNS, Known, consent, conversation_kind, role, status};
pub(crate) use json::message as message_json;
pub(crate) use names::{Names, short_id};
pub(crate) use policies::{policies, policies_json};
pub(crate) use table::{Table, Tone};
pub(crate) use time::{minute, rfc3339, words};
pub(crate) use transcript::{Label, Margin, Transcript};
