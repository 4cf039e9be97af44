//! Cursors on disk.
use super::{
    cached::{Value, execute},
    convert::{from_sequence_id, to_sequence_id},
    schema::cursors,
    session::{Connected, Session, Writing},
};
use crate::{CursorReads, CursorWrites, StorageError};
use diesel::prelude::*;
use std::collections::HashMap;
use xmtp_types::{Cursor, GroupId, OriginatorId, SequenceId, Topic, TopicKind};

// STORE.R11
const ADVANCE: &str = "INSERT INTO cursors (topic, originator, sequence_id) VALUES (?, ?, ?) \
    ON CONFLICT (topic, originator) DO UPDATE SET sequence_id = excluded.sequence_id \
    WHERE excluded.sequence_id > cursors.sequence_id";

impl<T: Connected> CursorReads for Session<T> {
    fn cursor(&mut self, topic: &Topic) -> Result<Cursor, StorageError> {
        let rows = cursors::table.filter(cursors::topic.eq(stored(topic)));
        let rows = rows.select((cursors::originator, cursors::sequence_id));
        let rows: Vec<(i64, i64)> = self.0.query(|connection| rows.load(connection))?;
        rows.into_iter().map(|(originator, sequence_id)| to_position(originator, sequence_id)).collect()
    }

    fn group_cursors(&mut self) -> Result<HashMap<GroupId, Cursor>, StorageError> {
        let [first, behind] = [[TopicKind::Group as u8], [TopicKind::Group as u8 + 1]];
        let rows = cursors::table.filter(cursors::topic.ge(first.as_slice()).and(cursors::topic.lt(behind.as_slice())));
        let rows = rows.select((cursors::topic, cursors::originator, cursors::sequence_id));
        let rows: Vec<(Vec<u8>, i64, i64)> = self.0.query(|connection| rows.load(connection))?;
        let mut found: HashMap<GroupId, Cursor> = HashMap::with_capacity(rows.len());
        for (topic, originator, sequence_id) in rows {
            let (originator, sequence_id) = to_position(originator, sequence_id)?;
            let group = GroupId::from(topic.get(1..).unwrap_or_default());
            found.entry(group).or_default().advance(originator, sequence_id);
        }
        Ok(found)
    }
}

fn to_position(originator: i64, sequence_id: i64) -> Result<(OriginatorId, SequenceId), StorageError> {
    let originator = u32::try_from(originator).map_err(|_| StorageError::Damaged("originator"))?;
    Ok((OriginatorId::new(originator), to_sequence_id(sequence_id)?))
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
