//! Wishes to be removed from a group.
use super::rows::{group_id, inbox, message_id, write};
use crate::{PendingRemovalRow, StorageError, Store};

/// A wish is kept by group and inbox; the message that asked first counts.
pub fn a_wish_to_be_removed_is_noted_once_and_forgotten(store: &dyn Store) -> Result<(), StorageError> {
    let row = |group, who, message| PendingRemovalRow {
        group: group_id(group),
        inbox: inbox(who),
        message: message_id(message),
    };
    assert_eq!(store.read()?.groups_with_pending_removals()?, []);
    write(store, |tx| {
        let rows = [row(2, 0xff, 1), row(1, 9, 2), row(1, 0, 3), row(1, 9, 4)];
        rows.iter().try_for_each(|row| tx.put_pending_removal(row))
    })?;
    assert_eq!(store.read()?.pending_removals(&group_id(1))?, [row(1, 0, 3), row(1, 9, 2)]);
    assert_eq!(store.read()?.pending_removals(&group_id(2))?, [row(2, 0xff, 1)]);
    assert_eq!(store.read()?.groups_with_pending_removals()?, [group_id(1), group_id(2)]);

    write(store, |tx| {
        tx.delete_pending_removal(&group_id(1), &inbox(0xff))?;
        tx.delete_pending_removal(&group_id(2), &inbox(0xff))?;
        tx.delete_pending_removal(&group_id(1), &inbox(9))
    })?;
    assert_eq!(store.read()?.pending_removals(&group_id(1))?, [row(1, 0, 3)]);
    assert_eq!(store.read()?.groups_with_pending_removals()?, [group_id(1)]);
    Ok(())
}
