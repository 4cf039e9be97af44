//! Messages, contexts, filters, middlewares, failures, and what an agent promises.
//!
//! # Who is who
//! An *inbox* is who somebody is: it collects *identities* (Ethereum accounts, smart contract wallets, passkeys) and up to ten
//! *installations*, each a database with keys of its own. An agent is one installation of an inbox. Messages name the inbox
//! of their sender; [`Context::sender_address`](crate::Context::sender_address) finds an address of it.
//!
//! # The way of a message
//! ```text
//! network ─> database ─> filters ─> middlewares ─> handlers of its kind ─> on_message ─> the log of what is handled
//!                        only()     with()         on_text(), on_reply(), ..
//! ```
//! What arrives is stored first. The agent reads its database from where it stopped, so nothing is lost however slow, busy
//! or absent it was:
//!
//! * Messages of one conversation are handled in order, one after another; up to
//!   [`Agent::parallel`](crate::Agent::parallel) conversations side by side. What waits stays in the database.
//! * After a clean stop nothing is handled twice. After a crash what was at hand comes again, and says so:
//!   [`Context::is_repeat`](crate::ConversationContext::is_repeat). Whoever moves money asks that first.
//! * Its own messages reach no handler, nor do those of other installations of its inbox.
//!
//! # Contexts
//! [`Context`](crate::Context) is a message in its conversation; [`ConversationContext`](crate::ConversationContext) is the
//! conversation alone, and what a context can do in it. Both are cheap to clone and can be moved into tasks.
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! async fn who_is_here(ctx: Context) -> HandlerResult {
//!     let members = ctx.members().await?;
//!     let role = ctx.sender_role().await?;
//!     ctx.reply_text(format!("{} members; you are {role:?}", members.len())).await?;
//!     Ok(())
//! }
//! ```
//!
//! A message that the network did not take is stored, and goes out when the network is back: sending it again would send it
//! twice, so [`ConversationContext::send`](crate::ConversationContext::send) counts it as sent.
//!
//! # Filters and middlewares
//! A [`Filter`](crate::Filter) is a question: [`filter`](crate::filter) has the usual ones, which combine with `&`, `|` and
//! `!`. A [`Middleware`](crate::Middleware) stands between the filters and the handlers: it runs what is behind it, or not,
//! and can hand data to it. The rules, failures included, stand in [`middleware`](crate::middleware).
//!
//! # Content
//! [`Content`](crate::prelude::Content) is one enum of all standard types. What is of no known type, or broken, is
//! [`Content::Unknown`](crate::prelude::Content::Unknown) with its bytes, its fallback text and the reason; it never vanishes.
//! A type of one's own is read by a [`Codec`](crate::prelude::Codec); its values come to
//! [`Agent::on_custom`](crate::Agent::on_custom):
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! # fn build<Celsius: Codec<Content = i32> + Send + Sync + 'static>(celsius: Celsius) -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?.with_codec(celsius).on_custom(async |ctx, degrees: i32| {
//!     ctx.reply_text(if degrees < 20 { "Put on a coat." } else { "Go for a swim." }).await?;
//!     Ok(())
//! });
//! # Ok(agent)
//! # }
//! ```
//!
//! # When something fails
//! A handler returns a `Result`: use `?`. An error or a panic is told to [`Agent::on_error`](crate::Agent::on_error), or
//! written to the log without what people wrote, and the agent goes on.
