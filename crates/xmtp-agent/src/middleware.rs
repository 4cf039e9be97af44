//! What runs before the handlers of a message, and what becomes of a failure.
//!
//! # The chain
//! [`Agent::with`](crate::Agent::with) appends a middleware. A message that passes the filters goes through them in the
//! order in which they were given, then to the handlers of its kind, then to those of every message.
//!
//! 1. A middleware runs the rest of the chain with [`Next::run`]. Before that it may look at the message, attach data with
//!    [`Context::extend`](crate::Context::extend), or change what those behind it read with
//!    [`Context::with_content`](crate::Context::with_content); after it, whatever it wants.
//! 2. A middleware that ends without running the rest stops the chain. The message counts as handled.
//! 3. [`Next`] is used up by running it: nothing behind a middleware can run twice for a message.
//! 4. Every handler of a message runs, whatever becomes of the others.
//!
//! # Failures
//! Each error and each panic, of a filter, a middleware or a handler, is told once, where it happened, to the error
//! handlers of [`Agent::on_error`](crate::Agent::on_error), in the order in which they were given:
//!
//! 5. One that returns `Ok` has handled the failure; those behind it are not asked.
//! 6. One that returns `Err` passes on what it returns: the same failure, or one with another cause
//!    ([`Failure::with_error`](crate::Failure::with_error)).
//! 7. One that panics passes on the failure as it was.
//! 8. A failure that all pass on, or that nobody is there to handle, is written to the log.
//! 9. To a middleware in front of it, a failure that was handled is none: [`Next::run`] returns `Ok`. One that was only
//!    logged makes [`Next::run`] return [`Reported`]. Returned further, with `?` say, it is not told again.
//! 10. A middleware that fails before it has run the rest stops the chain, also when its failure was handled: a check that
//!     cannot be made lets nothing through.
//! 11. Whatever fails, the message counts as handled and the agent goes on.
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! struct Greeting(&'static str);
//!
//! # fn build() -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?
//!     .with(async |ctx: Context, next: Next| {
//!         let greeting = Greeting(if ctx.is_dm() { "hi" } else { "hi all" });
//!         next.run(ctx.extend(greeting)).await
//!     })
//!     .on_text(async |ctx, _| {
//!         if let Some(Greeting(words)) = ctx.get() {
//!             ctx.send_text(*words).await?;
//!         }
//!         Ok(())
//!     });
//! # Ok(agent)
//! # }
//! ```
use crate::{
    Context, HandlerResult,
    chain::Chain,
    on_error::{During, Failure},
};
use futures::{FutureExt, future::BoxFuture};
use std::{fmt, sync::Arc};
use thiserror::Error;

/// Runs before the handlers of every message: see the [module](crate::middleware).
///
/// Every async function of a [`Context`] and a [`Next`] is one. A type implements it to keep state:
///
/// ```
/// # use futures::future::{BoxFuture, FutureExt};
/// # use std::sync::atomic::{AtomicU64, Ordering};
/// # use xmtp_agent::prelude::*;
/// struct Count(AtomicU64);
///
/// impl Middleware for Count {
///     fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
///         async move {
///             self.0.fetch_add(1, Ordering::Relaxed);
///             next.run(context).await
///         }
///         .boxed()
///     }
/// }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Handles a message, and runs what is behind it with `next`, or not.
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult>;
}

impl<F, Fut> Middleware for F
where
    F: Fn(Context, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = HandlerResult> + Send + 'static,
{
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        self(context, next).boxed()
    }
}

/// Shares a middleware with whoever else holds it.
impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        (**self).handle(context, next)
    }
}

/// The rest of the chain behind a middleware. Dropped, it stops the chain.
#[must_use = "the chain stops unless it is run"]
pub struct Next {
    chain: Arc<Chain>,
    at: usize,
}

impl Next {
    pub(crate) const fn first(chain: Arc<Chain>) -> Self {
        Self { chain, at: 0 }
    }

    /// Runs the middlewares behind this one and the handlers, and returns when they have ended.
    ///
    /// # Errors
    /// [`Reported`] if something behind failed and no error handler has handled it.
    pub async fn run(self, context: Context) -> HandlerResult {
        let Self { chain, at } = self;
        let Some(middleware) = chain.middlewares.get(at) else { return chain.run_handlers(&context).await };
        let next = Self { chain: Arc::clone(&chain), at: at + 1 };
        // Inside the future, so that a panic before the first await is caught as well.
        let outcome = Failure::caught(async { middleware.handle(context.clone(), next).await }).await;
        chain.settle(outcome, During::Middleware, &context).await
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Something behind a middleware failed and was written to the log, because no error handler has handled it.
#[derive(Clone, Debug, Error)]
#[error("what is behind this middleware failed, which was told already")]
pub struct Reported(pub Failure);
