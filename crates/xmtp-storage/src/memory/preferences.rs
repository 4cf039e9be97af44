//! Changes of preferences in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::Counter,
};
use crate::{PreferenceReads, PreferenceRow, PreferenceWrites, StorageError};
use std::ops::Bound;

impl<T: Holds> PreferenceReads for Session<T> {
    fn preferences_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, PreferenceRow)>, StorageError> {
        let rows = self.0.tables().preferences.range((Bound::Excluded(position), Bound::Unbounded));
        Ok(rows.take(limit as usize).map(|(position, row)| (*position, row.clone())).collect())
    }

    fn newest_preference(&mut self) -> Result<u64, StorageError> {
        Ok(self.0.tables().preferences.iter().next_back().map_or(0, |(position, _)| *position))
    }
}

impl PreferenceWrites for Session<Writing<'_>> {
    fn append_preference(&mut self, row: &PreferenceRow) -> Result<(), StorageError> {
        let position = self.0.count(Counter::Preferences);
        self.0.set(|tables| &mut tables.preferences, position, Some(row.clone()));
        Ok(())
    }
}
