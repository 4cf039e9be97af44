//! Deletions on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    convert::{bound, from_time, to_id, to_message_id, to_time},
    schema::{deletions, early_deletions},
    session::{Connected, Session, Writing},
};
use crate::{DeletionCause, DeletionReads, DeletionRow, DeletionWrites, EarlyDeletionRow, StorageError};
use diesel::prelude::*;
use xmtp_types::{GroupId, InboxId, MessageId, Timestamp};

/// The numbers of causes.
const EXPIRED: i32 = 1;
const SENDER: i32 = 2;
const SUPER_ADMIN: i32 = 3;

/// Messages asked about in one statement.
const ASKED_AT_ONCE: usize = 500;

const NOTE_EXPIRED: &str = "INSERT OR IGNORE INTO deletions (message, group_id, cause, at) \
    SELECT id, group_id, 1, ? FROM messages JOIN conversations ON conversations.position = conversation \
    WHERE expires_at <= ? ORDER BY messages.position";

type Stored = (i64, Vec<u8>, Vec<u8>, i32, Option<Vec<u8>>, i64);
type StoredEarly = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, bool);

impl<T: Connected> DeletionReads for Session<T> {
    fn deletion(&mut self, message: &MessageId) -> Result<Option<DeletionRow>, StorageError> {
        let row = deletions::table.filter(deletions::message.eq(message.as_bytes().as_slice()));
        let row: Option<Stored> = self.0.query(|connection| row.get_result(connection).optional())?;
        row.map(|row| Ok(to_row(row)?.1)).transpose()
    }

    fn deletions_of(&mut self, messages: &[MessageId]) -> Result<Vec<DeletionRow>, StorageError> {
        let mut found = Vec::new();
        if self.newest_deletion()? == 0 {
            return Ok(found);
        }
        for messages in messages.chunks(ASKED_AT_ONCE) {
            let ids = messages.iter().map(|message| message.as_bytes().as_slice());
            let rows = deletions::table.filter(deletions::message.eq_any(ids));
            let rows: Vec<Stored> = self.0.query(|connection| rows.load(connection))?;
            for row in rows {
                found.push(to_row(row)?.1);
            }
        }
        Ok(found)
    }

    fn deletions_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, DeletionRow)>, StorageError> {
        let rows = deletions::table.filter(deletions::position.gt(bound(position)));
        let rows = rows.order(deletions::position).limit(i64::from(limit));
        let rows: Vec<Stored> = self.0.query(|connection| rows.load(connection))?;
        rows.into_iter().map(to_row).collect()
    }

    fn newest_deletion(&mut self) -> Result<u64, StorageError> {
        let newest = deletions::table.select(deletions::position).order(deletions::position.desc());
        let newest: Option<i64> = self.0.query(|connection| newest.get_result(connection).optional())?;
        Ok(newest.map_or(0, i64::cast_unsigned))
    }

    fn early_deletions(&mut self, message: &MessageId) -> Result<Vec<EarlyDeletionRow>, StorageError> {
        let rows = early_deletions::table.filter(early_deletions::message.eq(message.as_bytes().as_slice()));
        let rows = rows.order(early_deletions::request);
        let rows: Vec<StoredEarly> = self.0.query(|connection| rows.load(connection))?;
        rows.into_iter().map(to_early).collect()
    }

    fn has_early_deletions(&mut self) -> Result<bool, StorageError> {
        let one = early_deletions::table.select(early_deletions::is_super_admin);
        let one: Option<bool> = self.0.query(|connection| one.get_result(connection).optional())?;
        Ok(one.is_some())
    }
}

fn to_row((position, message, group, cause, by, at): Stored) -> Result<(u64, DeletionRow), StorageError> {
    let cause = match (cause, by) {
        (EXPIRED, _) => DeletionCause::Expired,
        (SENDER, _) => DeletionCause::Sender,
        (SUPER_ADMIN, Some(inbox)) => DeletionCause::SuperAdmin(InboxId::from_bytes(to_id(&inbox, "inbox id")?)),
        _ => return Err(StorageError::Damaged("deletion")),
    };
    let row = DeletionRow { message: to_message_id(&message)?, group: GroupId::from(group), cause, at: to_time(at)? };
    Ok((position.cast_unsigned(), row))
}

fn to_early((request, message, group, sender, is_super_admin): StoredEarly) -> Result<EarlyDeletionRow, StorageError> {
    Ok(EarlyDeletionRow {
        request: to_message_id(&request)?,
        message: to_message_id(&message)?,
        group: GroupId::from(group),
        sender: InboxId::from_bytes(to_id(&sender, "inbox id")?),
        is_super_admin,
    })
}

/// Notes the messages that have expired at `now`.
pub(super) fn note_expired(writer: &mut Writer, noted_at: Timestamp, now: i64) -> QueryResult<()> {
    let values = [Value::Integer(Some(from_time(noted_at))), Value::Integer(Some(now))];
    execute(&mut writer.connection, NOTE_EXPIRED, &values).map(drop)
}

impl DeletionWrites for Session<Writing<'_>> {
    fn put_deletion(&mut self, row: &DeletionRow) -> Result<bool, StorageError> {
        let (cause, by) = match &row.cause {
            DeletionCause::Expired => (EXPIRED, None),
            DeletionCause::Sender => (SENDER, None),
            DeletionCause::SuperAdmin(inbox) => (SUPER_ADMIN, Some(inbox.as_bytes().as_slice())),
        };
        let values = (
            deletions::message.eq(row.message.as_bytes().as_slice()),
            deletions::group_id.eq(row.group.as_bytes()),
            deletions::cause.eq(cause),
            deletions::deleted_by.eq(by),
            deletions::at.eq(from_time(row.at)),
        );
        let insert = diesel::insert_or_ignore_into(deletions::table).values(values);
        Ok(self.0.write(|writer| insert.execute(&mut writer.connection))? > 0)
    }

    fn put_early_deletion(&mut self, row: &EarlyDeletionRow) -> Result<(), StorageError> {
        let values = (
            early_deletions::request.eq(row.request.as_bytes().as_slice()),
            early_deletions::message.eq(row.message.as_bytes().as_slice()),
            early_deletions::group_id.eq(row.group.as_bytes()),
            early_deletions::sender.eq(row.sender.as_bytes().as_slice()),
            early_deletions::is_super_admin.eq(row.is_super_admin),
        );
        let put = diesel::replace_into(early_deletions::table).values(values);
        self.0.write(|writer| put.execute(&mut writer.connection)).map(drop)
    }

    fn forget_early_deletions(&mut self, message: &MessageId) -> Result<(), StorageError> {
        let rows = early_deletions::table.filter(early_deletions::message.eq(message.as_bytes().as_slice()));
        self.0.write(|writer| diesel::delete(rows).execute(&mut writer.connection)).map(drop)
    }
}
