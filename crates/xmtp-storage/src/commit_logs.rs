//! What became of the commits of each group: as this installation saw it, and as the group's public log tells it.
//!
//! Where the two differ, this installation has split off from the group.
use crate::StorageError;
use xmtp_types::{CommitResult, Epoch, GroupId, InstallationId, SequenceId};

/// Whose account of the commits of a group. The number is the one that is stored.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum CommitLogSide {
    /// What this installation did.
    Local = 1,
    /// What the group's public log says, as far as it was found sound.
    Remote = 2,
}

/// One entry: a commit, and the state of the group after it. A commit that was not applied leaves the state it found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CommitLogRow {
    /// The commit's number; 0 for what is no commit: creation, and joining by a welcome.
    pub commit: SequenceId,
    /// The epoch authenticator before it; empty for the first entry.
    pub last_authenticator: Vec<u8>,
    /// What became of it.
    pub result: CommitResult,
    /// The epoch after it.
    pub epoch: Epoch,
    /// The epoch authenticator after it.
    pub authenticator: Vec<u8>,
}

/// What is known of a group's public log, and how it compares.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CommitLogState {
    /// The key whose entries count: that of the first sound entry.
    pub consensus_key: Option<InstallationId>,
    /// Whether this installation has split off; `None` if that cannot be told now.
    pub is_forked: Option<bool>,
    /// Why this installation may have split off, as words for a person, before the logs could be compared.
    pub suspicion: Option<String>,
    /// The position of the newest local entry that was published.
    pub uploaded: u64,
    /// The number of the newest entry of the public log that was read.
    pub downloaded: SequenceId,
    /// The position of the newest local entry that was compared.
    pub compared: u64,
}

/// Whether an installation that lost the state of a group is to be added again, and was.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReaddRow {
    /// The newest commit that the installation had applied when it asked.
    pub requested: Option<SequenceId>,
    /// The commit that added it again.
    pub answered: Option<SequenceId>,
}

impl ReaddRow {
    /// Whether the newest request was not answered yet.
    pub fn is_open(&self) -> bool {
        self.requested.is_some_and(|requested| self.answered.is_none_or(|answered| requested >= answered))
    }
}

/// Reading commit logs.
pub trait CommitLogReads {
    /// Entries of `group` after `position`, at most `limit`, each with its position: the oldest first.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn commit_log(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(u64, CommitLogRow)>, StorageError>;

    /// The newest entry of `group`, with its position.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn newest_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
    ) -> Result<Option<(u64, CommitLogRow)>, StorageError>;

    /// The entry about the commit with this number.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn logged_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        commit: SequenceId,
    ) -> Result<Option<CommitLogRow>, StorageError>;

    /// What is known of the public log of `group`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn commit_log_state(&mut self, group: &GroupId) -> Result<CommitLogState, StorageError>;

    /// The request of an installation to be added again to `group`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn readd(&mut self, group: &GroupId, installation: &InstallationId) -> Result<ReaddRow, StorageError>;

    /// Every request that was not answered yet.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn open_readds(&mut self) -> Result<Vec<(GroupId, InstallationId)>, StorageError>;
}

/// Writing commit logs.
pub trait CommitLogWrites {
    /// Adds an entry at the end. Positions only rise.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn append_commit(&mut self, group: &GroupId, side: CommitLogSide, row: &CommitLogRow) -> Result<(), StorageError>;

    /// Replaces what is known of the public log of `group`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_commit_log_state(&mut self, group: &GroupId, state: &CommitLogState) -> Result<(), StorageError>;

    /// Replaces the request of an installation to be added again to `group`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_readd(&mut self, group: &GroupId, installation: &InstallationId, row: &ReaddRow)
    -> Result<(), StorageError>;
}
