//! Identity logs in memory.
use super::session::{Holds, Session, Writing};
use crate::{IdentityReads, IdentityUpdateRow, IdentityWrites, StorageError};
use xmtp_types::{InboxId, SequenceId};

impl<T: Holds> IdentityReads for Session<T> {
    fn identity_log(
        &mut self,
        inbox: &InboxId,
        up_to: Option<SequenceId>,
    ) -> Result<Vec<IdentityUpdateRow>, StorageError> {
        let to = up_to.unwrap_or(SequenceId::new(u64::MAX));
        let rows = self.0.tables().identities.range((*inbox, SequenceId::ZERO)..=(*inbox, to));
        Ok(rows.map(|(_, row)| row.clone()).collect())
    }

    fn latest_identity(&mut self, inbox: &InboxId) -> Result<Option<SequenceId>, StorageError> {
        let whole = (*inbox, SequenceId::ZERO)..=(*inbox, SequenceId::new(u64::MAX));
        let newest = self.0.tables().identities.range(whole).next_back();
        Ok(newest.map(|((_, sequence_id), _)| *sequence_id))
    }
}

impl IdentityWrites for Session<Writing<'_>> {
    fn append_identity(&mut self, inbox: &InboxId, updates: &[IdentityUpdateRow]) -> Result<(), StorageError> {
        for update in updates {
            let key = (*inbox, update.sequence_id);
            if self.0.tables().identities.get(&key).is_none() {
                self.0.set(|tables| &mut tables.identities, key, Some(update.clone()));
            }
        }
        Ok(())
    }
}
