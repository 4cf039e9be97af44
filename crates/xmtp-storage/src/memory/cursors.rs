//! Cursors in memory.
use super::session::{Holds, Session, Writing};
use crate::{CursorReads, CursorWrites, StorageError};
use std::collections::HashMap;
use xmtp_types::{Cursor, GroupId, OriginatorId, SequenceId, Topic, TopicKind};

impl<T: Holds> CursorReads for Session<T> {
    fn cursor(&mut self, topic: &Topic) -> Result<Cursor, StorageError> {
        let from = (topic.clone(), OriginatorId::new(0));
        let to = (topic.clone(), OriginatorId::new(u32::MAX));
        let rows = self.0.tables().cursors.range(from..=to);
        Ok(rows.map(|((_, originator), sequence_id)| (*originator, *sequence_id)).collect())
    }

    fn group_cursors(&mut self) -> Result<HashMap<GroupId, Cursor>, StorageError> {
        let mut cursors: HashMap<GroupId, Cursor> = HashMap::new();
        for ((topic, originator), sequence_id) in self.0.tables().cursors.iter() {
            if topic.kind() == TopicKind::Group {
                cursors.entry(GroupId::from(topic.id())).or_default().advance(*originator, *sequence_id);
            }
        }
        Ok(cursors)
    }
}

impl CursorWrites for Session<Writing<'_>> {
    fn advance_cursor(
        &mut self,
        topic: &Topic,
        originator: OriginatorId,
        sequence_id: SequenceId,
    ) -> Result<(), StorageError> {
        let key = (topic.clone(), originator);
        let at = self.0.tables().cursors.get(&key).copied().unwrap_or_default();
        if sequence_id > at {
            self.0.set(|tables| &mut tables.cursors, key, Some(sequence_id));
        }
        Ok(())
    }
}
