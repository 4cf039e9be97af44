//! The store: one writer, many readers.
use crate::{
    CommitLogReads, CommitLogWrites, ConsentReads, ConsentWrites, CursorReads, CursorWrites, DeletionReads,
    DeletionWrites, GroupReads, GroupWrites, IdentityReads, IdentityWrites, IntentReads, IntentWrites, KvReads,
    KvWrites, MessageReads, MessageWrites, PreferenceReads, PreferenceWrites, RemovalReads, RemovalWrites,
    StorageError,
};
use std::fmt::Debug;

/// How hard a commit tries to survive a power cut. A killed process loses nothing either way.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Durability {
    /// The commit is on the disk when it returns (`synchronous = FULL`). Always used before something is sent, so
    /// that no power cut rolls back a ratchet the network has seen.
    #[default]
    Full,
    /// The commit may be lost in a power cut, whole (`synchronous = NORMAL`). For what the network can send again.
    Relaxed,
}

/// One installation's data.
pub trait Store: Debug + Send + Sync {
    /// Opens the write transaction, waiting for the one before it to end.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn begin(&self, durability: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError>;

    /// Opens a reader on the last committed state. Never waits for a writer.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError>;

    /// Does what can wait until nobody does: to be called when a transaction was committed and its result handed out.
    /// Keeps no reader and no writer waiting.
    ///
    /// # Errors
    /// [`StorageError`] if it could not be done now; nothing is lost by that.
    fn tidy(&self) -> Result<(), StorageError> {
        Ok(())
    }

    /// Gives back files and memory that are of use only while something is done, if nobody uses them now. The next
    /// transaction or read takes them again.
    fn rest(&self) {}

    /// Goes through all that is kept, while nobody writes, and says what is damaged, as words for a person; nothing if all
    /// is sound, which a store that is not on a disk always is.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be gone through.
    fn check(&self) -> Result<Vec<String>, StorageError> {
        Ok(Vec::new())
    }
}

/// Everything that can be asked of a store.
pub trait StoreRead:
    ConsentReads
    + CursorReads
    + GroupReads
    + IdentityReads
    + IntentReads
    + KvReads
    + MessageReads
    + PreferenceReads
    + CommitLogReads
    + RemovalReads
    + DeletionReads
{
}

/// A write transaction. Reads inside it see its own writes. Dropping it undoes everything.
pub trait StoreTx:
    StoreRead
    + ConsentWrites
    + CursorWrites
    + GroupWrites
    + IdentityWrites
    + IntentWrites
    + KvWrites
    + MessageWrites
    + PreferenceWrites
    + CommitLogWrites
    + RemovalWrites
    + DeletionWrites
{
    /// Keeps everything written.
    ///
    /// # Errors
    /// [`StorageError`]; then nothing was kept.
    fn commit(self: Box<Self>) -> Result<(), StorageError>;

    /// Marks a point to return to. Marks nest: the newest one counts, until it is released.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn savepoint(&mut self) -> Result<(), StorageError>;

    /// Undoes what was written since the newest mark. The mark stays.
    ///
    /// # Errors
    /// [`StorageError`] if there is no mark or the store cannot be written.
    fn rollback_to_savepoint(&mut self) -> Result<(), StorageError>;

    /// Forgets the newest mark and keeps what was written since: the mark before it counts again.
    ///
    /// # Errors
    /// [`StorageError`] if there is no mark or the store cannot be written.
    fn release_savepoint(&mut self) -> Result<(), StorageError>;
}

const _: fn(Box<dyn Store>) = drop;
