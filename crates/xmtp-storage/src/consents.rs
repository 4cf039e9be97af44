//! Who may write to this inbox.
use crate::StorageError;
use xmtp_types::{GroupId, InboxId, Timestamp};

/// What consent is about.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConsentEntity {
    /// One conversation.
    Conversation(GroupId),
    /// Whatever an inbox sends.
    Inbox(InboxId),
}

/// Whether something is wanted. The number is the one released clients store.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum ConsentState {
    /// Nobody decided.
    #[default]
    Unknown = 0,
    /// Wanted.
    Allowed = 1,
    /// Not wanted.
    Denied = 2,
}

/// One decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConsentRow {
    /// What it is about.
    pub entity: ConsentEntity,
    /// What was decided.
    pub state: ConsentState,
    /// When.
    pub decided_at: Timestamp,
}

/// Reading consent.
pub trait ConsentReads {
    /// The decision about `entity`; `None` means unknown.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn consent(&mut self, entity: &ConsentEntity) -> Result<Option<ConsentRow>, StorageError>;
}

/// Writing consent.
pub trait ConsentWrites {
    /// Inserts a decision or replaces the one about the same entity.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_consent(&mut self, row: &ConsentRow) -> Result<(), StorageError>;
}
