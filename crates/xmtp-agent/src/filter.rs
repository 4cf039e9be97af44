//! Which messages an agent cares about: small questions that combine with `&`, `|` and `!`.
//!
//! A question that cannot be answered, because the database fails say, is told like the failure of a handler, and the
//! message is not handled: whatever the questions are combined to, not to know is never to pass.
//!
//! ```
//! use xmtp_agent::filter;
//!
//! // In a DM everything, in a group only what is addressed to it.
//! let addressed = filter::dm() | filter::mentions("@echo");
//! # let _: xmtp_agent::Filter = addressed;
//! ```
use crate::{Context, HandlerError, HandlerResult, Middleware, Next};
use futures::{
    FutureExt,
    future::{self, BoxFuture},
};
use std::{
    fmt,
    ops::{BitAnd, BitOr, Not},
    sync::Arc,
};
use xmtp_client::{InboxId, Role};
use xmtp_content_types::{Codec, ContentTypeId};

/// What a filter answers; an error if it cannot tell.
pub type FilterResult = Result<bool, HandlerError>;

type Ask = dyn for<'a> Fn(&'a Context) -> BoxFuture<'a, FilterResult> + Send + Sync;

/// A question about a message. Give it to [`crate::Agent::only`], or ask it in a handler with [`Filter::passes`].
///
/// It is a [`Middleware`], too: one that stops what does not pass, in its place in the chain.
#[derive(Clone)]
pub struct Filter(Arc<Ask>);

impl Filter {
    fn new(ask: impl for<'a> Fn(&'a Context) -> BoxFuture<'a, FilterResult> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// Whether the message passes.
    ///
    /// # Errors
    /// Whatever kept the filter from telling. A message about which a filter of the agent cannot tell is not handled.
    pub async fn passes(&self, context: &Context) -> FilterResult {
        (self.0)(context).await
    }
}

/// Passes what `question` says yes to.
pub fn when(question: impl Fn(&Context) -> bool + Send + Sync + 'static) -> Filter {
    Filter::new(move |context| future::ready(Ok(question(context))).boxed())
}

/// Passes what `question` says yes to, which may ask the database or the network.
pub fn when_async<F, Fut>(question: F) -> Filter
where
    F: Fn(Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = FilterResult> + Send + 'static,
{
    Filter::new(move |context| question(context.clone()).boxed())
}

/// Passes messages of conversations between two inboxes.
pub fn dm() -> Filter {
    when(|context| context.is_dm())
}

/// Passes messages of groups.
pub fn group() -> Filter {
    when(|context| context.is_group())
}

/// Passes messages of the agent itself. They reach no handler of its own; this is for messages that it reads itself.
pub fn from_self() -> Filter {
    when(Context::is_from_self)
}

/// Passes messages that can be read: of a built-in type, and not broken.
pub fn has_content() -> Filter {
    when(|context| !matches!(context.content(), xmtp_content_types::Content::Unknown(_)))
}

/// Passes messages of one inbox.
pub fn from(sender: InboxId) -> Filter {
    when(move |context| context.sender() == sender)
}

/// Passes messages of these inboxes.
pub fn from_any(senders: impl IntoIterator<Item = InboxId>) -> Filter {
    let senders: std::collections::HashSet<InboxId> = senders.into_iter().collect();
    when(move |context| senders.contains(&context.sender()))
}

/// Passes messages whose sender is an admin of the group and no super admin.
pub fn admin() -> Filter {
    when_async(async |context| Ok(context.is_group() && context.sender_role().await? == Some(Role::Admin)))
}

/// Passes messages whose sender is a super admin of the group.
pub fn super_admin() -> Filter {
    when_async(async |context| Ok(context.is_group() && context.sender_role().await? == Some(Role::SuperAdmin)))
}

/// Passes messages of conversations that the agent has allowed.
pub fn allowed() -> Filter {
    when_async(async |context| Ok(context.is_allowed().await?))
}

/// Passes messages of conversations that the agent has not denied.
pub fn not_denied() -> Filter {
    when_async(async |context| Ok(!context.is_denied().await?))
}

/// Passes content of a type, in any version.
pub fn of_type(wanted: ContentTypeId) -> Filter {
    when(move |context| context.is_of_type(&wanted))
}

/// Passes content of the type that a codec reads, in any version.
pub fn uses_codec<C: Codec>(codec: &C) -> Filter {
    of_type(codec.content_type())
}

/// Passes messages that say one of the agent's names: see [`Context::mentions_me`].
pub fn mentioned() -> Filter {
    when(Context::mentions_me)
}

/// Passes answers and reactions to messages of the agent.
pub fn replied_to_me() -> Filter {
    when_async(async |context| Ok(context.is_reply_to_me().await?))
}

/// Passes text, markdown and replies with either that hold `name` as a word of its own, in any letter case.
pub fn mentions(name: impl Into<String>) -> Filter {
    let name = name.into();
    when(move |context| context.text().is_some_and(|text| has_word(text, &name)))
}

/// Passes text, markdown and replies with either that begin with `prefix`.
pub fn starts_with(prefix: impl Into<String>) -> Filter {
    let prefix = prefix.into();
    when(move |context| context.text().is_some_and(|text| text.starts_with(&prefix)))
}

/// Passes text, markdown and replies with either about which `question` says yes.
pub fn text_where(question: impl Fn(&str) -> bool + Send + Sync + 'static) -> Filter {
    when(move |context| context.text().is_some_and(&question))
}

pub(crate) fn has_word(text: &str, word: &str) -> bool {
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
        let both = Arc::new((self, other));
        Self::new(move |context| {
            let both = Arc::clone(&both);
            async move { Ok(both.0.passes(context).await? && both.1.passes(context).await?) }.boxed()
        })
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let either = Arc::new((self, other));
        Self::new(move |context| {
            let either = Arc::clone(&either);
            async move { Ok(either.0.passes(context).await? || either.1.passes(context).await?) }.boxed()
        })
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(move |context| {
            let filter = self.clone();
            async move { Ok(!filter.passes(context).await?) }.boxed()
        })
    }
}

impl Middleware for Filter {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        async move { if self.passes(&context).await? { next.run(context).await } else { Ok(()) } }.boxed()
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
