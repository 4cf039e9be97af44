//! Commit logs and requests to be added again.
use super::rows::{group_id, write};
use crate::{
    CommitLogRow,
    CommitLogSide::{Local, Remote},
    CommitLogState, ReaddRow, StorageError, Store,
};
use xmtp_types::{CommitResult, Epoch, InstallationId, SequenceId};

fn entry(commit: u64, result: CommitResult) -> CommitLogRow {
    CommitLogRow {
        commit: SequenceId::new(commit),
        last_authenticator: vec![1; 32],
        result,
        epoch: Epoch::from(commit + 1),
        authenticator: vec![2; 32],
    }
}

/// Each group has an account of each side, read in order from a position, and by the number of a commit.
pub fn commit_logs_of_groups_and_sides_are_apart(store: &dyn Store) -> Result<(), StorageError> {
    let (one, two) = (group_id(1), group_id(2));
    let results = [CommitResult::Applied, CommitResult::WrongEpoch, CommitResult::Undecryptable, CommitResult::Invalid];
    for (commit, result) in (1..).zip(results) {
        write(store, |tx| tx.append_commit(&one, Local, &entry(commit, result)))?;
    }
    write(store, |tx| tx.append_commit(&one, Remote, &entry(9, CommitResult::Applied)))?;
    let mut read = store.read()?;
    let log = read.commit_log(&one, Local, 0, 10)?;
    assert_eq!(log.iter().map(|(_, row)| row.result).collect::<Vec<_>>(), results);
    let Some((second, _)) = log.get(1) else { return Err(StorageError::Damaged("commit log")) };
    assert_eq!(read.commit_log(&one, Local, *second, 1)?.first(), log.get(2));
    assert_eq!(read.newest_commit(&one, Local)?.as_ref(), log.last());
    assert_eq!(read.commit_log(&one, Remote, 0, 10)?.len(), 1);
    assert_eq!(read.logged_commit(&one, Remote, SequenceId::new(9))?, Some(entry(9, CommitResult::Applied)));
    assert_eq!(read.logged_commit(&one, Local, SequenceId::new(9))?, None);
    assert_eq!(read.commit_log(&two, Local, 0, 10)?, []);
    assert_eq!(read.newest_commit(&two, Remote)?, None);
    Ok(())
}

/// What is known of a public log is replaced whole; nothing is known at first.
pub fn the_state_of_a_commit_log_is_replaced_whole(store: &dyn Store) -> Result<(), StorageError> {
    let group = group_id(1);
    assert_eq!(store.read()?.commit_log_state(&group)?, CommitLogState::default());
    for is_forked in [Some(true), Some(false), None] {
        let state = CommitLogState {
            consensus_key: Some(InstallationId::from_bytes([7; 32])),
            is_forked,
            suspicion: is_forked.map(|_| "it is ahead".to_owned()),
            uploaded: 3,
            downloaded: SequenceId::new(4),
            compared: 5,
        };
        write(store, |tx| tx.put_commit_log_state(&group, &state))?;
        assert_eq!(store.read()?.commit_log_state(&group)?, state);
    }
    Ok(())
}

/// A request is open until a later commit has answered it.
pub fn requests_to_be_added_again_are_open_until_they_are_answered(store: &dyn Store) -> Result<(), StorageError> {
    let (group, installation) = (group_id(1), InstallationId::from_bytes([2; 32]));
    assert_eq!(store.read()?.readd(&group, &installation)?, ReaddRow::default());
    for (requested, answered, is_open) in
        [(Some(5), None, true), (Some(5), Some(6), false), (Some(6), Some(6), true), (None, Some(6), false)]
    {
        let (requested, answered) = (requested.map(SequenceId::new), answered.map(SequenceId::new));
        let row = ReaddRow { requested, answered };
        write(store, |tx| tx.put_readd(&group, &installation, &row))?;
        let mut read = store.read()?;
        assert_eq!(read.readd(&group, &installation)?, row);
        assert_eq!(!read.open_readds()?.is_empty(), is_open);
    }
    Ok(())
}
