//! Commit logs of groups on a network in the same process, also over a bad line.
#![cfg(test)]
use std::sync::Arc;
use xmtp_delivery::{DeliveryError, Faults, FaultyTransport, LocalTransport, PAGE_LIMIT, Transport};
use xmtp_types::{GroupId, SequenceId, SignedCommit};

fn entry(group: u8, number: u64) -> SignedCommit {
    let entry = number.to_be_bytes().to_vec();
    SignedCommit { group: GroupId::from([group; 16]), entry, signature: vec![1; 64], public_key: vec![2; 32] }
}

#[tokio::test]
async fn each_group_has_a_log_that_is_read_in_order_from_a_number_in_pages() {
    let network = LocalTransport::new();
    let pages = u64::from(PAGE_LIMIT) + 5;
    for number in 0..pages {
        network.publish_commit_log(&[entry(1, number), entry(2, number)]).await.unwrap();
    }
    let group = GroupId::from([1; 16]);
    let first = network.commit_logs(&[(group.clone(), SequenceId::ZERO)]).await.unwrap().remove(0);
    let after = first.last().unwrap().sequence_id;
    let asked = [(group, after), (GroupId::from([3; 16]), SequenceId::ZERO)];
    let [second, none] = network.commit_logs(&asked).await.unwrap().try_into().unwrap();
    let read: Vec<_> = first.iter().chain(&second).map(|logged| logged.signed.clone()).collect();
    assert_eq!(read, (0..pages).map(|number| entry(1, number)).collect::<Vec<_>>());
    assert!(none.is_empty());
}

#[tokio::test]
async fn over_a_line_that_loses_replies_an_entry_that_was_told_is_there() {
    let network = LocalTransport::new();
    let faults = Faults { reply_lost: 100, ..Faults::default() };
    let line = FaultyTransport::new(Arc::new(network.clone()), faults, 7);
    assert!(matches!(line.publish_commit_log(&[entry(1, 1)]).await, Err(DeliveryError::Interrupted(_))));
    let log = network.commit_logs(&[(GroupId::from([1; 16]), SequenceId::ZERO)]).await.unwrap().remove(0);
    assert_eq!(log.len(), 1);
    assert!(line.commit_logs(&[(GroupId::from([1; 16]), SequenceId::ZERO)]).await.is_err());
}
