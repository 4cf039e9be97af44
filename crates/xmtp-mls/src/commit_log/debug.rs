//! What whoever looks for a fault in a group wants to know.
use crate::{EngineError, Session};
use xmtp_storage::{CommitLogRow, CommitLogSide, CommitLogState};
use xmtp_types::{Cursor, Epoch, GroupId, Topic};

/// Entries of each account shown.
const ENTRIES: u32 = 1000;

/// Where a group stands, for whoever looks for a fault. Nothing in it is secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DebugInfo {
    /// The epoch it is in.
    pub epoch: Epoch,
    /// A value that is equal on all members in the same state (RFC 9420 §8.7).
    pub epoch_authenticator: Vec<u8>,
    /// Whether this installation has split off.
    pub fork: ForkState,
    /// The same as the commit logs alone tell; `None` if they do not tell now.
    pub commit_log_forked: Option<bool>,
    /// What this installation did with each commit, the oldest first.
    pub local_commit_log: Vec<CommitLogRow>,
    /// What the public log says of each commit, the oldest first.
    pub remote_commit_log: Vec<CommitLogRow>,
    /// How far the group was read.
    pub cursor: Cursor,
}

/// Whether an installation has split off from its group.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ForkState {
    /// Nothing speaks for it, and the logs were not compared since the last commit.
    Unknown,
    /// It has not: the public log agrees about the newest commit.
    InStep,
    /// Something speaks for it, as words for a person.
    Suspected(String),
    /// It has: the public log has another state after the same commit.
    Forked,
}

impl From<&CommitLogState> for ForkState {
    fn from(state: &CommitLogState) -> Self {
        match (state.is_forked, &state.suspicion) {
            (Some(true), _) => Self::Forked,
            (_, Some(why)) => Self::Suspected(why.clone()),
            (Some(false), None) => Self::InStep,
            (None, None) => Self::Unknown,
        }
    }
}

impl Session<'_> {
    /// Where a group stands.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn debug_info(&mut self, group: &GroupId) -> Result<DebugInfo, EngineError> {
        let info = self.group_info(group)?;
        let state = self.tx().commit_log_state(group)?;
        let log = |side| -> Result<Vec<CommitLogRow>, EngineError> {
            let rows = self.tx().commit_log(group, side, 0, ENTRIES)?;
            Ok(rows.into_iter().map(|(_, row)| row).collect())
        };
        let (local_commit_log, remote_commit_log) = (log(CommitLogSide::Local)?, log(CommitLogSide::Remote)?);
        let cursor = self.tx().cursor(&Topic::group(group))?;
        Ok(DebugInfo {
            epoch: info.epoch,
            epoch_authenticator: info.epoch_authenticator,
            fork: ForkState::from(&state),
            commit_log_forked: state.is_forked,
            local_commit_log,
            remote_commit_log,
            cursor,
        })
    }
}
