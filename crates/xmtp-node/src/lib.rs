//! An XMTP network node: the v3 API over one append-only SQLite log.
//!
//! A node keeps envelopes and their order; it can read none of them. Clients of every release since 1.9 talk to it:
//! native ones over HTTP/2, browsers over grpc-web. What they upload is validated ([`accept`](self#what-is-checked)),
//! made durable, answered, and handed to everyone who listens, in that order.
//!
//! ```
//! use xmtp_node::{Node, NodeConfig};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), xmtp_node::NodeError> {
//! let node = Node::start(NodeConfig::ephemeral()).await?;
//! println!("native clients: http://{}", node.addresses().native);
//! node.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  request ─▶ v3/ ─▶ accept ─▶ log: writer thread ── durable ──▶ answer
//!                                        │
//!                                        └──▶ fanout ─▶ streams
//! ```
//!
//! # What is checked
//! Group messages: the framing of the MLS message, from which the node takes its group. Key packages: all that a group
//! would check before it adds one. Identity updates: every signature, and every rule of the ledger; those of smart contract
//! wallets by asking their [`Chains`]. What fails is not stored. What the node does not check, because only members can:
//! membership, epochs, the inside of anything.
//!
//! # What is promised
//! An acknowledged envelope survives a power cut. Ids rise with the order of commits, per table; times rise with ids.
//! Whoever asks after an acknowledgement, over any connection, sees what was acknowledged. A stream brings each envelope
//! after its cursor once, in order, however slowly it is read.

mod accept;
mod clock;
mod config;
mod error;
mod fanout;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod limits;
mod log;
mod server;
mod v3;
mod web;

pub use clock::Clock;
pub use config::{DataLocation, LOCAL_NATIVE_PORT, LOCAL_WEB_PORT, NodeConfig, TlsIdentity};
pub use error::{LogError, NodeError};
pub use limits::{Rate, RateLimits};
pub use server::{Addresses, Node, RunningNode};
pub use xmtp_chain::{ChainError, Chains};
pub use xmtp_types::ChainId;
