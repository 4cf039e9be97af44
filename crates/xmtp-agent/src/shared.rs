//! What all handlers of an agent share: who it is called, and whose address is whose.
use crate::{addresses::Addresses, filter::has_word};
use std::sync::{Arc, atomic::AtomicUsize};
use xmtp_content_types::Codecs;

#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) addresses: Addresses,
    pub(crate) codecs: Codecs,
    /// What the agent is called, without `@`.
    pub(crate) names: Vec<String>,
    /// Messages that have been read and wait for their turn.
    pub(crate) waiting: Arc<AtomicUsize>,
}

impl Shared {
    /// Whether `text` holds a name of the agent, or its inbox id, as a word of its own.
    pub(crate) fn is_mentioned(&self, text: &str, inbox: &str) -> bool {
        self.names.iter().map(String::as_str).chain([inbox]).any(|name| has_word(text, name))
    }
}

/// A name without the `@` in front.
pub(crate) fn bare(name: impl Into<String>) -> String {
    let name = name.into();
    name.strip_prefix('@').map(str::to_owned).unwrap_or(name)
}
