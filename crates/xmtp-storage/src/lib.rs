//! What one installation keeps: store traits, a memory store and a SQLCipher store.
//!
//! A [`Store`] has one writer and many readers. [`Store::begin`] opens the one write transaction; dropping it undoes
//! everything, [`StoreTx::commit`] keeps everything. [`Store::read`] opens a reader that never waits for the writer.
//! Rows hold ids and bytes only: what must be kept together is decided above.

mod consents;
mod cursors;
mod error;
mod groups;
mod identities;
mod intents;
mod kv;
mod messages;
mod store;

pub use consents::{ConsentEntity, ConsentReads, ConsentRow, ConsentState, ConsentWrites};
pub use cursors::{CursorReads, CursorWrites};
pub use error::StorageError;
pub use groups::{ConversationKind, GroupQuery, GroupReads, GroupRow, GroupStatus, GroupWrites};
pub use identities::{IdentityReads, IdentityUpdateRow, IdentityWrites};
pub use intents::{IntentId, IntentReads, IntentRow, IntentState, IntentWrites, NewIntent};
pub use kv::{KvReads, KvWrites, Namespace};
pub use messages::{DeliveryStatus, MessageKind, MessageOrder, MessageQuery, MessageReads, MessageRow, MessageWrites};
pub use store::{Durability, Store, StoreRead, StoreTx};
