//! The commit log: stored as given, read in order, in batches.

use crate::support::{ascending, mls, node};
use bytes::Bytes;
use tonic::Code;
use xmtp_proto::xmtp::{
    identity::associations::RecoverableEd25519Signature,
    mls::api::v1::{
        BatchPublishCommitLogRequest, BatchQueryCommitLogRequest, PagingInfo, PublishCommitLogRequest,
        QueryCommitLogRequest, SortDirection,
    },
};

fn entry(group: u8, text: &'static str) -> PublishCommitLogRequest {
    PublishCommitLogRequest {
        group_id: vec![group; 16].into(),
        serialized_commit_log_entry: Bytes::from_static(text.as_bytes()),
        signature: Some(RecoverableEd25519Signature { bytes: vec![1; 64], public_key: vec![2; 32] }),
    }
}

fn query(group: u8, paging_info: Option<PagingInfo>) -> QueryCommitLogRequest {
    QueryCommitLogRequest { group_id: vec![group; 16].into(), paging_info }
}

#[tokio::test]
async fn entries_come_back_per_group_in_order_and_doubles_are_kept() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let requests = vec![entry(1, "a"), entry(2, "b"), entry(1, "c"), entry(1, "c")];
    mls.batch_publish_commit_log(BatchPublishCommitLogRequest { requests }).await.unwrap();

    let requests =
        vec![query(1, Some(ascending(2, 0))), query(9, None), query(1, Some(ascending(2, 3))), query(2, None)];
    let answer = mls.batch_query_commit_log(BatchQueryCommitLogRequest { requests }).await.unwrap().into_inner();
    let told: Vec<_> = answer
        .responses
        .iter()
        .map(|one| {
            let entries = one.commit_log_entries.iter();
            let texts = entries.map(|entry| (entry.sequence_id, entry.serialized_commit_log_entry.as_slice()));
            (one.group_id[0], texts.collect::<Vec<_>>(), one.paging_info.unwrap().id_cursor)
        })
        .collect();
    let expected = [
        (1, vec![(1, b"a".as_slice()), (3, b"c".as_slice())], 3),
        (9, vec![], 0),
        (1, vec![(4, b"c".as_slice())], 0),
        (2, vec![(2, b"b".as_slice())], 0),
    ];
    assert_eq!(told, expected);
    let signature = answer.responses[0].commit_log_entries[0].signature.as_ref().unwrap();
    assert_eq!((signature.bytes.as_slice(), signature.public_key.as_slice()), ([1; 64].as_slice(), [2; 32].as_slice()));
}

#[tokio::test]
async fn batches_out_of_bounds_and_entries_that_lack_a_part_are_refused_whole() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let incomplete = [
        PublishCommitLogRequest { signature: None, ..entry(1, "a") },
        PublishCommitLogRequest { group_id: Bytes::new(), ..entry(1, "a") },
        entry(1, ""),
    ];
    let mut batches = vec![vec![], vec![entry(1, "a"); 11]];
    batches.extend(incomplete.map(|bad| vec![entry(1, "a"), bad]));
    for requests in batches {
        let error = mls.batch_publish_commit_log(BatchPublishCommitLogRequest { requests }).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
    }
    for requests in [vec![], vec![query(1, None); 21]] {
        let error = mls.batch_query_commit_log(BatchQueryCommitLogRequest { requests }).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
    }
    let descending = PagingInfo { direction: SortDirection::Descending.into(), limit: 1, id_cursor: 0 };
    let requests = vec![query(1, Some(descending))];
    let error = mls.batch_query_commit_log(BatchQueryCommitLogRequest { requests }).await.unwrap_err();
    assert_eq!(error.code(), Code::Internal);

    let requests = vec![query(1, None)];
    let answer = mls.batch_query_commit_log(BatchQueryCommitLogRequest { requests }).await.unwrap().into_inner();
    assert_eq!(answer.responses[0].commit_log_entries, []);
}
