//! Which messages an agent cares about: small questions that combine with `&`, `|` and `!`.
//!
//! ```
//! use xmtp_agent::filter;
//!
//! // In a DM everything, in a group only what is addressed to it.
//! let addressed = filter::dm() | filter::mentions("@echo");
//! # let _: xmtp_agent::Filter = addressed;
//! ```
use crate::Context;
use std::{
    fmt,
    ops::{BitAnd, BitOr, Not},
    sync::Arc,
};
use xmtp_client::InboxId;

/// A question about a message. Give it to [`crate::Agent::only`], or ask it in a handler with [`Filter::passes`].
#[derive(Clone)]
pub struct Filter(Arc<dyn Fn(&Context) -> bool + Send + Sync>);

impl Filter {
    /// Whether the message passes.
    pub fn passes(&self, context: &Context) -> bool {
        (self.0)(context)
    }
}

/// Passes what `question` says yes to.
pub fn when(question: impl Fn(&Context) -> bool + Send + Sync + 'static) -> Filter {
    Filter(Arc::new(question))
}

/// Passes messages of conversations between two inboxes.
pub fn dm() -> Filter {
    when(Context::is_dm)
}

/// Passes messages of groups.
pub fn group() -> Filter {
    when(Context::is_group)
}

/// Passes messages of one inbox.
pub fn from(sender: InboxId) -> Filter {
    when(move |context| context.sender() == sender)
}

/// Passes text, markdown and replies with either that hold `name` as a word of its own, in any letter case.
pub fn mentions(name: impl Into<String>) -> Filter {
    let name = name.into();
    when(move |context| context.content().as_text().is_some_and(|text| has_word(text, &name)))
}

/// Passes text, markdown and replies with either that begin with `prefix`.
pub fn starts_with(prefix: impl Into<String>) -> Filter {
    let prefix = prefix.into();
    when(move |context| context.content().as_text().is_some_and(|text| text.starts_with(&prefix)))
}

fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    !word.is_empty()
        && text.match_indices(&word).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            is_edge(before.chars().next_back()) && is_edge(rest.strip_prefix(&word).and_then(|it| it.chars().next()))
        })
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        when(move |context| self.passes(context) && other.passes(context))
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        when(move |context| self.passes(context) || other.passes(context))
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        when(move |context| !self.passes(context))
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_found_as_a_word_and_not_within_one() {
        for text in ["@gm", "hello @GM!", "(@gm)", "@gm: you", "x@gmx @gm"] {
            assert!(has_word(text, "@gm"), "{text}");
        }
        for text in ["", "gm", "@gmail", "me@gm", "@gm_bot", "@gmé"] {
            assert!(!has_word(text, "@gm"), "{text}");
        }
        assert!(!has_word("anything", ""));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_search_panic(text in ".{0,20}", word in ".{0,4}") {
            let _ = has_word(&text, &word);
        }
    }
}
