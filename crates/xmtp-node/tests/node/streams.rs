//! Streams: history, then live, without gap or double, however slow the reader.

use crate::support::{self, Mls, mls, node, send_texts, send_welcomes, v1, welcome};
use bytes::Bytes;
use std::{collections::HashMap, time::Duration};
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tonic::{Code, Streaming};
use xmtp_proto::xmtp::mls::api::v1::{
    GroupMessage, SubscribeGroupMessagesRequest, SubscribeWelcomeMessagesRequest,
    subscribe_group_messages_request::Filter, subscribe_welcome_messages_request, welcome_message::Version,
};

const GROUP: [u8; 16] = [1; 16];

async fn subscribe(mls: &mut Mls, groups: &[([u8; 16], u64)]) -> Streaming<GroupMessage> {
    let filter = |(group, id_cursor): &([u8; 16], u64)| Filter {
        group_id: Bytes::copy_from_slice(group),
        id_cursor: *id_cursor,
    };
    let request = SubscribeGroupMessagesRequest { filters: groups.iter().map(filter).collect() };
    mls.subscribe_group_messages(request).await.unwrap().into_inner()
}

async fn next_ids(stream: &mut Streaming<GroupMessage>, count: usize) -> Vec<u64> {
    let mut ids = Vec::new();
    while ids.len() < count {
        let message = timeout(Duration::from_secs(30), stream.next()).await.unwrap().unwrap().unwrap();
        ids.push(v1(message).id);
    }
    ids
}

fn numbered(from: usize, to: usize) -> impl Iterator<Item = String> {
    (from..to).map(|number| number.to_string())
}

#[tokio::test]
async fn history_after_the_cursor_comes_first_and_live_follows() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(0, 250)).await;
    let mut all = subscribe(&mut mls, &[(GROUP, 0)]).await;
    let mut some = subscribe(&mut mls, &[(GROUP, 249)]).await;
    assert_eq!(next_ids(&mut all, 250).await, (1..=250).collect::<Vec<_>>());
    assert_eq!(next_ids(&mut some, 1).await, [250]);
    send_texts(&mut mls, &GROUP, numbered(250, 252)).await;
    assert_eq!(next_ids(&mut all, 2).await, [251, 252]);
    assert_eq!(next_ids(&mut some, 2).await, [251, 252]);
}

#[tokio::test]
async fn a_stream_of_nothing_opens_at_once_and_stays_silent() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut nothing = timeout(Duration::from_secs(10), subscribe(&mut mls, &[])).await.unwrap();
    let mut one = subscribe(&mut mls, &[(GROUP, 0)]).await;
    send_texts(&mut mls, &GROUP, numbered(0, 1)).await;
    next_ids(&mut one, 1).await;
    assert!(timeout(Duration::from_millis(50), nothing.next()).await.is_err());
}

#[tokio::test]
async fn a_group_named_twice_comes_once_from_the_earlier_cursor() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(0, 3)).await;
    let mut stream = subscribe(&mut mls, &[(GROUP, 2), (GROUP, 1)]).await;
    send_texts(&mut mls, &GROUP, numbered(3, 4)).await;
    assert_eq!(next_ids(&mut stream, 3).await, [2, 3, 4]);
}

/// Publishers write while readers open streams at every moment: each reader must see each group whole.
#[tokio::test(flavor = "multi_thread")] // NODE.R12
async fn concurrent_publishers_leave_no_gap_and_no_double_in_any_stream() {
    const GROUPS: u8 = 8;
    const PER_GROUP: usize = 200;
    let node = node().await;
    let publishers: Vec<_> = (0..GROUPS)
        .map(|group| {
            let address = node.addresses().native;
            tokio::spawn(async move {
                let mut mls = support::mls_at(address).await;
                for number in 0..PER_GROUP {
                    send_texts(&mut mls, &[group; 16], [number.to_string()]).await;
                }
            })
        })
        .collect();
    let readers: Vec<_> = (0..10)
        .map(|turn| {
            let address = node.addresses().native;
            tokio::spawn(async move {
                let mut mls = support::mls_at(address).await;
                tokio::time::sleep(Duration::from_millis(20 * turn)).await;
                let filters: Vec<_> = (0..GROUPS).map(|group| ([group; 16], 0)).collect();
                let mut stream = subscribe(&mut mls, &filters).await;
                let mut seen: HashMap<Bytes, Vec<u64>> = HashMap::new();
                for _ in 0..usize::from(GROUPS) * PER_GROUP {
                    let message = timeout(Duration::from_secs(60), stream.next()).await.unwrap().unwrap().unwrap();
                    let message = v1(message);
                    seen.entry(message.group_id).or_default().push(message.id);
                }
                seen
            })
        })
        .collect();
    for publisher in publishers {
        publisher.await.unwrap();
    }
    let mut mls = mls(&node).await;
    let mut stored = HashMap::new();
    for group in 0..GROUPS {
        let rows = support::everything(&mut mls, &[group; 16]).await;
        stored.insert(Bytes::copy_from_slice(&[group; 16]), support::ids(&rows));
    }
    for reader in readers {
        assert_eq!(reader.await.unwrap(), stored);
    }
}

#[tokio::test] // NODE.R13
async fn a_reader_that_sleeps_through_thousands_of_messages_misses_none() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut slow = subscribe(&mut mls, &[(GROUP, 0), ([2; 16], 0)]).await;
    let padding = "x".repeat(4_096);
    for round in 0..50 {
        send_texts(&mut mls, &GROUP, (0..100).map(|number| format!("{round} {number} {padding}"))).await;
    }
    send_texts(&mut mls, &[2; 16], numbered(0, 1)).await;
    let mut ids = next_ids(&mut slow, 5_001).await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=5_001).collect::<Vec<_>>());
    send_texts(&mut mls, &GROUP, numbered(0, 1)).await;
    assert_eq!(next_ids(&mut slow, 1).await, [5_002]);
}

#[tokio::test]
async fn hundreds_of_cancelled_streams_do_not_cost_the_connection() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut kept = subscribe(&mut mls, &[(GROUP, 0)]).await;
    for _ in 0..500 {
        drop(subscribe(&mut mls, &[(GROUP, 0)]).await);
    }
    send_texts(&mut mls, &GROUP, numbered(0, 1)).await;
    assert_eq!(next_ids(&mut kept, 1).await, [1]);
}

#[tokio::test]
async fn a_welcome_stream_brings_history_and_live_for_each_destination() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_welcomes(&mut mls, vec![welcome(&[3; 32], "a"), welcome(&[4; 32], "b"), welcome(&[5; 32], "other")])
        .await
        .unwrap();
    let filter = |destination: u8| subscribe_welcome_messages_request::Filter {
        installation_key: vec![destination; 32].into(),
        id_cursor: 0,
    };
    let request = SubscribeWelcomeMessagesRequest { filters: vec![filter(3), filter(4)] };
    let mut stream = mls.subscribe_welcome_messages(request).await.unwrap().into_inner();
    let mut seen = Vec::new();
    for number in 0..3 {
        if number == 2 {
            send_welcomes(&mut mls, vec![welcome(&[5; 32], "more"), welcome(&[3; 32], "c")]).await.unwrap();
        }
        let Some(Version::V1(welcome)) = stream.next().await.unwrap().unwrap().version else { panic!() };
        seen.push(welcome.data);
    }
    seen[..2].sort();
    assert_eq!(seen, ["a", "b", "c"]);
}

#[tokio::test]
async fn streams_without_a_topic_are_refused() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let none = SubscribeWelcomeMessagesRequest { filters: vec![] };
    assert_eq!(mls.subscribe_welcome_messages(none).await.unwrap_err().code(), Code::InvalidArgument);
    let empty = SubscribeWelcomeMessagesRequest { filters: vec![Default::default()] };
    assert_eq!(mls.subscribe_welcome_messages(empty).await.unwrap_err().code(), Code::InvalidArgument);
    let empty = SubscribeGroupMessagesRequest { filters: vec![Default::default()] };
    assert_eq!(mls.subscribe_group_messages(empty).await.unwrap_err().code(), Code::Unknown);
}

#[tokio::test]
async fn streams_are_told_when_the_node_stops() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut stream = subscribe(&mut mls, &[(GROUP, 0)]).await;
    let (ended, stopped) = tokio::join!(stream.next(), node.shutdown());
    assert_eq!(ended.unwrap().unwrap_err().code(), Code::Unavailable);
    stopped.unwrap();
}
