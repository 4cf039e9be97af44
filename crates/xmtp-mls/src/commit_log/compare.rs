//! Whether the two accounts of a group are of one history.
use crate::{EngineError, Session};
use xmtp_storage::CommitLogSide::{Local, Remote};
use xmtp_types::{GroupId, SequenceId};

/// Entries looked through for one that both accounts have.
const LOOKED_THROUGH: u32 = 1000;

impl Session<'_> {
    /// Compares the two accounts of a group: the newest commit that both know tells.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn compare_commit_logs(&mut self, group: &GroupId) -> Result<(), EngineError> {
        let mut state = self.tx().commit_log_state(group)?;
        let local = self.tx().commit_log(group, Local, state.compared, LOOKED_THROUGH)?;
        let Some((newest, _)) = local.last() else { return Ok(()) };
        let mut found = None;
        for (position, row) in local.iter().rev().filter(|(_, row)| row.commit != SequenceId::ZERO) {
            let told = self.tx().logged_commit(group, Remote, row.commit)?;
            if let Some(told) = told {
                found = Some((*position == *newest, told.authenticator == row.authenticator));
                break;
            }
        }
        // FORK.R6
        state.is_forked = match found {
            Some((_, false)) => Some(true),
            Some((true, true)) => Some(false),
            Some((false, true)) | None => None,
        };
        if state.is_forked == Some(false) {
            state.suspicion = None;
            state.compared = *newest;
        }
        Ok(self.tx().put_commit_log_state(group, &state)?)
    }
}
