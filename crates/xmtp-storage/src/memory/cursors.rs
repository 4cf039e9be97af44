//! Cursors in memory.
use super::session::{Holds, Session, Writing};
use crate::{CursorReads, CursorWrites, StorageError};
use xmtp_types::{Cursor, OriginatorId, SequenceId, Topic};

impl<T: Holds> CursorReads for Session<T> {
    fn cursor(&mut self, topic: &Topic) -> Result<Cursor, StorageError> {
        let from = (topic.clone(), OriginatorId::new(0));
        let to = (topic.clone(), OriginatorId::new(u32::MAX));
        let rows = self.0.tables().cursors.range(from..=to);
        Ok(rows.map(|((_, originator), sequence_id)| (*originator, *sequence_id)).collect())
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
