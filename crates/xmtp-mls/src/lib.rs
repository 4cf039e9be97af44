//! XMTP groups, intents, commits and welcomes: the state machine of one installation.
//!
//! The [`Engine`] is the door. It takes what the network delivered and what its user wishes, and gives envelopes and
//! [`Event`]s; it never opens a socket, reads a clock or waits. Each call is a short blocking step inside one
//! transaction of a store. What the machine lacks, such as an identity update of somebody else, it names as
//! [`Missing`]; whoever drives it fetches that and takes the step again.
//!
//! ```
//! use xmtp_crypto::InstallationKey;
//! use xmtp_mls::{Directory, Engine, GroupOptions, Installation, Lookup, Missing, VerifiedKeyPackage};
//! use xmtp_storage::{Durability, MemoryStore, StoreRead};
//! # use std::sync::Arc;
//! # use xmtp_types::{Delivered, InboxId, InstallationId, SequenceId, Timestamp, Topic};
//! # #[derive(Debug)] struct Nobody;
//! # impl Directory for Nobody {
//! #     fn inbox_state(&self, _: &mut dyn StoreRead, inbox: &InboxId, at: SequenceId)
//! #         -> Result<Arc<xmtp_identity::InboxState>, Lookup> { Err(Lookup::Missing(Missing::IdentityUpdates(*inbox, at))) }
//! #     fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
//! #         Err(Lookup::Missing(Missing::NewestIdentity(*inbox))) }
//! #     fn key_package(&self, id: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
//! #         Err(Lookup::Missing(Missing::KeyPackage(*id))) }
//! #     fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> { Err(Lookup::Missing(Missing::Pointee(topic.clone()))) }
//! # }
//! let store = MemoryStore::new();
//! let mut engine = Engine::new(Installation::new(InboxId::from_bytes([1; 32]), InstallationKey::generate()?));
//! let now = Timestamp::from_secs(1_700_000_000);
//!
//! let (sealed, _events) = engine.transaction(&store, Durability::Full, &Nobody, now, |session| {
//!     let group = session.create_group(&GroupOptions::default())?;
//!     session.queue_message(&group, b"an encoded content".to_vec(), false)?;
//!     session.stage(&group)
//! })?;
//! assert_eq!(sealed.envelopes.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod commit;
mod commit_log;
mod control;
mod credential;
mod engine;
mod error;
mod event;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
pub mod group;
#[cfg(any(test, feature = "hostile"))]
pub mod hostile;
mod ingest;
mod installation;
mod intent;
pub mod key_package;
mod message;
pub mod peek;
mod ports;
mod preferences;
mod provider;
mod readd;
mod registration;
mod unread;
mod version;
mod welcome;

#[cfg(test)]
extern crate self as xmtp_mls;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod testing;
#[cfg(test)]
#[path = "../tests/engine/world/mod.rs"]
#[expect(dead_code, reason = "the tests of the crate as a whole use the rest")]
mod world;

pub use commit::{Action, Change, CommitRefusal, Denial, FieldChange};
pub use commit_log::{DebugInfo, ForkState, Publication};
pub use credential::CredentialError;
pub use engine::{Engine, Session};
pub use error::EngineError;
pub use event::Event;
pub use group::{
    GroupInfo, GroupMember,
    metadata::GroupOptions,
    permission_kind::PermissionKind,
    permissions::{Policy, PolicyError, PolicySet, Role},
};
pub use ingest::Ingested;
pub use installation::Installation;
pub use intent::{AdminChange, Intent, LeaveRefusal, MAX_GROUP_SIZE, Release, Sending, Staged, WishError};
pub use key_package::{KeyPackageId, VerifiedKeyPackage};
pub use ports::{Directory, Lookup, Missing};
pub use preferences::PushKey;
pub use unread::Reading;
pub use version::PROTOCOL_VERSION;
