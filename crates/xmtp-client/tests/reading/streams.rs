//! Streams, over a node that goes away and over a bad line.
use crate::support::{Network, said, text};
use std::{collections::BTreeSet, sync::Arc};
use xmtp_client::{
    ConsentState, ConversationKind, ConversationStreamOptions, GroupOptions, MessageKind, MessageStream,
    MessageStreamOptions, StreamPosition, Transport,
};
use xmtp_delivery::{Faults, FaultyTransport};
use xmtp_testkit::World;

/// The next messages that members sent.
async fn next_texts(stream: &mut MessageStream, count: usize) -> Vec<String> {
    let mut read = Vec::new();
    while read.len() < count {
        let message = stream.next().await.unwrap().expect("the client is open");
        if message.kind == MessageKind::Application {
            read.extend(said([message]));
        }
    }
    read
}

#[tokio::test] // MSG.R14
async fn conversations_are_streamed_across_restarts_of_node_and_client() {
    let mut world = World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap(), world.user("bob").await.unwrap());
    let mut stream = bob.client.conversations().stream().await.unwrap();
    let mut created = Vec::new();
    let mut streamed = Vec::new();
    let conversations = alice.client.conversations();
    for _ in 0..2 {
        created.push(conversations.create_group(&[bob.client.inbox_id()], GroupOptions::default()).await.unwrap());
    }
    streamed.push(stream.next().await.unwrap().unwrap());
    let (read, position) = (streamed.len(), stream.position());
    drop(stream);

    world.restart_node().await.unwrap();
    created.push(conversations.create_group(&[bob.client.inbox_id()], GroupOptions::default()).await.unwrap());
    let bob = bob.restart().await.unwrap();
    created.push(conversations.dm(bob.client.inbox_id()).await.unwrap());
    created.push(bob.client.conversations().create_group(&[], GroupOptions::default()).await.unwrap());
    let from = StreamPosition::After(position);
    let options = ConversationStreamOptions { from, ..ConversationStreamOptions::default() };
    let mut stream = bob.client.conversations().stream_with(options).await.unwrap();
    while streamed.len() < created.len() {
        streamed.push(stream.next().await.unwrap().unwrap());
    }
    let ids = |all: &[xmtp_client::Conversation]| all.iter().map(|one| one.id().clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&streamed), ids(&created));
    assert_eq!(read, 1);
}

#[tokio::test] // MSG.R8
async fn messages_are_streamed_from_a_position_across_restarts_and_by_kind_and_consent() {
    let mut world = World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap(), world.user("bob").await.unwrap());
    let dm = alice.client.conversations().dm(bob.client.inbox_id()).await.unwrap();
    let group =
        alice.client.conversations().create_group(&[bob.client.inbox_id()], GroupOptions::default()).await.unwrap();
    let mut all = bob.client.stream_messages_from(StreamPosition::Start).await.unwrap();
    dm.send(text("one"), true).await.unwrap();
    assert_eq!(next_texts(&mut all, 1).await, ["one"]);
    let position = all.position();
    drop(all);
    world.restart_node().await.unwrap();
    group.send(text("two"), true).await.unwrap();
    dm.send(text("three"), true).await.unwrap();

    let bob = bob.restart().await.unwrap();
    let mut all = bob.client.stream_messages_from(StreamPosition::After(position)).await.unwrap();
    let mut rest = next_texts(&mut all, 2).await;
    rest.sort();
    assert_eq!(rest, ["three", "two"]);
    bob.client.conversations().find(group.id()).await.unwrap().set_consent(ConsentState::Denied).await.unwrap();
    let from = StreamPosition::Start;
    let dms = MessageStreamOptions { from, kind: Some(ConversationKind::Dm), ..MessageStreamOptions::default() };
    let mut dms = bob.client.stream_messages_with(dms).await.unwrap();
    let denied = MessageStreamOptions { from, consent: vec![ConsentState::Denied], ..MessageStreamOptions::default() };
    let mut denied = bob.client.stream_messages_with(denied).await.unwrap();
    let there = bob.client.conversations().find(group.id()).await.unwrap();
    let mut one = there.stream_messages_from(from).await.unwrap();
    group.send(text("four"), true).await.unwrap();
    dm.send(text("five"), true).await.unwrap();
    assert_eq!(next_texts(&mut dms, 3).await, ["one", "three", "five"]);
    assert_eq!(next_texts(&mut denied, 2).await, ["two", "four"]);
    assert_eq!(next_texts(&mut one, 2).await, ["two", "four"]);
}

#[tokio::test(start_paused = true)] // MSG.R8, MSG.R14
async fn over_a_bad_line_streams_give_everything_once_and_in_order() {
    for seed in 0..4 {
        let network = Network::default();
        let alice = network.client().await;
        let bob = network.client().await;
        let line: Arc<dyn Transport> = Arc::clone(&network.line) as _;
        let bad = Arc::new(FaultyTransport::new(line, Faults { lost: 5, ..Faults::ROUGH }, seed));
        let wallet = xmtp_client::LocalWallet::generate().unwrap();
        let carol = loop {
            let builder = network.builder(&wallet).transport(Arc::clone(&bad) as _).in_memory();
            if let Ok(carol) = builder.build().await {
                break carol;
            }
        };
        let (mut messages, mut conversations) = loop {
            let opened = (carol.stream_messages().await, carol.conversations().stream().await);
            if let (Ok(messages), Ok(conversations)) = opened {
                break (messages, conversations);
            }
        };
        let mut groups = Vec::new();
        for _ in 0..3 {
            let members = [bob.inbox_id(), carol.inbox_id()];
            groups.push(alice.conversations().create_group(&members, GroupOptions::default()).await.unwrap());
        }
        let mut expected = Vec::new();
        for number in 0..15 {
            expected.push(format!("{} {}", number % 3, number / 3));
            groups[number % 3].send(text(&expected[number]), true).await.unwrap();
        }
        let read = next_texts(&mut messages, expected.len()).await;
        for group in 0..3 {
            let of_group = |all: &[String]| -> Vec<String> {
                all.iter().filter(|said| said.starts_with(&group.to_string())).cloned().collect()
            };
            assert_eq!(of_group(&read), of_group(&expected), "seed {seed}");
        }
        let mut joined = BTreeSet::new();
        for _ in 0..3 {
            assert!(joined.insert(conversations.next().await.unwrap().unwrap().id().clone()), "seed {seed}");
        }
        assert_eq!(joined, groups.iter().map(|group| group.id().clone()).collect(), "seed {seed}");
    }
}

#[tokio::test] // MSG.R8
async fn a_reader_that_is_slow_is_given_everything() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let mut stream = bob.stream_messages().await.unwrap();
    let expected: Vec<String> = (0..250).map(|number: u32| number.to_string()).collect();
    for said in &expected {
        group.send(text(said), false).await.unwrap();
    }
    let there = group.id().clone();
    crate::support::until("bob has all", || async {
        let Ok(there) = bob.conversations().find(&there).await else { return false };
        crate::support::texts(&there).await.len() == 250
    })
    .await;
    assert_eq!(next_texts(&mut stream, 250).await, expected);
}
