//! Deletions in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::Counter,
};
use crate::{DeletionReads, DeletionRow, DeletionWrites, EarlyDeletionRow, StorageError};
use std::ops::Bound;
use xmtp_types::MessageId;

impl<T: Holds> DeletionReads for Session<T> {
    fn deletion(&mut self, message: &MessageId) -> Result<Option<DeletionRow>, StorageError> {
        let tables = self.0.tables();
        let position = tables.deletion_positions.get(message);
        Ok(position.and_then(|position| tables.deletions.get(position)).cloned())
    }

    fn deletions_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, DeletionRow)>, StorageError> {
        let rows = self.0.tables().deletions.range((Bound::Excluded(position), Bound::Unbounded));
        Ok(rows.take(limit as usize).map(|(position, row)| (*position, row.clone())).collect())
    }

    fn newest_deletion(&mut self) -> Result<u64, StorageError> {
        Ok(self.0.tables().deletions.iter().next_back().map_or(0, |(position, _)| *position))
    }

    fn early_deletions(&mut self, message: &MessageId) -> Result<Vec<EarlyDeletionRow>, StorageError> {
        let rows = self.0.tables().early_deletions.iter().map(|(_, row)| row);
        Ok(rows.filter(|row| row.message == *message).cloned().collect())
    }

    fn has_early_deletions(&mut self) -> Result<bool, StorageError> {
        Ok(self.0.tables().early_deletions.iter().next().is_some())
    }
}

impl DeletionWrites for Session<Writing<'_>> {
    fn put_deletion(&mut self, row: &DeletionRow) -> Result<bool, StorageError> {
        if self.0.tables().deletion_positions.get(&row.message).is_some() {
            return Ok(false);
        }
        let position = self.0.count(Counter::Deletions);
        self.0.set(|tables| &mut tables.deletion_positions, row.message, Some(position));
        self.0.set(|tables| &mut tables.deletions, position, Some(row.clone()));
        Ok(true)
    }

    fn put_early_deletion(&mut self, row: &EarlyDeletionRow) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.early_deletions, row.request, Some(row.clone()));
        Ok(())
    }

    fn forget_early_deletions(&mut self, message: &MessageId) -> Result<(), StorageError> {
        for row in self.early_deletions(message)? {
            self.0.set(|tables| &mut tables.early_deletions, row.request, None);
        }
        Ok(())
    }
}
