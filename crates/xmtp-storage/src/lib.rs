//! What one installation keeps: store traits, a memory store and a SQLCipher store.
//!
//! A [`Store`] has one writer and many readers. [`Store::begin`] opens the one write transaction; dropping it undoes
//! everything, [`StoreTx::commit`] keeps everything. [`Store::read`] opens a reader that never waits for the writer.
//! Rows hold ids and bytes only: what must be kept together is decided above.
//!
//! ```
//! use xmtp_storage::{CursorReads, CursorWrites, Durability, MemoryStore, Store};
//! use xmtp_types::{GroupId, OriginatorId, SequenceId, Topic};
//!
//! let store = MemoryStore::new();
//! let topic = Topic::group(&GroupId::from([7; 16]));
//!
//! let mut tx = store.begin(Durability::Full)?;
//! tx.advance_cursor(&topic, OriginatorId::V3_MESSAGES, SequenceId::new(3))?;
//! tx.commit()?;
//!
//! assert_eq!(store.read()?.cursor(&topic)?.highest(), SequenceId::new(3));
//! # Ok::<(), xmtp_storage::StorageError>(())
//! ```
//!
//! Features: `sqlite` (default) builds the SQLCipher store with the library in it; `conformance` gives the suite that
//! every store passes to other crates.

mod commit_logs;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod consents;
mod cursors;
mod deletions;
mod error;
mod file_name;
mod group_query;
mod groups;
mod identities;
mod intents;
mod kv;
mod memory;
mod message_query;
mod messages;
mod preferences;
mod removals;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use commit_logs::{CommitLogReads, CommitLogRow, CommitLogSide, CommitLogState, CommitLogWrites, ReaddRow};
pub use consents::{ConsentEntity, ConsentReads, ConsentRow, ConsentState, ConsentWrites};
pub use cursors::{CursorReads, CursorWrites};
pub use deletions::{DeletionCause, DeletionReads, DeletionRow, DeletionWrites, EarlyDeletionRow};
pub use error::StorageError;
pub use file_name::database_file_name;
pub use group_query::{GroupOrder, GroupQuery};
pub use groups::{ConversationKind, GroupReads, GroupRow, GroupStatus, GroupWrites};
pub use identities::{IdentityReads, IdentityUpdateRow, IdentityWrites};
pub use intents::{Beginning, IntentId, IntentReads, IntentRow, IntentState, IntentWrites, NewIntent};
pub use kv::{KvReads, KvWrites, Namespace};
pub use memory::MemoryStore;
pub use message_query::{MessageOrder, MessageQuery, Place};
pub use messages::{DeliveryStatus, MessageKind, MessageReads, MessageRow, MessageWrites};
pub use preferences::{Preference, PreferenceReads, PreferenceRow, PreferenceSource, PreferenceWrites};
pub use removals::{PendingRemovalRow, RemovalReads, RemovalWrites};
#[cfg(all(feature = "sqlite", any(fuzzing, test)))]
pub use sqlite::fuzzing;
#[cfg(feature = "sqlite")]
pub use sqlite::{DatabaseKey, InvalidDatabaseKey, SqliteStore};
pub use store::{Durability, Store, StoreRead, StoreTx};
