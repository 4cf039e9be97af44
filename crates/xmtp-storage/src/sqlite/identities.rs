//! Identity logs on disk.
use super::{
    convert::{bound, from_sequence_id, from_time, to_sequence_id, to_time},
    schema::identity_updates::dsl::{identity_updates, inbox, payload, sequence_id, server_time},
    session::{Connected, Session, Writing},
};
use crate::{IdentityReads, IdentityUpdateRow, IdentityWrites, StorageError};
use diesel::prelude::*;
use xmtp_types::{InboxId, SequenceId};

impl<T: Connected> IdentityReads for Session<T> {
    fn identity_log(
        &mut self,
        of: &InboxId,
        up_to: Option<SequenceId>,
    ) -> Result<Vec<IdentityUpdateRow>, StorageError> {
        let last = up_to.map_or(i64::MAX, |up_to| bound(up_to.as_u64()));
        let rows = identity_updates.filter(inbox.eq(of.as_bytes().as_slice())).filter(sequence_id.le(last));
        let rows = rows.select((sequence_id, server_time, payload)).order(sequence_id);
        let rows: Vec<(i64, i64, Vec<u8>)> = self.0.query(|connection| rows.load(connection))?;
        let to_row = |(number, at, bytes)| {
            Ok(IdentityUpdateRow { sequence_id: to_sequence_id(number)?, server_time: to_time(at)?, payload: bytes })
        };
        rows.into_iter().map(to_row).collect()
    }

    fn latest_identity(&mut self, of: &InboxId) -> Result<Option<SequenceId>, StorageError> {
        let newest = identity_updates.filter(inbox.eq(of.as_bytes().as_slice()));
        let newest = newest.select(sequence_id).order(sequence_id.desc());
        self.0.query(|connection| newest.get_result(connection).optional())?.map(to_sequence_id).transpose()
    }
}

impl IdentityWrites for Session<Writing<'_>> {
    fn append_identity(&mut self, of: &InboxId, updates: &[IdentityUpdateRow]) -> Result<(), StorageError> {
        for update in updates {
            let row = (
                inbox.eq(of.as_bytes().as_slice()),
                sequence_id.eq(from_sequence_id(update.sequence_id)?),
                server_time.eq(from_time(update.server_time)),
                payload.eq(&update.payload),
            );
            let insert = diesel::insert_or_ignore_into(identity_updates).values(row);
            self.0.write(|writer| insert.execute(&mut writer.connection))?;
        }
        Ok(())
    }
}
