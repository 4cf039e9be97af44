//! An entry of a commit log: what is signed.
//!
//! Source of fact: `mls/message_contents/commit_log.proto`; plain Ed25519 over the serialised entry, observed on released
//! clients.
use prost::Message as _;
use xmtp_proto::xmtp::mls::message_contents::PlaintextCommitLogEntry;
use xmtp_storage::CommitLogRow;
use xmtp_types::{CommitResult, Epoch, GroupId, SequenceId};

/// The bytes of an entry.
pub(super) fn encode(group: &GroupId, row: &CommitLogRow) -> Vec<u8> {
    PlaintextCommitLogEntry {
        group_id: group.as_bytes().to_vec(),
        commit_sequence_id: row.commit.as_u64(),
        last_epoch_authenticator: row.last_authenticator.clone(),
        commit_result: row.result as i32,
        applied_epoch_number: row.epoch.as_u64(),
        applied_epoch_authenticator: row.authenticator.clone(),
    }
    .encode_to_vec()
}

/// Reads an entry about `group`; `None` if it is about another, or about no commit.
pub(super) fn decode(group: &GroupId, entry: &[u8]) -> Option<CommitLogRow> {
    let wire = PlaintextCommitLogEntry::decode(entry).ok()?;
    // FORK.R3
    if wire.group_id != group.as_bytes() || wire.commit_sequence_id == 0 {
        return None;
    }
    i64::try_from(wire.commit_sequence_id).ok()?;
    Some(CommitLogRow {
        commit: SequenceId::new(wire.commit_sequence_id),
        last_authenticator: wire.last_epoch_authenticator,
        result: CommitResult::from_number(wire.commit_result),
        epoch: Epoch::from(wire.applied_epoch_number),
        authenticator: wire.applied_epoch_authenticator,
    })
}
