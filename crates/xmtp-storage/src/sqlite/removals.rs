//! Who has asked to be removed from a group, on disk.
use super::{
    convert::{to_id, to_message_id},
    schema::pending_removals::dsl::{group_id, inbox, message, pending_removals},
    session::{Connected, Session, Writing},
};
use crate::{PendingRemovalRow, RemovalReads, RemovalWrites, StorageError};
use diesel::prelude::*;
use xmtp_types::{GroupId, InboxId};

impl<T: Connected> RemovalReads for Session<T> {
    fn pending_removals(&mut self, group: &GroupId) -> Result<Vec<PendingRemovalRow>, StorageError> {
        let rows = pending_removals.filter(group_id.eq(group.as_bytes())).select((inbox, message)).order(inbox);
        let rows: Vec<(Vec<u8>, Vec<u8>)> = self.0.query(|connection| rows.load(connection))?;
        let to_row = |(who, asked): (Vec<u8>, Vec<u8>)| {
            let who = to_id(&who, "inbox id").map(InboxId::from_bytes)?;
            Ok(PendingRemovalRow { group: group.clone(), inbox: who, message: to_message_id(&asked)? })
        };
        rows.into_iter().map(to_row).collect()
    }

    fn groups_with_pending_removals(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let groups = pending_removals.select(group_id).distinct().order(group_id);
        let groups: Vec<Vec<u8>> = self.0.query(|connection| groups.load(connection))?;
        Ok(groups.into_iter().map(GroupId::from).collect())
    }
}

impl RemovalWrites for Session<Writing<'_>> {
    fn put_pending_removal(&mut self, row: &PendingRemovalRow) -> Result<(), StorageError> {
        let values = (
            group_id.eq(row.group.as_bytes()),
            inbox.eq(row.inbox.as_bytes().as_slice()),
            message.eq(row.message.as_bytes().as_slice()),
        );
        let insert = diesel::insert_or_ignore_into(pending_removals).values(values);
        self.0.write(|writer| insert.execute(&mut writer.connection)).map(drop)
    }

    fn delete_pending_removal(&mut self, group: &GroupId, who: &InboxId) -> Result<(), StorageError> {
        let row = pending_removals.find((group.as_bytes(), who.as_bytes().as_slice()));
        self.0.write(|writer| diesel::delete(row).execute(&mut writer.connection)).map(drop)
    }
}
