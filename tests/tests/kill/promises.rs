//! What was promised, and whether it is kept.
use std::collections::BTreeMap;
use xmtp_tests::kill::{Seen, SeenMessage, Text};

/// Every promise made so far, by what the message says.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    made: BTreeMap<String, Promise>,
    streamed: BTreeMap<(&'static str, String), Text>,
}

#[derive(Clone, Debug)]
struct Promise {
    by: &'static str,
    text: Text,
}

impl Promises {
    /// `by` was told that the message is on the network, or that it will be.
    pub(crate) fn note(&mut self, by: &'static str, text: Text) {
        let says = text.says.clone();
        let before = self.made.insert(says, Promise { by, text });
        assert!(before.is_none(), "promised twice: {before:?}");
    }

    /// The stream of `reader` gave a message.
    pub(crate) fn note_streamed(&mut self, reader: &'static str, text: Text) {
        let before = self.streamed.insert((reader, text.says.clone()), text);
        assert!(before.is_none(), "the stream of {reader} gave it twice: {before:?}");
    }

    /// How many were made.
    pub(crate) fn count(&self) -> usize {
        self.made.len()
    }

    /// Every promised message of `group` is there exactly once, and nothing is there twice.
    pub(crate) fn check_kept(&self, member: &str, group: &str, seen: &Seen) {
        let there = unique(member, &seen.messages);
        for Promise { by, text } in self.made.values().filter(|promise| promise.text.group == group) {
            let Some(message) = there.get(text.says.as_str()) else {
                panic!("{member} does not have {text:?}, which was promised to {by}");
            };
            assert_eq!(message.id, text.id, "{member} has {text:?} under another id");
        }
        let unpublished: Vec<_> = seen.messages.iter().filter(|message| !message.published).collect();
        assert!(unpublished.is_empty(), "{member} has still to publish {unpublished:?}");
    }

    /// What the stream of `reader` gave is all that others wrote, nothing missing.
    pub(crate) fn check_streamed(&self, reader: &'static str, all: &BTreeMap<String, Seen>) -> Result<(), String> {
        for message in all.values().flat_map(|seen| &seen.messages) {
            let is_own = message.says.starts_with(reader);
            let was_streamed = self.streamed.contains_key(&(reader, message.says.clone()));
            assert!(!(is_own && was_streamed), "the stream of {reader} gave its own {message:?}");
            if !is_own && !was_streamed {
                return Err(format!("the stream of {reader} did not give {message:?}"));
            }
        }
        Ok(())
    }
}

/// The messages by what they say, each there once.
pub(crate) fn unique<'s>(member: &str, messages: &'s [SeenMessage]) -> BTreeMap<&'s str, &'s SeenMessage> {
    let mut there = BTreeMap::new();
    for message in messages {
        let before = there.insert(message.says.as_str(), message);
        assert!(before.is_none(), "{member} has it twice: {message:?} and {before:?}");
    }
    there
}
