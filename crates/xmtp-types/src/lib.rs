//! Words that every XMTP crate shares: ids, topics, cursors, envelopes and time.
//!
//! Nothing here does I/O, draws randomness or reads a clock. A value that was parsed is a value that is well formed:
//! an [`InboxId`] is always 32 bytes, a [`Timestamp`] is always nanoseconds since the Unix epoch.
//!
//! ```
//! use xmtp_types::{GroupId, InboxId, Topic};
//!
//! let inbox: InboxId = "3f32eda0e45ae49c871fdd6facebe8f29e11b788d830ced24989d64db11b8cb7".parse()?;
//! assert_eq!(inbox.to_string().len(), 64);
//! assert_eq!(Topic::group(&GroupId::from([7; 16])).to_string(), "group/07070707070707070707070707070707");
//! # Ok::<(), xmtp_types::ParseIdError>(())
//! ```

mod chain;
mod commit_log;
mod contract;
mod cursor;
mod envelope;
mod epoch;
mod group_id;
mod identifier;
mod inbox_id;
mod installation_id;
mod message_id;
mod redacted;
mod timestamp;
mod topic;

pub use chain::{AccountId, ChainId, InvalidAccountId};
pub use commit_log::{CommitResult, LoggedCommit, SignedCommit};
pub use contract::{ContractAnswer, ContractQuestion};
pub use cursor::{Cursor, OriginatorId, SequenceId};
pub use envelope::{ClientEnvelope, Delivered, Payload, PointerAlgorithm, WrapperAlgorithm};
pub use epoch::Epoch;
pub use group_id::GroupId;
pub use identifier::{Identifier, IdentifierKind, InvalidIdentifier};
pub use inbox_id::{InboxId, ParseIdError};
pub use installation_id::InstallationId;
pub use message_id::MessageId;
pub use redacted::Redacted;
pub use timestamp::Timestamp;
pub use topic::{Topic, TopicKind};
