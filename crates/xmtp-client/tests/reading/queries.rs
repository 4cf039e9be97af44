//! Finding messages again.
use crate::support::{Network, at, said, text, texts};
use std::time::Duration;
use xmtp_client::{
    DeliveryStatus, GroupOptions, GroupOrder, GroupQuery, MessageKind, MessageOrder, MessageQuery, StreamPosition,
};
use xmtp_content_types::Content;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn messages_are_found_by_time_type_and_sender_and_counted() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let first = group.send(text("one"), true).await.unwrap();
    at(&bob, &group).await.send(Content::reaction(first, "x").to_bytes(), false).await.unwrap();
    group.sync().await.unwrap();
    group.send_later(text("two"), true).await.unwrap();

    let all = MessageQuery::default;
    let found = |query| async { said(group.messages(query).await.unwrap()) };
    let types = |name: &str| vec![name.to_owned()];
    assert_eq!(found(MessageQuery { content_types: types("xmtp.org/text"), ..all() }).await, ["one", "two"]);
    assert_eq!(found(MessageQuery { excluded_senders: vec![alice.inbox_id()], ..all() }).await, ["no text"]);
    let unsent = MessageQuery { status: Some(DeliveryStatus::Unpublished), ..all() };
    assert_eq!(found(unsent).await, ["two"]);
    let applications = MessageQuery { kind: Some(MessageKind::Application), ..all() };
    let newest = MessageQuery { order: MessageOrder::StoredDescending, limit: Some(1), ..applications.clone() };
    assert_eq!(found(newest).await, ["two"]);
    let stored = alice.message(first).await.unwrap().unwrap();
    let before = MessageQuery { sent_before: Some(stored.sent_at), ..applications.clone() };
    assert_eq!(found(before).await, Vec::<String>::new());
    let after = MessageQuery { stored_after: Some(stored.position), ..applications.clone() };
    assert_eq!(found(after).await, ["two", "no text"].iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(group.count_messages(applications).await.unwrap(), 3);
    // The change that added bob.
    assert_eq!(group.count_messages(all()).await.unwrap(), 4);
}

#[tokio::test]
async fn a_conversation_is_read_in_pages_without_a_gap_or_a_double() {
    let network = Network::default();
    let alice = network.client().await;
    let group = alice.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    for number in 0..25 {
        group.send(text(&number.to_string()), false).await.unwrap();
    }
    let mut page = MessageQuery {
        kind: Some(MessageKind::Application),
        order: MessageOrder::SentDescending,
        limit: Some(7),
        ..MessageQuery::default()
    };
    let mut read = Vec::new();
    loop {
        let messages = group.messages(page.clone()).await.unwrap();
        let Some(last) = messages.last() else { break };
        page.beyond = Some(last.place());
        read.extend(said(messages));
        // What comes meanwhile belongs to no later page.
        group.send(text("meanwhile"), false).await.unwrap();
    }
    assert_eq!(read, (0..25).rev().map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test] // MSG.R7
async fn an_expired_message_is_not_shown_although_nothing_has_deleted_it_yet() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let options = GroupOptions {
        disappear_from_ns: Some(1),
        disappear_in_ns: Some(i64::try_from(MINUTE.as_nanos()).unwrap()),
        ..GroupOptions::default()
    };
    let group = alice.conversations().create_group(&[bob.inbox_id()], options).await.unwrap();
    let sent = group.send(text("soon gone"), true).await.unwrap();
    let there = at(&bob, &group).await;
    assert_eq!(texts(&there).await, ["soon gone"]);
    assert!(bob.message(sent).await.unwrap().unwrap().expires_at.is_some());

    network.clock.advance(MINUTE * 2);
    assert_eq!(texts(&there).await, Vec::<String>::new());
    assert!(bob.message(sent).await.unwrap().is_none());
    assert!(there.enriched(MessageQuery::default()).await.unwrap().iter().all(|shown| shown.message.id != sent));
    let applications = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    assert_eq!(there.count_messages(applications).await.unwrap(), 0);
    let mut stream = bob.stream_messages_from(StreamPosition::Start).await.unwrap();
    there.send(text("after"), false).await.unwrap();
    group.sync().await.unwrap();
    group.send(text("still here"), false).await.unwrap();
    loop {
        let next = stream.next().await.unwrap().unwrap();
        assert_ne!(next.id, sent);
        if said([next]) == ["still here"] {
            break;
        }
    }
}

#[tokio::test]
async fn conversations_are_listed_by_creation_and_by_activity() {
    let network = Network::default();
    let alice = network.client().await;
    let mut groups = Vec::new();
    for _ in 0..3 {
        groups.push(alice.conversations().create_group(&[], GroupOptions::default()).await.unwrap());
    }
    groups[1].send(text("busy"), false).await.unwrap();
    let listed = |order| {
        let alice = alice.clone();
        async move {
            let query = GroupQuery { order, ..GroupQuery::default() };
            let all = alice.conversations().list(query).await.unwrap();
            all.into_iter().map(|conversation| conversation.id().clone()).collect::<Vec<_>>()
        }
    };
    let ids: Vec<_> = groups.iter().map(|group| group.id().clone()).collect();
    assert_eq!(listed(GroupOrder::OldestFirst).await, ids);
    assert_eq!(listed(GroupOrder::NewestFirst).await, ids.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(listed(GroupOrder::Activity).await[0], ids[1]);
}
