//! Messages that wait, and messages that do not get through.
use crate::support::{Network, at, text, texts};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientError, DeliveryStatus, FailedSend, GroupOptions, LocalWallet, MessageKind, MessageQuery, Transport,
};
use xmtp_delivery::{Faults, FaultyTransport};

#[tokio::test] // MSG.R3
async fn what_is_written_before_members_are_added_reaches_them() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let before = network.line.requests();
    let group = alice.conversations().create_group_later(GroupOptions::default()).await.unwrap();
    for said in ["one", "two", "three"] {
        group.send_later(text(said), true).await.unwrap();
    }
    assert_eq!(network.line.requests(), before);

    group.add_members(&[bob.inbox_id()]).await.unwrap();
    assert_eq!(texts(&at(&bob, &group).await).await, Vec::<String>::new());
    group.publish().await.unwrap();
    assert_eq!(texts(&at(&bob, &group).await).await, ["one", "two", "three"]);
    assert_eq!(texts(&group).await, ["one", "two", "three"]);
}

#[tokio::test] // MSG.R3
async fn what_waits_survives_a_restart_and_goes_before_what_is_sent_next() {
    let (network, folder, wallet) = (Network::default(), TempDir::new().unwrap(), LocalWallet::generate().unwrap());
    let bob = network.client().await;
    let alice = network.on_disk(&wallet, &folder).await.unwrap();
    let group = alice.conversations().create_group_later(GroupOptions::default()).await.unwrap();
    group.send_later(text("one"), true).await.unwrap();
    let id = group.id().clone();
    alice.close().await;

    let alice = network.on_disk(&wallet, &folder).await.unwrap();
    let group = alice.conversations().find(&id).await.unwrap();
    group.send_later(text("two"), true).await.unwrap();
    group.add_members(&[bob.inbox_id()]).await.unwrap();
    alice.close().await;

    let alice = network.on_disk(&wallet, &folder).await.unwrap();
    let group = alice.conversations().find(&id).await.unwrap();
    group.send(text("three"), true).await.unwrap();
    assert_eq!(texts(&at(&bob, &group).await).await, ["one", "two", "three"]);
}

#[tokio::test] // MSG.R4
async fn a_sync_of_everything_sends_what_waits_in_a_quiet_group_unless_nobody_else_is_there_yet() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let quiet = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let empty = alice.conversations().create_group_later(GroupOptions::default()).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    quiet.send_later(text("quiet"), true).await.unwrap();
    let waiting = empty.send_later(text("waiting"), true).await.unwrap();

    alice.conversations().sync_all().await.unwrap();
    assert_eq!(texts(&at(&bob, &quiet).await).await, ["quiet"]);
    assert_eq!(alice.message(waiting).await.unwrap().unwrap().status, DeliveryStatus::Unpublished);
    empty.add_members(&[bob.inbox_id()]).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    assert_eq!(texts(&at(&bob, &empty).await).await, ["waiting"]);
}

#[tokio::test] // MSG.R2
async fn what_could_not_be_sent_goes_out_once_with_the_next_sync() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    dm.send(text("one"), true).await.unwrap();
    network.line.cut();
    let error = dm.send(text("two"), true).await.unwrap_err();
    assert!(matches!(error, ClientError::Queued { .. }) && error.is_network(), "{error}");
    network.line.mend();
    alice.conversations().sync_all().await.unwrap();
    assert_eq!(texts(&at(&bob, &dm).await).await, ["one", "two"]);
}

#[tokio::test(start_paused = true)] // MSG.R2
async fn over_a_bad_line_every_message_arrives_once_and_in_order() {
    for seed in 0..6 {
        let network = Network::default();
        let bob = network.client().await;
        let faults = Faults { lost: 25, reply_lost: 25, doubled: 25, ..Faults::ROUGH };
        let line: Arc<dyn Transport> = Arc::clone(&network.line) as _;
        let wallet = LocalWallet::generate().unwrap();
        let bad = Arc::new(FaultyTransport::new(line, faults, seed));
        let alice = loop {
            // Registering does not try again by itself.
            let builder = network.builder(&wallet).transport(Arc::clone(&bad) as _).in_memory();
            if let Ok(alice) = builder.build().await {
                break alice;
            }
        };
        let group = alice.conversations().create_group_later(GroupOptions::default()).await.unwrap();
        let added = group.add_members(&[bob.inbox_id()]).await;
        assert!(added.is_ok() || added.is_err_and(|error| error.is_network()));
        let _live = loop {
            if let Ok(stream) = alice.stream_messages().await {
                break stream;
            }
        };
        let mut sent = Vec::new();
        for number in 0..20 {
            match group.send(text(&number.to_string()), true).await {
                Ok(id) | Err(ClientError::Queued { message: id, .. }) => sent.push(id),
                Err(error) => panic!("{error}"),
            }
        }
        for id in sent {
            crate::support::until("it is sent", || async {
                alice.message(id).await.unwrap().unwrap().status == DeliveryStatus::Published
            })
            .await;
        }
        // What let bob in may follow what was said.
        crate::support::until("bob is let in", || async {
            bob.conversations().sync_all().await.unwrap();
            bob.conversations().find(group.id()).await.is_ok()
        })
        .await;
        let there = at(&bob, &group).await;
        assert_eq!(texts(&there).await, (0..20).map(|number| number.to_string()).collect::<Vec<_>>(), "seed {seed}");
    }
}

#[tokio::test]
async fn a_message_that_can_never_be_sent_has_failed_and_says_why() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let there = at(&bob, &group).await;
    let held = there.send_later(text("too late"), true).await.unwrap();
    group.remove_members(&[bob.inbox_id()]).await.unwrap();
    there.sync().await.unwrap();

    assert_eq!(bob.message(held).await.unwrap().unwrap().status, DeliveryStatus::Failed);
    let failed = there.failed_sends().await.unwrap();
    let [FailedSend { message, reason }] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(*message, held);
    assert!(reason.contains("removed"), "{reason}");
    assert_eq!(group.failed_sends().await.unwrap(), []);
    let failed = MessageQuery { status: Some(DeliveryStatus::Failed), ..MessageQuery::default() };
    assert_eq!(there.count_messages(failed).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)] // MSG.R2
async fn a_change_whose_caller_went_away_is_carried_through() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    let _live: xmtp_client::MessageStream = alice.stream_messages().await.unwrap();
    // The request hangs for as long as the caller has patience.
    network.line.cut();
    let changed = tokio::time::timeout(Duration::from_millis(1), group.add_members(&[bob.inbox_id()])).await;
    drop(changed);
    network.line.mend();
    crate::support::until("bob is added", || async { is_there(&bob).await }).await;
}

async fn is_there(client: &Client) -> bool {
    client.conversations().sync_all().await.unwrap();
    let all = client.conversations().list(Default::default()).await.unwrap();
    let Some(group) = all.first() else { return false };
    let query = MessageQuery { kind: Some(MessageKind::MembershipChange), ..MessageQuery::default() };
    group.count_messages(query).await.unwrap() > 0
}
