//! Who has asked to be removed from a group.
use crate::StorageError;
use xmtp_types::{GroupId, InboxId, MessageId};

/// A wish to be removed, until it has happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PendingRemovalRow {
    /// The group.
    pub group: GroupId,
    /// Who asked.
    pub inbox: InboxId,
    /// The message that asked.
    pub message: MessageId,
}

/// Reading wishes to be removed.
pub trait RemovalReads {
    /// Wishes to be removed from `group`, by inbox.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn pending_removals(&mut self, group: &GroupId) -> Result<Vec<PendingRemovalRow>, StorageError>;

    /// Groups from which somebody wishes to be removed, each once. Costs next to nothing while nobody does.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn groups_with_pending_removals(&mut self) -> Result<Vec<GroupId>, StorageError>;
}

/// Writing wishes to be removed.
pub trait RemovalWrites {
    /// Notes a wish. The first message of an inbox that asked counts: one that asks again changes nothing.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_pending_removal(&mut self, row: &PendingRemovalRow) -> Result<(), StorageError>;

    /// Forgets the wish of `inbox`; no effect if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn delete_pending_removal(&mut self, group: &GroupId, inbox: &InboxId) -> Result<(), StorageError>;
}
