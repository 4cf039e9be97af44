//! What a user sees and asks for, in one form for both clients, so that two sides can be compared.
mod asked;
mod conversation;
mod enriched;
mod fields;
mod message;
mod raw;

pub(crate) use asked::{Change, Filter, GroupSetup, MessageType, Part, Policies, Query, Rule, Stream};
pub(crate) use conversation::{Conversation, Debug, Disappearing, conversation};
pub(crate) use enriched::{Enriched, enriched};
pub(crate) use fields::{Fields, plain};
pub(crate) use message::{Message, Said, Updated, message, messages};
