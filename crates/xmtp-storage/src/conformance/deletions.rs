//! Deletions.
use super::rows::{at, group_id, inbox, message, message_id, write};
use crate::{DeletionCause, DeletionRow, EarlyDeletionRow, MessageRow, StorageError, Store};

fn deletion(number: u8, cause: DeletionCause) -> DeletionRow {
    DeletionRow { message: message_id(number), group: group_id(1), cause, at: at(7) }
}

/// The first deletion of a message counts; they are read in the order in which they were noted.
pub fn a_message_is_deleted_once_and_deletions_are_read_in_order(store: &dyn Store) -> Result<(), StorageError> {
    assert_eq!(store.read()?.newest_deletion()?, 0);
    let causes = [DeletionCause::SuperAdmin(inbox(3)), DeletionCause::Sender, DeletionCause::Expired];
    let rows: Vec<_> = (1..).zip(causes).map(|(number, cause)| deletion(number, cause)).collect();
    for row in rows.iter().rev() {
        assert!(write(store, |tx| tx.put_deletion(row))?);
    }
    assert!(!write(store, |tx| tx.put_deletion(&deletion(1, DeletionCause::Sender)))?);
    let mut read = store.read()?;
    let noted = read.deletions_after(0, 10)?;
    assert!(noted.iter().map(|(_, row)| row).eq(rows.iter().rev()));
    let [(first, _), second, (last, _)] = noted.as_slice() else {
        return Err(StorageError::Damaged("list of deletions"));
    };
    assert_eq!(read.deletions_after(*first, 1)?.as_slice(), std::slice::from_ref(second));
    assert_eq!(read.deletions_after(*last, 1)?, []);
    assert_eq!(read.newest_deletion()?, *last);
    assert_eq!(read.deletion(&message_id(1))?.as_ref(), rows.first());
    assert_eq!(read.deletion(&message_id(9))?, None);
    Ok(())
}

/// What has expired is noted in the order in which it was stored; who deleted a message before stays the cause.
pub fn expired_messages_are_noted_as_deleted(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        for number in [3, 1, 2] {
            tx.insert_message(&MessageRow { expires_at: Some(at(5)), ..message(number, 1, 10) })?;
        }
        tx.insert_message(&message(4, 1, 10))?;
        tx.put_deletion(&deletion(1, DeletionCause::Sender))
    })?;
    write(store, |tx| tx.delete_expired(at(6)))?;
    let noted: Vec<_> = store.read()?.deletions_after(0, 10)?.into_iter().map(|(_, row)| row).collect();
    let expired = |number| DeletionRow { at: at(6), ..deletion(number, DeletionCause::Expired) };
    assert_eq!(noted, [deletion(1, DeletionCause::Sender), expired(3), expired(2)]);
    Ok(())
}

/// Wishes are kept by request and forgotten by message.
pub fn wishes_to_delete_wait_for_their_message(store: &dyn Store) -> Result<(), StorageError> {
    let wish = |request, message, is_super_admin| EarlyDeletionRow {
        request: message_id(request),
        message: message_id(message),
        group: group_id(1),
        sender: inbox(request),
        is_super_admin,
    };
    let rows = [wish(1, 8, true), wish(2, 8, false), wish(3, 9, false)];
    assert!(!store.read()?.has_early_deletions()?);
    write(store, |tx| rows.iter().chain(&rows).try_for_each(|row| tx.put_early_deletion(row)))?;
    assert_eq!(store.read()?.early_deletions(&message_id(8))?, rows[..2]);
    write(store, |tx| tx.forget_early_deletions(&message_id(8)))?;
    assert_eq!(store.read()?.early_deletions(&message_id(8))?, []);
    assert_eq!(store.read()?.early_deletions(&message_id(9))?, rows[2..]);
    assert!(store.read()?.has_early_deletions()?);
    write(store, |tx| tx.forget_early_deletions(&message_id(9)))?;
    assert!(!store.read()?.has_early_deletions()?);
    Ok(())
}
