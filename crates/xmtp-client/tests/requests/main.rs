//! What each operation costs, and what becomes of a message when the network is away.
#![cfg(test)]
mod costs;
mod many_members;
mod measured;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientError, Clock, Conversation, DatabaseKey, DeliveryError, DeliveryStatus, GroupOptions, LocalWallet,
    MessageKind, MessageQuery, MovableClock, SystemClock, Timestamp, Transport,
};
use xmtp_delivery::{Deliveries, LocalTransport, Newest, Page};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    SequenceId, Topic,
};

/// A network that writes down what it is asked, and can be away.
#[derive(Debug, Default)]
struct Counted {
    network: LocalTransport,
    asked: Mutex<Vec<&'static str>>,
    is_away: AtomicBool,
    /// After how many envelopes a subscription gives no more, and whether it ends then.
    breaks: Mutex<Option<(usize, Break)>>,
}

#[derive(Clone, Copy, Debug)]
enum Break {
    Ends,
    FallsSilent,
}

impl Counted {
    fn ask(&self, what: &'static str) -> Result<(), DeliveryError> {
        self.asked.lock().unwrap().push(what);
        if self.is_away.load(Ordering::SeqCst) { Err(DeliveryError::Unavailable("it is away".into())) } else { Ok(()) }
    }

    fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[async_trait]
impl Transport for Counted {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.ask("publish")?;
        self.network.publish(envelopes).await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        self.ask("query")?;
        self.network.query(topic, after).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.ask("subscribe")?;
        let envelopes = self.network.subscribe(topics).await?;
        Ok(match *self.breaks.lock().unwrap() {
            None => envelopes,
            Some((after, Break::Ends)) => envelopes.take(after).boxed(),
            Some((after, Break::FallsSilent)) => envelopes.take(after).chain(stream::pending()).boxed(),
        })
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.ask("newest")?;
        self.network.newest(groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.ask("key packages")?;
        self.network.key_packages(installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.ask("identity updates")?;
        self.network.identity_updates(inboxes).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.ask("contracts")?;
        self.network.ask_contracts(questions).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.ask("inbox ids")?;
        self.network.inbox_ids(identifiers).await
    }
}

/// Two clients on one network, each behind a line of its own.
async fn two_on_their_own_lines() -> [(Client, Arc<Counted>); 2] {
    let network = LocalTransport::new();
    let line = || Arc::new(Counted { network: network.clone(), ..Counted::default() });
    let (one, other) = (line(), line());
    [(client(&one).await, one), (client(&other).await, other)]
}

async fn received(client: &Client, id: &GroupId) -> Vec<Vec<u8>> {
    let there = client.conversations().find(id).await.unwrap();
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    there.messages(query).await.unwrap().into_iter().map(|message| message.content).collect()
}

async fn client(network: &Arc<Counted>) -> Client {
    let transport: Arc<dyn Transport> = Arc::clone(network) as _;
    let builder = Client::builder(LocalWallet::generate().unwrap()).transport(transport).in_memory();
    builder.clock(Arc::new(StoppedClock(SystemClock.now()))).build().await.unwrap()
}

/// A clock that stands still: what was fetched once stays fresh.
#[derive(Debug)]
struct StoppedClock(Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[tokio::test]
async fn each_operation_costs_the_requests_it_must() {
    let network = Arc::new(Counted::default());
    let alice = client(&network).await;
    let created = network.asked();
    assert_eq!(created, ["inbox ids", "publish", "publish", "identity updates"]);
    let bob = client(&network).await;
    network.asked();

    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "key packages", "publish", "query", "publish"]);
    // The first one looks whether bob has a new installation, and so does one after five seconds.
    dm.send(b"one".to_vec(), true).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "publish"]);
    dm.send(b"two".to_vec(), true).await.unwrap();
    assert_eq!(network.asked(), ["publish"]);

    bob.conversations().sync_all().await.unwrap();
    network.asked();
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(network.asked(), ["query", "newest"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_nobody_follows_is_read_before_each_send_while_members_commit_and_then_once_in_five_seconds() {
    let network = Arc::new(Counted::default());
    let clock = MovableClock::default();
    let transport: Arc<dyn Transport> = Arc::clone(&network) as _;
    let alice = Client::builder(LocalWallet::generate().unwrap()).transport(transport).in_memory();
    let alice = alice.clock(Arc::new(clock.clone())).build().await.unwrap();
    let bob = client(&network).await;
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    group.send(b"the first looks for installations".to_vec(), true).await.unwrap();
    let asked_after = async |seconds| {
        network.asked();
        clock.advance(Duration::from_secs(seconds));
        group.send(b"said".to_vec(), true).await.unwrap();
        network.asked()
    };
    assert_eq!(asked_after(1).await, ["query", "publish"]);
    assert_eq!(asked_after(1).await, ["query", "publish"]);
    assert_eq!(asked_after(5).await, ["query", "identity updates", "publish"]);
    assert_eq!(asked_after(3).await, ["publish"]);

    bob.conversations().sync_all().await.unwrap();
    bob.conversations().find(group.id()).await.unwrap().update_name("moved").await.unwrap();
    assert_eq!(asked_after(3).await, ["query", "identity updates", "publish"]);
    assert_eq!(asked_after(1).await, ["query", "publish"]);
}

/// Alice and bob in so many groups, in each of which alice has said something that bob has not read.
async fn news_in(count: u8) -> (Vec<Conversation>, Client, Arc<Counted>) {
    let [(alice, _), (bob, line)] = two_on_their_own_lines().await;
    let mut groups = Vec::new();
    for _ in 0..count {
        groups.push(alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap());
    }
    bob.conversations().sync_all().await.unwrap();
    for (number, group) in (0..count).zip(&groups) {
        group.send(vec![number], true).await.unwrap();
    }
    line.asked();
    (groups, bob, line)
}

async fn has_all(bob: &Client, groups: &[Conversation]) {
    for (number, group) in (0..).zip(groups) {
        assert_eq!(received(bob, group.id()).await, [vec![number]]);
    }
}

#[tokio::test]
async fn news_in_many_groups_cost_the_requests_of_one() {
    let (groups, bob, line) = news_in(40).await;
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(line.asked(), ["query", "newest", "subscribe"]);
    has_all(&bob, &groups).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_stream_does_not_give_is_asked_for_group_by_group() {
    for broken in [Break::Ends, Break::FallsSilent] {
        let (groups, bob, line) = news_in(10).await;
        *line.breaks.lock().unwrap() = Some((7, broken));
        bob.conversations().sync_all().await.unwrap();
        assert_eq!(line.asked(), ["query", "newest", "subscribe", "query", "query", "query"], "{broken:?}");
        has_all(&bob, &groups).await;
    }
}

#[tokio::test]
async fn waiting_senders_share_requests() {
    let network = Arc::new(Counted::default());
    let (alice, bob) = (client(&network).await, client(&network).await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    network.asked();
    let senders: Vec<_> = (0..50u8)
        .map(|number| {
            let dm = dm.clone();
            tokio::spawn(async move { dm.send(vec![number], true).await })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap().unwrap();
    }
    assert!(network.asked().len() < 25);
}

#[tokio::test]
async fn a_registered_installation_opens_without_any_request() {
    let network = Arc::new(Counted::default());
    let (folder, wallet) = (TempDir::new().unwrap(), LocalWallet::generate().unwrap());
    let open = || {
        let transport: Arc<dyn Transport> = Arc::clone(&network) as _;
        Client::builder(wallet.clone())
            .transport(transport)
            .data_folder(folder.path())
            .database_key(DatabaseKey::from_bytes([3; 32]))
            .build()
    };
    drop(open().await.unwrap());
    network.asked();
    network.is_away.store(true, Ordering::SeqCst);
    open().await.unwrap();
    assert_eq!(network.asked(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_message_written_while_the_network_is_away_goes_out_once_when_it_is_back() {
    let network = Arc::new(Counted::default());
    let (alice, bob) = (client(&network).await, client(&network).await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    network.is_away.store(true, Ordering::SeqCst);
    let error = dm.send(b"later".to_vec(), true).await.unwrap_err();
    assert!(error.is_retryable() && error.is_network());
    let ClientError::Queued { message, .. } = error else { panic!("{error}") };
    assert_eq!(alice.message(message).await.unwrap().unwrap().status, DeliveryStatus::Unpublished);

    network.is_away.store(false, Ordering::SeqCst);
    alice.conversations().sync_all().await.unwrap();
    assert_eq!(alice.message(message).await.unwrap().unwrap().status, DeliveryStatus::Published);
    bob.conversations().sync_all().await.unwrap();
    let there = bob.conversations().find(dm.id()).await.unwrap();
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    let received: Vec<_> = there.messages(query).await.unwrap().into_iter().map(|message| message.id).collect();
    assert_eq!(received, [message]);
}

#[tokio::test]
async fn what_could_not_be_sent_goes_out_before_what_is_written_later() {
    let [(alice, line), (bob, _)] = two_on_their_own_lines().await;
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    line.is_away.store(true, Ordering::SeqCst);
    // More than members tolerate out of order.
    for number in 0..10 {
        dm.send(vec![number], true).await.unwrap_err();
    }
    line.is_away.store(false, Ordering::SeqCst);
    dm.send(vec![10], true).await.unwrap();

    bob.conversations().sync_all().await.unwrap();
    assert_eq!(received(&bob, dm.id()).await, (0..=10).map(|number| vec![number]).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_was_sealed_epochs_ago_is_sealed_anew_before_it_is_sent() {
    let [(alice, line), (bob, _)] = two_on_their_own_lines().await;
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(dm.id()).await.unwrap();
    line.is_away.store(true, Ordering::SeqCst);
    dm.send(b"late".to_vec(), true).await.unwrap_err();
    for _ in 0..5 {
        at_bob.rotate_keys().await.unwrap();
    }
    line.is_away.store(false, Ordering::SeqCst);

    line.asked();
    alice.conversations().sync_all().await.unwrap();
    assert_eq!(line.asked().iter().filter(|asked| **asked == "publish").count(), 1);
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(received(&bob, dm.id()).await, [b"late"]);
}

#[tokio::test]
async fn a_message_that_came_too_late_to_be_read_is_read_once_in_the_end() {
    let [(alice, _), (bob, _)] = two_on_their_own_lines().await;
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(dm.id()).await.unwrap();
    // The second message follows so soon that alice does not look what bob has done in between.
    dm.send(b"early".to_vec(), true).await.unwrap();
    for _ in 0..5 {
        at_bob.rotate_keys().await.unwrap();
    }
    dm.send(b"late".to_vec(), true).await.unwrap();
    bob.conversations().sync_all().await.unwrap();

    alice.conversations().sync_all().await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(received(&bob, dm.id()).await, [b"early".to_vec(), b"late".to_vec()]);
}
