//! How far each topic was processed.
use crate::StorageError;
use std::collections::HashMap;
use xmtp_types::{Cursor, GroupId, OriginatorId, SequenceId, Topic};

/// Reading cursors.
pub trait CursorReads {
    /// How far `topic` was processed.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn cursor(&mut self, topic: &Topic) -> Result<Cursor, StorageError>;

    /// How far the topic of each group was processed; one of which nothing was is left out.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn group_cursors(&mut self) -> Result<HashMap<GroupId, Cursor>, StorageError>;
}

/// Writing cursors.
pub trait CursorWrites {
    /// Moves the cursor of `topic` forward; never back.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn advance_cursor(
        &mut self,
        topic: &Topic,
        originator: OriginatorId,
        sequence_id: SequenceId,
    ) -> Result<(), StorageError>;
}
