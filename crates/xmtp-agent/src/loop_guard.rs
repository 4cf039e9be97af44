//! Keeps two agents from answering each other for ever.
use crate::{Context, HandlerResult, Middleware, Next};
use futures::{FutureExt, future::BoxFuture};
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use xmtp_client::{GroupId, InboxId, Timestamp};

/// Senders remembered at most; when there are more, those who have been quiet for a window are forgotten.
const REMEMBERED: usize = 10_000;

/// A middleware that stops messages of a sender who says more in one conversation than a person does: two agents that
/// answer each other otherwise go on until somebody ends one of them. Give it before whatever answers.
///
/// ```
/// # use std::time::Duration;
/// use xmtp_agent::{LoopGuard, prelude::*};
///
/// # fn build(agent: Agent) -> Agent {
/// agent.with(LoopGuard::new(20, Duration::from_secs(60)))
/// # }
/// ```
pub struct LoopGuard {
    most: usize,
    window: Duration,
    said: Mutex<HashMap<(GroupId, InboxId), VecDeque<Timestamp>>>,
}

impl LoopGuard {
    /// Lets through at most so many messages of one sender in one conversation within any window of this length.
    pub fn new(most: usize, window: Duration) -> Self {
        Self { most, window, said: Mutex::default() }
    }

    /// Whether a message that is handled now is one too many.
    fn is_too_much(&self, conversation: &GroupId, sender: InboxId, now: Timestamp) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &Timestamp| now.since(*at) < self.window;
        if said.len() >= REMEMBERED {
            said.retain(|_, times| times.back().is_some_and(is_recent));
        }
        let times = said.entry((conversation.clone(), sender)).or_default();
        while times.front().is_some_and(|at| !is_recent(at)) {
            times.pop_front();
        }
        if times.len() >= self.most {
            return true;
        }
        times.push_back(now);
        false
    }
}

impl Middleware for LoopGuard {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        async move {
            if self.is_too_much(context.id(), context.sender(), context.client().now()) {
                tracing::warn!(conversation = ?context.id(), "a sender says more than a person does: not answered");
                return Ok(());
            }
            next.run(context).await
        }
        .boxed()
    }
}

impl fmt::Debug for LoopGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopGuard").field("most", &self.most).field("window", &self.window).finish_non_exhaustive()
    }
}
