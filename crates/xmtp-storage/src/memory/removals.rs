//! Who has asked to be removed from a group, in memory.
use super::session::{Holds, Session, Writing};
use crate::{PendingRemovalRow, RemovalReads, RemovalWrites, StorageError};
use xmtp_types::{GroupId, InboxId};

impl<T: Holds> RemovalReads for Session<T> {
    fn pending_removals(&mut self, group: &GroupId) -> Result<Vec<PendingRemovalRow>, StorageError> {
        let first = (group.clone(), InboxId::from_bytes([0; 32]));
        let last = (group.clone(), InboxId::from_bytes([0xff; 32]));
        Ok(self.0.tables().pending_removals.range(first..=last).map(|(_, row)| row.clone()).collect())
    }

    fn groups_with_pending_removals(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let rows = self.0.tables().pending_removals.iter();
        let mut groups: Vec<_> = rows.map(|((group, _), _)| group.clone()).collect();
        groups.dedup();
        Ok(groups)
    }
}

impl RemovalWrites for Session<Writing<'_>> {
    fn put_pending_removal(&mut self, row: &PendingRemovalRow) -> Result<(), StorageError> {
        let key = (row.group.clone(), row.inbox);
        if self.0.tables().pending_removals.get(&key).is_none() {
            self.0.set(|tables| &mut tables.pending_removals, key, Some(row.clone()));
        }
        Ok(())
    }

    fn delete_pending_removal(&mut self, group: &GroupId, inbox: &InboxId) -> Result<(), StorageError> {
        let key = (group.clone(), *inbox);
        if self.0.tables().pending_removals.get(&key).is_some() {
            self.0.set(|tables| &mut tables.pending_removals, key, None);
        }
        Ok(())
    }
}
