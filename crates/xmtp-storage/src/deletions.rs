//! Which messages were deleted, in the order in which this installation learned of it.
//!
//! A message that a member deleted stays as it is, with this mark on it; one that expired is gone, and this is all that is
//! left of it. The log serves those who stream deletions, from any position.
use crate::StorageError;
use xmtp_types::{GroupId, InboxId, MessageId, Timestamp};

/// Why a message is not shown any more.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DeletionCause {
    /// Its time was over.
    Expired,
    /// Who sent it deleted it.
    Sender,
    /// This super admin deleted it.
    SuperAdmin(InboxId),
}

/// A deleted message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeletionRow {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub group: GroupId,
    /// Why it is not shown any more.
    pub cause: DeletionCause,
    /// When this installation learned of it.
    pub at: Timestamp,
}

/// A wish to delete a message that is not there yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EarlyDeletionRow {
    /// The message that says so.
    pub request: MessageId,
    /// The message to be deleted.
    pub message: MessageId,
    /// The conversation in which it was said.
    pub group: GroupId,
    /// Who said so.
    pub sender: InboxId,
    /// Whether that was a super admin then.
    pub is_super_admin: bool,
}

/// Reading deletions.
pub trait DeletionReads {
    /// The deletion of `message`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn deletion(&mut self, message: &MessageId) -> Result<Option<DeletionRow>, StorageError>;

    /// The first `limit` deletions after `position`, each with its own.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn deletions_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, DeletionRow)>, StorageError>;

    /// The position of the newest deletion; 0 if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn newest_deletion(&mut self) -> Result<u64, StorageError>;

    /// Wishes to delete `message` that came before it did.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn early_deletions(&mut self, message: &MessageId) -> Result<Vec<EarlyDeletionRow>, StorageError>;

    /// Whether there is a wish to delete any message that is not there yet.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn has_early_deletions(&mut self) -> Result<bool, StorageError>;
}

/// Writing deletions.
pub trait DeletionWrites {
    /// Notes that a message was deleted, unless that is noted. Says whether it was new.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_deletion(&mut self, row: &DeletionRow) -> Result<bool, StorageError>;

    /// Keeps a wish until its message comes; once for each request.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_early_deletion(&mut self, row: &EarlyDeletionRow) -> Result<(), StorageError>;

    /// Forgets the wishes about `message`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn forget_early_deletions(&mut self, message: &MessageId) -> Result<(), StorageError>;
}
