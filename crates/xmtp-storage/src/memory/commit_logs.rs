//! Commit logs in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::Counter,
};
use crate::{CommitLogReads, CommitLogRow, CommitLogSide, CommitLogState, CommitLogWrites, ReaddRow, StorageError};
use xmtp_types::{GroupId, InstallationId, SequenceId};

impl<T: Holds> CommitLogReads for Session<T> {
    fn commit_log(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(u64, CommitLogRow)>, StorageError> {
        let Some(from) = position.checked_add(1) else { return Ok(Vec::new()) };
        let rows = self.0.tables().commit_log.range((group.clone(), side, from)..=(group.clone(), side, u64::MAX));
        Ok(rows.take(limit as usize).map(|((_, _, position), row)| (*position, row.clone())).collect())
    }

    fn newest_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
    ) -> Result<Option<(u64, CommitLogRow)>, StorageError> {
        let mut rows = self.0.tables().commit_log.range((group.clone(), side, 0)..=(group.clone(), side, u64::MAX));
        Ok(rows.next_back().map(|((_, _, position), row)| (*position, row.clone())))
    }

    fn logged_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        commit: SequenceId,
    ) -> Result<Option<CommitLogRow>, StorageError> {
        let rows = self.0.tables().commit_log.range((group.clone(), side, 0)..=(group.clone(), side, u64::MAX));
        Ok(rows.map(|(_, row)| row).rfind(|row| row.commit == commit).cloned())
    }

    fn commit_log_state(&mut self, group: &GroupId) -> Result<CommitLogState, StorageError> {
        Ok(self.0.tables().commit_log_states.get(group).cloned().unwrap_or_default())
    }

    fn readd(&mut self, group: &GroupId, installation: &InstallationId) -> Result<ReaddRow, StorageError> {
        Ok(self.0.tables().readds.get(&(group.clone(), *installation)).copied().unwrap_or_default())
    }

    fn open_readds(&mut self) -> Result<Vec<(GroupId, InstallationId)>, StorageError> {
        let open = self.0.tables().readds.iter().filter(|(_, row)| row.is_open());
        Ok(open.map(|(key, _)| key.clone()).collect())
    }
}

impl CommitLogWrites for Session<Writing<'_>> {
    fn append_commit(&mut self, group: &GroupId, side: CommitLogSide, row: &CommitLogRow) -> Result<(), StorageError> {
        let position = self.0.count(Counter::Commits);
        self.0.set(|tables| &mut tables.commit_log, (group.clone(), side, position), Some(row.clone()));
        Ok(())
    }

    fn put_commit_log_state(&mut self, group: &GroupId, state: &CommitLogState) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.commit_log_states, group.clone(), Some(state.clone()));
        Ok(())
    }

    fn put_readd(
        &mut self,
        group: &GroupId,
        installation: &InstallationId,
        row: &ReaddRow,
    ) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.readds, (group.clone(), *installation), Some(*row));
        Ok(())
    }
}
