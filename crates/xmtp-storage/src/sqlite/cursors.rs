//! Cursors on disk.
use super::{
    cached::{Value, execute},
    convert::{from_sequence_id, to_sequence_id},
    schema::cursors,
    session::{Connected, Session, Writing},
};
use crate::{CursorReads, CursorWrites, StorageError};
use diesel::prelude::*;
use xmtp_types::{Cursor, OriginatorId, SequenceId, Topic};

// STORE.R11
const ADVANCE: &str = "INSERT INTO cursors (topic, originator, sequence_id) VALUES (?, ?, ?) \
    ON CONFLICT (topic, originator) DO UPDATE SET sequence_id = excluded.sequence_id \
    WHERE excluded.sequence_id > cursors.sequence_id";

impl<T: Connected> CursorReads for Session<T> {
    fn cursor(&mut self, topic: &Topic) -> Result<Cursor, StorageError> {
        let rows = cursors::table.filter(cursors::topic.eq(stored(topic)));
        let rows = rows.select((cursors::originator, cursors::sequence_id));
        let rows: Vec<(i64, i64)> = self.0.query(|connection| rows.load(connection))?;
        let to_position = |(originator, sequence_id)| {
            let originator = u32::try_from(originator).map_err(|_| StorageError::Damaged("originator"))?;
            Ok((OriginatorId::new(originator), to_sequence_id(sequence_id)?))
        };
        rows.into_iter().map(to_position).collect()
    }
}

/// The kind of a topic, then its id.
fn stored(topic: &Topic) -> Vec<u8> {
    [&[topic.kind() as u8], topic.id()].concat()
}

impl CursorWrites for Session<Writing<'_>> {
    fn advance_cursor(
        &mut self,
        topic: &Topic,
        originator: OriginatorId,
        sequence_id: SequenceId,
    ) -> Result<(), StorageError> {
        if sequence_id == SequenceId::ZERO {
            return Ok(());
        }
        let topic = stored(topic);
        let sequence_id = from_sequence_id(sequence_id)?;
        let values = [
            Value::Bytes(Some(&topic)),
            Value::Integer(Some(i64::from(originator.as_u32()))),
            Value::Integer(Some(sequence_id)),
        ];
        self.0.write(|writer| execute(&mut writer.connection, ADVANCE, &values)).map(drop)
    }
}
