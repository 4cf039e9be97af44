//! Consent in memory.
use super::session::{Holds, Session, Writing};
use crate::{ConsentEntity, ConsentReads, ConsentRow, ConsentWrites, StorageError};

impl<T: Holds> ConsentReads for Session<T> {
    fn consent(&mut self, entity: &ConsentEntity) -> Result<Option<ConsentRow>, StorageError> {
        Ok(self.0.tables().consents.get(entity).cloned())
    }
}

impl ConsentWrites for Session<Writing<'_>> {
    fn put_consent(&mut self, row: &ConsentRow) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.consents, row.entity.clone(), Some(row.clone()));
        Ok(())
    }
}
