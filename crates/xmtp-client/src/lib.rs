//! An XMTP client: registers an installation, and publishes, syncs and streams for it.
//!
//! A [`Client`] is a cheap handle. All state is in the store; the handle can be cloned, shared between tasks and
//! dropped at any moment. A message is stored before it is sent and sent before it counts as published; what could not
//! be sent goes out with the next sync, also after a crash.
//!
//! ```no_run
//! # async fn run() -> Result<(), xmtp_client::ClientError> {
//! use xmtp_client::{Client, Environment, LocalWallet};
//!
//! let client = Client::builder(LocalWallet::generate()?).environment(Environment::Local).build().await?;
//! let peer = client.inbox_of(&"0x34dd95109b587ca90778cde5e2dd87e022453699".parse()?).await?;
//! let dm = client.conversations().dm(peer).await?;
//! dm.send(b"an encoded content".to_vec(), true).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Wallets and inboxes
//! Whoever signs is a [`Signer`]: a key in memory ([`LocalWallet`]), a signer of alloy (`AlloySigner`, feature `alloy`), a
//! smart contract wallet ([`ContractWallet`]), a passkey ([`LocalPasskey`]), or a type of one's own. [`Client::inbox`]
//! changes the client's own inbox; [`Identities`] looks up and changes any inbox, without a database:
//!
//! ```no_run
//! # async fn run(client: xmtp_client::Client, wallet: xmtp_client::LocalWallet) -> Result<(), xmtp_client::ClientError> {
//! use xmtp_client::{LocalWallet, Reassign};
//!
//! let second = LocalWallet::generate()?;
//! client.inbox().add_account(&second, Reassign::Refuse).await?; // this installation and the new account sign
//! for installation in client.inbox().installations().await? {
//!     println!("{} {:?}", installation.id, installation.key_package);
//! }
//! client.inbox().revoke_other_installations(&wallet).await?; // the recovery identifier signs
//! # Ok(())
//! # }
//! ```
//!
//! Whether a smart contract wallet signed is asked of the node, as released clients do, or of chains at endpoints of one's
//! own: give `Chains` (feature `chain`) to [`ClientBuilder::contract_verifier`].
//!
//! # Ending
//! [`Client::close`] ends a client in good order; dropping it ends its tasks a little later. Let the runtime end before the process does, as `#[tokio::main]` does: OpenSSL frees
//! its memory while a process exits, and a step on the database that still runs then crashes it. No message is lost by
//! that, but the exit code is.
//!
//! # Logs
//! No log line, error or `Debug` output of these crates holds a key or what a message says. The MLS library writes the
//! context of groups, which has their names, to the `log` crate at level trace: do not collect that level of `openmls`.

mod builder;
mod client;
mod clock;
mod contract;
mod conversation;
mod conversations;
mod directory;
mod drain;
mod enriched;
mod error;
mod follow;
#[cfg(feature = "hostile")]
mod forge;
mod identities;
mod inbox;
mod installations;
mod lane;
mod machine;
mod maintain;
mod message;
mod open;
mod preferences;
mod publish;
mod pull;
mod readd;
mod register;
mod rest;
mod send;
mod signer;
mod stream;
mod sync;

pub use builder::{ClientBuilder, NewInstallation, default_data_folder};
pub use client::{Client, StateFrom};
pub use clock::{Clock, MovableClock, SystemClock};
pub use contract::ContractVerifier;
pub use conversation::{Conversation, Disappearing, FailedSend};
pub use conversations::Conversations;
pub use enriched::{Body, EnrichedMessage, Parent, Reacted, Tally};
pub use error::ClientError;
pub use identities::{Identities, InboxError, InstallationInfo, KeyPackageStatus, Reassign};
pub use inbox::Inbox;
pub use machine::Statistics;
pub use maintain::WorkerState;
pub use message::Message;
pub use preferences::{PreferenceChange, PreferenceStream, Preferences};
pub use readd::ForkRecovery;
#[cfg(feature = "alloy")]
pub use signer::AlloySigner;
pub use signer::{ContractWallet, Deployment, Signature, Signer, SignerError};
pub use stream::{
    ConversationStream, ConversationStreamOptions, Deletion, DeletionStream, MessageStream, MessageStreamOptions,
    StreamPosition,
};
pub use sync::{SyncProgress, SyncReport};

#[cfg(feature = "hostile")]
pub use xmtp_mls::hostile;

#[cfg(feature = "chain")]
pub use xmtp_chain::{ChainError, Chains};
pub use xmtp_crypto::{CryptoError, verify_public as verify_installation_signature};
pub use xmtp_delivery::{
    Connection, DeliveryError, Environment, LocalTransport, Network, RateLimit, Transport, UnknownEnvironment,
};
pub use xmtp_identity::{
    Erc1271Signature, IdentityError, InboxState, LocalPasskey, LocalWallet, MAX_INSTALLATIONS, MAX_UPDATES, Member,
    MemberIdentifier, PasskeySignature, UpdateRequest,
};
pub use xmtp_mls::{
    Action, AdminChange, DebugInfo, Denial, EngineError, Event, ForkState, GroupInfo, GroupMember, GroupOptions,
    LeaveRefusal, PermissionKind, Policy, PolicyError, PolicySet, PushKey, Role, WishError,
};
pub use xmtp_storage::{
    ConsentEntity, ConsentState, ConversationKind, DatabaseKey, DeletionCause, DeliveryStatus, GroupOrder, GroupQuery,
    GroupStatus, MemoryStore, MessageKind, MessageOrder, MessageQuery, Place, StorageError, Store,
};
pub use xmtp_types::{
    AccountId, ChainId, CommitResult, ContractAnswer, ContractQuestion, GroupId, Identifier, IdentifierKind, InboxId,
    InstallationId, MessageId, Timestamp,
};
