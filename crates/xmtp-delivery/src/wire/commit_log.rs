//! Commit logs as the network speaks of them.
use super::check_count;
use crate::{DeliveryError, PAGE_LIMIT};
use xmtp_proto::xmtp::{
    identity::associations::RecoverableEd25519Signature,
    mls::api::v1::{
        BatchPublishCommitLogRequest, BatchQueryCommitLogRequest, BatchQueryCommitLogResponse, PagingInfo,
        PublishCommitLogRequest, QueryCommitLogRequest, SortDirection,
    },
};
use xmtp_types::{GroupId, LoggedCommit, SequenceId, SignedCommit};

/// Adds entries.
pub(crate) fn publish_request(entries: &[SignedCommit]) -> BatchPublishCommitLogRequest {
    let request = |signed: &SignedCommit| PublishCommitLogRequest {
        group_id: signed.group.as_bytes().to_vec().into(),
        serialized_commit_log_entry: signed.entry.clone().into(),
        signature: Some(RecoverableEd25519Signature {
            bytes: signed.signature.clone(),
            public_key: signed.public_key.clone(),
        }),
    };
    BatchPublishCommitLogRequest { requests: entries.iter().map(request).collect() }
}

/// Asks for the first page of each log after a number.
pub(crate) fn query_request(groups: &[(GroupId, SequenceId)]) -> BatchQueryCommitLogRequest {
    let request = |(group, after): &(GroupId, SequenceId)| QueryCommitLogRequest {
        group_id: group.as_bytes().to_vec().into(),
        paging_info: Some(PagingInfo {
            direction: SortDirection::Ascending.into(),
            limit: PAGE_LIMIT,
            id_cursor: after.as_u64(),
        }),
    };
    BatchQueryCommitLogRequest { requests: groups.iter().map(request).collect() }
}

/// The entries of each log, in the order asked.
pub(crate) fn logs(
    asked: &[(GroupId, SequenceId)],
    response: BatchQueryCommitLogResponse,
) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
    check_count(asked.len(), response.responses.len())?;
    let mut logs = Vec::with_capacity(asked.len());
    for ((group, after), log) in asked.iter().zip(response.responses) {
        if log.group_id != group.as_bytes() {
            return Err(DeliveryError::Malformed("it answers about another group than it was asked".into()));
        }
        let entries = log.commit_log_entries.into_iter().map(|entry| {
            let signature = entry.signature.unwrap_or_default();
            let signed = SignedCommit {
                group: group.clone(),
                entry: entry.serialized_commit_log_entry,
                signature: signature.bytes,
                public_key: signature.public_key,
            };
            LoggedCommit { sequence_id: SequenceId::new(entry.sequence_id), signed }
        });
        let entries: Vec<_> = entries.collect();
        if entries.iter().any(|entry| entry.sequence_id <= *after)
            || !entries.is_sorted_by_key(|entry| entry.sequence_id)
        {
            return Err(DeliveryError::Malformed("a commit log comes out of order".into()));
        }
        logs.push(entries);
    }
    Ok(logs)
}
