//! How a message looks: as lines for a person, or as JSON for a script.

mod clean;
mod describe;
mod json;
mod names;
mod time;
mod transcript;
mod wrap;

pub(crate) use clean::clean;
pub(crate) use json::{conversation_kind, message as message_json};
pub(crate) use names::{Names, short_id};
pub(crate) use time::rfc3339;
pub(crate) use transcript::{Label, Transcript};
