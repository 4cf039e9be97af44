//! From nothing to an agent that answers.
//!
//! # A network
//! `xmtp up` starts a whole network on this machine and needs nothing else. The official clients can talk to it as their
//! `local`. Leave it running.
//!
//! # Keys
//! `xmtp keys new` writes a `.env` with three variables, readable by its owner alone:
//!
//! | variable | what it is |
//! |---|---|
//! | `XMTP_ENV` | the network: `local`, `dev` or `production` |
//! | `XMTP_WALLET_KEY` | the key of an Ethereum account: who owns it is the agent |
//! | `XMTP_DB_ENCRYPTION_KEY` | the key of the agent's database |
//!
//! # The agent
//! `cargo add xmtp-agent tokio --features tokio/full`, and in `src/main.rs`:
//!
//! ```no_run
//! use xmtp_agent::prelude::*;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), AgentError> {
//!     Agent::from_env()?
//!         .on_start(async |client| {
//!             println!("listening as inbox {}", client.inbox_id());
//!             Ok(())
//!         })
//!         .on_text(async |ctx, text| {
//!             ctx.reply_text(format!("You said: {text}")).await?;
//!             Ok(())
//!         })
//!         .run()
//!         .await
//! }
//! ```
//!
//! `cargo run`, and in another terminal `xmtp chat <inbox id>` with the inbox that the agent prints.
//!
//! # What to answer
//! A handler is an async function of a [`Context`](crate::Context) and what it handles. There is one for each kind of
//! content; [`Agent::on_message`](crate::Agent::on_message) sees all of them:
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! # fn build() -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?
//!     .on_reaction(async |ctx, reaction| {
//!         if reaction.action == ReactionAction::Added {
//!             ctx.send_text(format!("Thank you for the {}", reaction.content)).await?;
//!         }
//!         Ok(())
//!     })
//!     .on_group(async |ctx| {
//!         ctx.send_text("Hello all! Write my name to ask me something.").await?;
//!         Ok(())
//!     });
//! # Ok(agent)
//! # }
//! ```
//!
//! In a group an agent that answers everything is soon thrown out. Tell it what is meant for it:
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! # fn build() -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?
//!     .named("weather")
//!     .only(filter::dm() | filter::mentioned() | filter::replied_to_me());
//! # Ok(agent)
//! # }
//! ```
//!
//! The folder `examples/` of this crate holds an agent for each idea; `cargo run -p xmtp-agent --example gm` runs one.
