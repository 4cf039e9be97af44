//! Work that a client does by itself, and how it ends.
use crate::support::{Network, at, until};
use std::time::Duration;
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientError, DeliveryStatus, GroupOptions, LocalWallet, MessageQuery, StreamPosition, WorkerState,
};

const HOUR: Duration = Duration::from_secs(60 * 60);
const KEY_PACKAGE_SETTLED: Duration = Duration::from_secs(10);

fn worker(client: &Client, name: &str) -> WorkerState {
    client.workers().into_iter().find(|worker| worker.name == name).unwrap()
}

#[tokio::test(start_paused = true)] // MSG.R1
async fn a_live_client_with_a_thousand_groups_does_nothing_while_nothing_happens() {
    let network = Network::default();
    let client = network.client().await;
    for _ in 0..1000 {
        client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    }
    let _stream = client.stream_messages().await.unwrap();
    tokio::time::sleep(KEY_PACKAGE_SETTLED).await;

    let done = (client.statistics(), network.line.requests(), client.workers());
    tokio::time::sleep(HOUR).await;
    assert_eq!((client.statistics(), network.line.requests(), client.workers()), done);
    assert!(done.2.iter().all(|worker| worker.runs > 0 && worker.last_error.is_none()), "{:?}", done.2);
}

#[tokio::test(start_paused = true)] // MSG.R1
async fn on_a_network_with_commit_logs_an_idle_client_looks_at_them_by_itself_and_asks_the_network_nothing() {
    let network = Network::with_commit_logs();
    let client = network.client().await;
    for _ in 0..1000 {
        client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    }
    let _stream = client.stream_messages().await.unwrap();
    // Each group begins with a commit: it is told to the log, and read there.
    tokio::time::sleep(HOUR).await;

    let (requests, workers) = (network.line.requests(), client.workers());
    tokio::time::sleep(HOUR).await;
    assert_eq!(network.line.requests(), requests);
    for (before, after) in workers.into_iter().zip(client.workers()) {
        let looks = if after.name == "commit log" { 12 } else { 0 };
        assert!(
            after.last_error.is_none() && after.runs.abs_diff(before.runs + looks) <= u64::from(looks > 0),
            "{after:?}"
        );
    }
}

#[tokio::test(start_paused = true)] // MSG.R2
async fn what_could_not_be_sent_is_sent_by_the_outbox_once_the_network_is_back() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    let _stream = alice.stream_messages().await.unwrap();
    dm.send(b"one".to_vec(), false).await.unwrap();

    network.line.cut();
    let refused = dm.send(b"two".to_vec(), false).await.unwrap_err();
    let ClientError::Queued { message, .. } = refused else { panic!("{refused}") };
    tokio::time::sleep(Duration::from_secs(90)).await;
    let outbox = worker(&alice, "outbox");
    assert!(outbox.last_error.is_some() && outbox.restarts > 1 && outbox.restarts < 10, "{outbox:?}");
    assert_eq!(alice.message(message).await.unwrap().unwrap().status, DeliveryStatus::Unpublished);

    network.line.mend();
    until("the outbox sends it", || async { worker(&alice, "outbox").last_error.is_none() }).await;
    assert_eq!(alice.message(message).await.unwrap().unwrap().status, DeliveryStatus::Published);
    let there = at(&bob, &dm).await.messages(MessageQuery::default()).await.unwrap();
    assert_eq!(there.iter().filter(|found| found.id == message).count(), 1);
}

#[tokio::test]
async fn a_message_that_expires_is_deleted_then_and_the_worker_sleeps_until_the_next() {
    let network = Network::default();
    let alice = network.client().await;
    let options = GroupOptions {
        disappear_from_ns: Some(1),
        disappear_in_ns: Some(i64::try_from(HOUR.as_nanos()).unwrap()),
        ..GroupOptions::default()
    };
    let group = alice.conversations().create_group(&[], options).await.unwrap();
    let _stream = alice.stream_messages().await.unwrap();
    let first = group.send(b"gone in an hour".to_vec(), false).await.unwrap();
    until("it has its place", || async {
        group.messages(MessageQuery::default()).await.unwrap().iter().any(|message| message.expires_at.is_some())
    })
    .await;
    network.clock.advance(HOUR / 2);
    let second = group.send(b"gone half an hour later".to_vec(), false).await.unwrap();

    network.clock.advance(HOUR / 2);
    until("it is deleted", || async { alice.message(first).await.unwrap().is_none() }).await;
    assert!(alice.message(second).await.unwrap().is_some());
    network.clock.advance(HOUR);
    until("so is the other", || async { alice.message(second).await.unwrap().is_none() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_streams_and_frees_the_database_at_once() {
    let (network, folder, wallet) = (Network::default(), TempDir::new().unwrap(), LocalWallet::generate().unwrap());
    for round in 0..5_u8 {
        let client = network.on_disk(&wallet, &folder).await.unwrap();
        let group = client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
        let mut stream = client.stream_messages_from(StreamPosition::Now).await.unwrap();
        let reading = tokio::spawn(async move { stream.next().await });
        let sending = tokio::spawn(async move { group.send(vec![round], false).await });
        client.close().await;
        assert!(reading.await.unwrap().unwrap().is_none());
        // It was under way or not stored; either way the next client has the whole truth.
        let _sent_or_not = sending.await.unwrap();
        let again = network.on_disk(&wallet, &folder).await.unwrap();
        assert_eq!(again.conversations().list(Default::default()).await.unwrap().len(), usize::from(round) + 1);
        again.close().await;
    }
}

#[tokio::test]
async fn a_closed_client_refuses_and_is_closed_twice_without_harm() {
    let network = Network::default();
    let client = network.client().await;
    let group = client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    let mut stream = client.stream_messages().await.unwrap();
    let other = client.clone();
    tokio::join!(client.close(), other.close());
    client.close().await;

    assert!(stream.next().await.unwrap().is_none());
    assert!(matches!(group.send(vec![1], false).await, Err(ClientError::Closed)));
    assert!(matches!(group.messages(MessageQuery::default()).await, Err(ClientError::Closed)));
    assert!(matches!(client.conversations().sync_all().await, Err(ClientError::Closed)));
    assert!(matches!(client.stream_messages().await, Err(ClientError::Closed)));
    assert!(matches!(client.newest_position().await, Err(ClientError::Closed)));
}

/// Files in `folder` that this process has open.
#[cfg(target_os = "linux")]
fn open_files(folder: &TempDir) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok())
        .filter(|path| path.starts_with(folder.path()))
        .count()
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_live_client_in_which_nothing_happens_holds_no_file_but_its_lock() {
    let (network, folder) = (Network::default(), TempDir::new().unwrap());
    let client = network.on_disk(&LocalWallet::generate().unwrap(), &folder).await.unwrap();
    let mut stream = client.stream_messages().await.unwrap();
    tokio::time::sleep(HOUR).await;
    assert_eq!(open_files(&folder), 1);

    let other = network.client().await;
    let dm = other.conversations().dm(client.inbox_id()).await.unwrap();
    dm.send(b"wake up".to_vec(), false).await.unwrap();
    while stream.next().await.unwrap().unwrap().content != b"wake up" {}
    tokio::time::sleep(HOUR).await;
    assert_eq!(open_files(&folder), 1);
}
