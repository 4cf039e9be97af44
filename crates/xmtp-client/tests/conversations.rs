//! Clients talking to each other over a network in the same process.
#![cfg(test)]
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientBuilder, ClientError, Clock, ConversationKind, DatabaseKey, DeliveryStatus, Environment,
    GroupOptions, LocalWallet, Message, MessageKind, MessageQuery, SystemClock, Timestamp, Transport,
};
use xmtp_delivery::LocalTransport;

struct Network(Arc<dyn Transport>);

impl Network {
    fn new() -> Self {
        Self(Arc::new(LocalTransport::new()))
    }

    async fn client(&self) -> Client {
        self.installation(&LocalWallet::generate().unwrap()).await
    }

    async fn installation(&self, wallet: &LocalWallet) -> Client {
        self.builder(wallet).build().await.unwrap()
    }

    fn builder(&self, wallet: &LocalWallet) -> ClientBuilder {
        Client::builder(wallet.clone()).transport(Arc::clone(&self.0)).in_memory()
    }

    async fn on_disk(&self, wallet: &LocalWallet, folder: &TempDir) -> Result<Client, ClientError> {
        Client::builder(wallet.clone())
            .environment(Environment::Local)
            .transport(Arc::clone(&self.0))
            .data_folder(folder.path())
            .database_key(DatabaseKey::from_bytes([3; 32]))
            .build()
            .await
    }
}

/// The system's clock, so many seconds later.
#[derive(Debug, Default)]
struct MovedClock(AtomicU64);

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(Duration::from_secs(self.0.load(Ordering::SeqCst)))
    }
}

async fn texts(client: &Client, conversation: &xmtp_client::Conversation) -> Vec<Vec<u8>> {
    let found = client.conversations().find(conversation.id()).await.unwrap();
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    found.messages(query).await.unwrap().into_iter().map(|message: Message| message.content).collect()
}

#[tokio::test]
async fn a_direct_conversation_carries_messages_both_ways() {
    let network = Network::new();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    let sent = dm.send(b"one".to_vec(), true).await.unwrap();

    bob.conversations().sync_all().await.unwrap();
    let there = bob.conversations().find(dm.id()).await.unwrap();
    assert_eq!(there.kind(), ConversationKind::Dm);
    assert_eq!(there.dm_peer(), Some(alice.inbox_id()));
    there.send(b"two".to_vec(), true).await.unwrap();
    dm.sync().await.unwrap();

    assert_eq!(texts(&alice, &dm).await, [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(texts(&bob, &dm).await, [b"one".to_vec(), b"two".to_vec()]);
    let stored = bob.message(sent).await.unwrap().expect("the message has the same id on both sides");
    assert_eq!(stored.status, DeliveryStatus::Published);
    assert_eq!(stored.sender, alice.inbox_id());
    assert_eq!(dm.info().await.unwrap(), there.info().await.unwrap());
}

#[tokio::test]
async fn a_group_grows_changes_its_name_and_shrinks() {
    let network = Network::new();
    let (alice, bob, carol) = (network.client().await, network.client().await, network.client().await);
    let options = GroupOptions { name: "first".into(), ..GroupOptions::default() };
    let group = alice.conversations().create_group(&[bob.inbox_id()], options).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(group.id()).await.unwrap();
    at_bob.add_members(&[carol.inbox_id()]).await.unwrap();
    carol.conversations().sync_all().await.unwrap();
    let at_carol = carol.conversations().find(group.id()).await.unwrap();
    at_carol.update_name("second").await.unwrap();
    at_carol.send(b"hello".to_vec(), true).await.unwrap();

    group.sync().await.unwrap();
    at_bob.sync().await.unwrap();
    let info = group.info().await.unwrap();
    assert_eq!(info, at_bob.info().await.unwrap());
    assert_eq!(info, at_carol.info().await.unwrap());
    assert_eq!(info.attributes.get("group_name").map(String::as_str), Some("second"));
    assert_eq!(info.members.len(), 3);
    assert_eq!(texts(&alice, &group).await, [b"hello".to_vec()]);

    group.remove_members(&[bob.inbox_id()]).await.unwrap();
    at_bob.sync().await.unwrap();
    assert_eq!(at_bob.status().await.unwrap(), xmtp_client::GroupStatus::Removed);
    at_carol.sync().await.unwrap();
    assert_eq!(group.info().await.unwrap(), at_carol.info().await.unwrap());
    assert!(!group.info().await.unwrap().members.contains_key(&bob.inbox_id()));
}

#[tokio::test]
async fn a_policy_that_refuses_names_itself() {
    let network = Network::new();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(group.id()).await.unwrap();
    let refused = at_bob.remove_members(&[alice.inbox_id()]).await.unwrap_err();
    assert!(refused.to_string().contains("remove member"), "{refused}");
    at_bob.send(b"still here".to_vec(), true).await.unwrap();
    group.sync().await.unwrap();
    assert_eq!(texts(&alice, &group).await, [b"still here".to_vec()]);
}

#[tokio::test]
async fn a_second_installation_joins_what_the_first_is_in() {
    let network = Network::new();
    let wallet = LocalWallet::generate().unwrap();
    let clock = Arc::new(MovedClock::default());
    let phone = network.installation(&wallet).await;
    let bob = network.builder(&LocalWallet::generate().unwrap()).clock(clock.clone()).build().await.unwrap();
    let dm = bob.conversations().dm(phone.inbox_id()).await.unwrap();
    let laptop = network.installation(&wallet).await;
    assert_eq!(phone.inbox_id(), laptop.inbox_id());
    // What bob knows of an inbox is believed for five seconds, and compared with the group every half hour.
    clock.0.store(31 * 60, Ordering::SeqCst);
    dm.sync().await.unwrap();
    dm.send(b"to both".to_vec(), true).await.unwrap();
    for installation in [&phone, &laptop] {
        installation.conversations().sync_all().await.unwrap();
        assert_eq!(texts(installation, &dm).await, [b"to both".to_vec()]);
    }
}

#[tokio::test]
async fn many_senders_at_once_lose_nothing_and_keep_their_order() {
    let network = Network::new();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    let senders: Vec<_> = (0..16u8)
        .map(|sender| {
            let dm = dm.clone();
            tokio::spawn(async move {
                for number in 0..10u8 {
                    dm.send(vec![sender, number], true).await.unwrap();
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    bob.conversations().sync_all().await.unwrap();
    let received = texts(&bob, &dm).await;
    assert_eq!(received.len(), 160);
    for sender in 0..16u8 {
        let of_sender: Vec<u8> = received.iter().filter(|text| text[0] == sender).map(|text| text[1]).collect();
        assert_eq!(of_sender, (0..10).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_stream_gives_history_from_its_position_then_live() {
    let network = Network::new();
    let (alice, bob) = (network.client().await, network.client().await);
    let mut stream = bob.stream_messages().await.unwrap();
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    for number in 0..5u8 {
        dm.send(vec![number], true).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut after_second = 0;
    while seen.len() < 5 {
        let message = stream.next().await.unwrap().unwrap();
        if message.kind == MessageKind::Application {
            seen.push(message.content);
            if seen.len() == 2 {
                after_second = stream.position();
            }
        }
    }
    assert_eq!(seen, (0..5u8).map(|number| vec![number]).collect::<Vec<_>>());
    let mut again = bob.stream_messages_from(xmtp_client::StreamPosition::After(after_second)).await.unwrap();
    assert_eq!(again.next().await.unwrap().unwrap().content, [2]);
}

#[tokio::test]
async fn a_restart_keeps_the_installation_and_asks_the_network_nothing() {
    let network = Network::new();
    let folder = TempDir::new().unwrap();
    let wallet = LocalWallet::generate().unwrap();
    let bob = network.client().await;
    let alice = network.on_disk(&wallet, &folder).await.unwrap();
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    dm.send(b"before".to_vec(), true).await.unwrap();
    let (inbox, installation) = (alice.inbox_id(), alice.installation_id());
    drop(dm);
    drop(alice);

    let alice = network.on_disk(&wallet, &folder).await.unwrap();
    assert_eq!((alice.inbox_id(), alice.installation_id()), (inbox, installation));
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    dm.send(b"after".to_vec(), true).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(texts(&bob, &dm).await, [b"before".to_vec(), b"after".to_vec()]);
}

#[tokio::test]
async fn a_conversation_created_while_the_stream_is_open_is_followed_before_anything_else_comes() {
    let network = Network::new();
    let (alice, bob) = (network.client().await, network.client().await);
    let mut stream = bob.stream_messages().await.unwrap();
    let dm = bob.conversations().dm(alice.inbox_id()).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    let there = alice.conversations().find(dm.id()).await.unwrap();
    there.send(b"first of all".to_vec(), true).await.unwrap();
    let message = tokio::time::timeout(Duration::from_secs(20), stream.next()).await.unwrap();
    assert_eq!(message.unwrap().unwrap().content, b"first of all");
}
