//! XMTP agents in a few lines: handlers, filters and replies over the client.
//!
//! `xmtp keys new` writes the keys of an agent to `.env`; this is the agent:
//!
//! ```no_run
//! use xmtp_agent::prelude::*;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), AgentError> {
//!     Agent::from_env()?
//!         .on_text(async |ctx, text| {
//!             ctx.send(text).await?;
//!             Ok(())
//!         })
//!         .run()
//!         .await
//! }
//! ```
//!
//! Handlers are awaited. Messages of one conversation are handled in order, conversations side by side. A handler that
//! fails or panics never stops the agent: [`Agent::on_error`] is told, or the log, which never holds what people wrote.
//! Messages that arrived while the agent was down are handled when it comes back, each once after a clean stop.
//!
//! An async closure cannot lend what it captured; a handler that shares state clones it:
//!
//! ```no_run
//! # use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
//! # use xmtp_agent::prelude::*;
//! # fn build() -> Result<Agent, AgentError> {
//! let count = Arc::new(AtomicU64::new(0));
//! let agent = Agent::from_env()?.only(filter::dm() | filter::mentions("@counter")).on_text(move |ctx, _| {
//!     let count = Arc::clone(&count);
//!     async move {
//!         ctx.reply(format!("message {}", count.fetch_add(1, Ordering::Relaxed) + 1)).await?;
//!         Ok(())
//!     }
//! });
//! # Ok(agent)
//! # }
//! ```

pub mod guide;

mod agent;
mod builder;
mod context;
mod conversation_context;
mod env;
pub mod filter;
mod handler;
mod keys;
pub mod logging;
mod loop_guard;
pub mod middleware;
mod on_error;
mod on_event;
mod on_message;
pub mod people;
pub mod prelude;
mod running;
#[cfg(feature = "testing")]
pub mod testing;

mod addresses;
mod behaviour;
mod chain;
mod dispatch;
mod env_file;
mod error;
mod inbox_log;
mod log_writer;
mod run;
mod shared;
mod shutdown;

#[cfg(feature = "attachments")]
pub mod attachments;
mod commands;
mod details;
#[cfg(feature = "health")]
mod health;
pub mod mentions;
mod monitor;
pub mod names;
#[cfg(feature = "chain")]
pub mod transactions;
mod wizard;

pub use xmtp_client;
pub use xmtp_content_types;

pub use agent::Agent;
pub use builder::AgentBuilder;
pub use commands::{ArgumentError, Arguments, Command, CommandRouter, InGroups};
pub use context::Context;
pub use conversation_context::ConversationContext;
pub use details::AgentDetails;
pub use env::{AgentEnv, EnvError, XMTP_DB_DIRECTORY, XMTP_FORCE_DEBUG_LEVEL, XMTP_NEW_INSTALLATION};
pub use env_file::EnvFile;
pub use error::AgentError;
pub use filter::{Filter, FilterResult};
pub use handler::{HandlerError, HandlerResult};
#[cfg(feature = "metrics")]
pub use health::MetricsError;
#[cfg(feature = "health")]
pub use health::{HealthEndpoint, HealthError};
pub use keys::{KeysError, WrittenKeys, XMTP_DB_ENCRYPTION_KEY, XMTP_ENV, XMTP_WALLET_KEY, write_keys};
pub use logging::LogLevel;
pub use loop_guard::LoopGuard;
pub use middleware::{Middleware, Next, Reported};
pub use monitor::{CRITICAL_RESPONSE, HealthReport, PerformanceMonitor, REPORT_INTERVAL, metric_names};
pub use on_error::{During, ErrorResult, Failure, FailureCause};
pub use running::{Backlog, RunningAgent};
pub use shutdown::Shutdown;
pub use wizard::{ActionWizard, Answers, Step, WIZARD_TTL};
