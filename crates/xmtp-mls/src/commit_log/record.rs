//! The local account, written in the transaction of what it tells.
use crate::{
    EngineError, Session,
    peek::{self, ContentKind, PublicParts},
};
use openmls::group::MlsGroup;
use xmtp_storage::{CommitLogRow, CommitLogSide, CommitLogState, StorageError};
use xmtp_types::{CommitResult, Delivered, Epoch, GroupId, Payload, SequenceId, TopicKind};

/// Notes that a group was created or joined: what was suspected of the state before counts no more.
pub(crate) fn note_start(session: &Session<'_>, mls: &MlsGroup) -> Result<(), StorageError> {
    let group = GroupId::from(mls.group_id().as_slice());
    let known = session.tx().commit_log_state(&group)?;
    session.tx().put_commit_log_state(&group, &CommitLogState { is_forked: None, suspicion: None, ..known })?;
    let row = row(mls, SequenceId::ZERO, Vec::new(), CommitResult::Applied);
    session.tx().append_commit(&group, CommitLogSide::Local, &row)
}

/// Notes that a commit was applied.
pub(crate) fn note_applied(session: &Session<'_>, mls: &MlsGroup, commit: SequenceId) -> Result<(), StorageError> {
    // FORK.R1
    append(session, mls, commit, CommitResult::Applied)
}

/// Notes that an envelope was refused for good, if it was a commit; and if it is of an epoch that is not here yet, that
/// this installation may have split off.
pub(crate) fn note_refused(
    session: &mut Session<'_>,
    delivered: &Delivered,
    error: &EngineError,
) -> Result<(), EngineError> {
    let Some(parts) = parts(delivered) else { return Ok(()) };
    if session.tx().group(&parts.group)?.is_none() {
        return Ok(());
    }
    let mls = session.take_group(&parts.group)?;
    let noted = note(session, &mls, &parts, delivered.sequence_id, error);
    session.keep_group(&parts.group, mls);
    Ok(noted?)
}

fn note(
    session: &Session<'_>,
    mls: &MlsGroup,
    parts: &PublicParts,
    commit: SequenceId,
    error: &EngineError,
) -> Result<(), StorageError> {
    let now = Epoch::from(mls.epoch().as_u64());
    if parts.epoch > now {
        // FORK.R2
        let why = format!("a message is {} epochs ahead of this installation", parts.epoch.since(now));
        let known = session.tx().commit_log_state(&parts.group)?;
        session.tx().put_commit_log_state(&parts.group, &CommitLogState { suspicion: Some(why), ..known })?;
    }
    if parts.content != ContentKind::Commit || !mls.is_active() {
        return Ok(());
    }
    let newest = session.tx().newest_commit(&parts.group, CommitLogSide::Local)?;
    // What came before this installation joined is no news.
    if newest.is_none_or(|(_, row)| row.commit == SequenceId::ZERO) && parts.epoch <= now {
        return Ok(());
    }
    let result = match error {
        _ if parts.epoch != now => CommitResult::WrongEpoch,
        EngineError::Invalid { what: "commit", .. } | EngineError::NotPermitted(_) => CommitResult::Invalid,
        _ => CommitResult::Undecryptable,
    };
    append(session, mls, commit, result)
}

fn append(session: &Session<'_>, mls: &MlsGroup, commit: SequenceId, result: CommitResult) -> Result<(), StorageError> {
    let group = GroupId::from(mls.group_id().as_slice());
    let newest = session.tx().newest_commit(&group, CommitLogSide::Local)?;
    let last = newest.map(|(_, row)| row.authenticator).unwrap_or_default();
    session.tx().append_commit(&group, CommitLogSide::Local, &row(mls, commit, last, result))
}

fn row(mls: &MlsGroup, commit: SequenceId, last_authenticator: Vec<u8>, result: CommitResult) -> CommitLogRow {
    CommitLogRow {
        commit,
        last_authenticator,
        result,
        epoch: Epoch::from(mls.epoch().as_u64()),
        authenticator: mls.epoch_authenticator().as_slice().to_vec(),
    }
}

fn parts(delivered: &Delivered) -> Option<PublicParts> {
    let Payload::GroupMessage { data, .. } = &delivered.payload else { return None };
    let parts = peek::public_parts(data).ok()?;
    let is_its_own = delivered.topic.kind() == TopicKind::Group && parts.group.as_bytes() == delivered.topic.id();
    (is_its_own && parts.is_private()).then_some(parts)
}
