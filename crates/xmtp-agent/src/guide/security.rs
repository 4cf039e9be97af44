//! Keys, databases, and what others can do to an agent.
//!
//! # What must stay secret
//! * The wallet key is the agent: who has it can add and revoke installations of the inbox. It is needed when an installation
//!   is registered, and for changes of the inbox. [`Signer`](xmtp_client::Signer) lets it stay elsewhere.
//! * The database key opens the messages and the keys of the installation. A wrong one is refused and changes nothing.
//! * `.env` and databases are readable by their owner alone. Neither keys nor what people write is ever logged by this crate,
//!   nor shown by `Debug`; errors of handlers are an author's own words, and are only told to `on_error`.
//!
//! # What others can do
//! Anybody can write to an inbox, add it to groups, and name it. So an agent
//!
//! * treats what it reads as words, never as orders of its owner: check
//!   [`Context::sender`](crate::Context::sender) or [`filter::from_any`](crate::filter::from_any) before what matters;
//! * does not take an address within a message for the sender's: ask
//!   [`Context::sender_address`](crate::Context::sender_address), which the identity updates of the inbox prove;
//! * checks a transaction on its chain before it counts: a reference to one is only a claim;
//! * downloads attachments within limits, by https, and from no private address;
//! * asks [`Context::is_repeat`](crate::ConversationContext::is_repeat) before it does again what must be done once.
//!
//! ```no_run
//! # use xmtp_agent::prelude::*;
//! # fn build(owner: InboxId) -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?.only(filter::from_any([owner]));
//! # Ok(agent)
//! # }
//! ```
//!
//! Two agents that answer each other never stop. Answer what is addressed to the agent, and nothing that only thanks.
//!
//! # When a key is lost
//! `xmtp inbox installations revoke` takes an installation out of the inbox, from any machine that has the wallet key; members
//! of its groups stop encrypting to it with their next message.
