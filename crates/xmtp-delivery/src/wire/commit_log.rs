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

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_proto::xmtp::mls::{api::v1::QueryCommitLogResponse, message_contents::CommitLogEntry};

    fn answer(group: &GroupId, numbers: &[u64]) -> BatchQueryCommitLogResponse {
        let entry = |number: &u64| CommitLogEntry {
            sequence_id: *number,
            serialized_commit_log_entry: b"entry".to_vec(),
            signature: Some(RecoverableEd25519Signature { bytes: b"signature".to_vec(), public_key: b"key".to_vec() }),
        };
        BatchQueryCommitLogResponse {
            responses: vec![QueryCommitLogResponse {
                group_id: group.as_bytes().to_vec().into(),
                commit_log_entries: numbers.iter().map(entry).collect(),
                paging_info: None,
            }],
        }
    }

    #[test]
    fn entries_come_in_order_after_the_number_asked_for_and_of_the_group_asked_about() {
        let (group, other) = (GroupId::from([1; 16]), GroupId::from([2; 16]));
        let asked = [(group.clone(), SequenceId::new(3))];
        let read = logs(&asked, answer(&group, &[4, 9])).unwrap().remove(0);
        assert_eq!(read.iter().map(|entry| entry.sequence_id.as_u64()).collect::<Vec<_>>(), [4, 9]);
        assert_eq!(
            (read[0].signed.entry.as_slice(), read[0].signed.public_key.as_slice()),
            (&b"entry"[..], &b"key"[..])
        );
        for broken in [answer(&group, &[3]), answer(&group, &[9, 4]), answer(&other, &[4]), Default::default()] {
            assert!(matches!(logs(&asked, broken), Err(DeliveryError::Malformed(_))));
        }
    }
}
