//! The gRPC transport against a small node in this process, over plain HTTP/2 and over TLS.
#![cfg(test)]
mod node;

use futures::StreamExt;
use node::{Node, commit, message, update};
use std::{sync::Arc, time::Duration};
use tonic::Code;
use xmtp_delivery::{
    Backoff, Deliveries, DeliveryError, Environment, GrpcTransport, Network, Patience, Subscription, Transport, grpc,
};
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId, OriginatorId, Payload,
    PointerAlgorithm, SequenceId, Topic, WrapperAlgorithm,
};

fn group(number: u8) -> GroupId {
    GroupId::from([number; 16])
}

fn no_delay() -> u64 {
    0
}

fn client(node: &Node) -> GrpcTransport {
    GrpcTransport::builder(node.url()).random(no_delay).connect().unwrap()
}

fn sent(group_number: u8, mls: Vec<u8>) -> ClientEnvelope {
    ClientEnvelope::group_message(&group(group_number), mls, vec![4; 32], true)
}

fn welcomes() -> [ClientEnvelope; 2] {
    let topic = Topic::welcome(&InstallationId::from_bytes([9; 32]));
    let welcome = Payload::Welcome {
        data: vec![1; 3000],
        hpke_public_key: vec![2; 1216],
        algorithm: WrapperAlgorithm::XWingMlKem768Draft6,
        metadata: vec![3; 18],
    };
    let pointer = Payload::WelcomePointer {
        pointer: vec![5; 1240],
        hpke_public_key: vec![6; 1216],
        algorithm: PointerAlgorithm::XWingMlKem768Draft6,
    };
    [ClientEnvelope { topic: topic.clone(), payload: welcome }, ClientEnvelope { topic, payload: pointer }]
}

fn from_start(topics: impl IntoIterator<Item = Topic>) -> Vec<(Topic, Cursor)> {
    topics.into_iter().map(|topic| (topic, Cursor::start())).collect()
}

async fn take(deliveries: &mut Deliveries, count: usize) -> Vec<Delivered> {
    deliveries.take(count).map(Result::unwrap).collect().await
}

#[tokio::test]
async fn what_one_client_publishes_another_queries_unchanged() {
    let node = Node::start();
    let (writer, reader) = (client(&node), client(&node));
    let [welcome, pointer] = welcomes();
    let envelopes = [sent(1, commit(1, b"c")), sent(1, message(1, b"m")), welcome.clone(), pointer.clone()];
    writer.publish(&envelopes).await.unwrap();

    let page = reader.query(&Topic::group(&group(1)), &Cursor::start()).await.unwrap();
    assert!(!page.more);
    let places: Vec<_> = page.envelopes.iter().map(|found| (found.originator, found.sequence_id.as_u64())).collect();
    assert_eq!(places, [(OriginatorId::V3_COMMITS, 1), (OriginatorId::V3_MESSAGES, 2)]);
    assert_eq!(page.envelopes[0].payload, envelopes[0].payload);
    assert_eq!(page.envelopes[1].payload, envelopes[1].payload);

    let page = reader.query(&welcome.topic, &Cursor::start()).await.unwrap();
    let payloads: Vec<_> = page.envelopes.into_iter().map(|found| found.payload).collect();
    assert_eq!(payloads, [welcome.payload, pointer.payload]);
}

#[tokio::test]
async fn long_topics_are_read_page_by_page() {
    let node = Node::start();
    let network = client(&node);
    let envelopes: Vec<_> = (0..150u8).map(|number| sent(1, message(1, &[number]))).collect();
    network.publish(&envelopes).await.unwrap();
    assert_eq!(node.calls("SendGroupMessages"), 1);

    let first = network.query(&envelopes[0].topic, &Cursor::start()).await.unwrap();
    assert_eq!((first.envelopes.len(), first.more), (100, true));
    let after = first.envelopes.iter().map(|found| (found.originator, found.sequence_id)).collect();
    let second = network.query(&envelopes[0].topic, &after).await.unwrap();
    assert_eq!((second.envelopes.len(), second.more), (50, false));
}

#[tokio::test]
async fn newest_and_key_packages_answer_in_the_order_asked() {
    let node = Node::start();
    let network = client(&node);
    let [known, unknown] = [1, 2].map(|byte| InstallationId::from_bytes([byte; 32]));
    network
        .publish(&[
            sent(1, message(1, b"m")),
            sent(1, commit(1, b"c")),
            sent(2, message(2, b"m")),
            ClientEnvelope::key_package(&known, [[1; 32].as_slice(), b"key package"].concat()),
        ])
        .await
        .unwrap();

    let newest = network.newest(&[group(2), group(3), group(1)]).await.unwrap();
    let places: Vec<_> =
        newest.iter().map(|newest| newest.map(|at| (at.originator, at.sequence_id.as_u64()))).collect();
    assert_eq!(places, [Some((OriginatorId::V3_MESSAGES, 3)), None, Some((OriginatorId::V3_COMMITS, 2))]);
    assert_eq!(network.newest(&[]).await, Ok(vec![]));

    let found = network.key_packages(&[unknown, known]).await.unwrap();
    assert_eq!(found, [None, Some([[1; 32].as_slice(), b"key package"].concat())]);
}

#[tokio::test] // DELIVERY.R8
async fn identity_updates_and_inbox_ids_are_found_again() {
    let node = Node::start();
    let network = client(&node);
    let inboxes: Vec<InboxId> = (1..=120).map(|byte| InboxId::from_bytes([byte; 32])).collect();
    let address = format!("0x{}", "ab".repeat(20));
    let envelope = update(&inboxes[60], &address);
    network.publish(std::slice::from_ref(&envelope)).await.unwrap();

    let asked: Vec<_> = inboxes.iter().map(|inbox| (*inbox, SequenceId::ZERO)).collect();
    let updates = network.identity_updates(&asked).await.unwrap();
    assert_eq!(node.calls("GetIdentityUpdates"), 3, "fifty inboxes in a request");
    let full: Vec<_> = (0..120).filter(|number| !updates[*number].is_empty()).collect();
    assert_eq!(full, [60]);
    assert_eq!(updates[60][0].payload, envelope.payload);
    assert_eq!(network.query(&envelope.topic, &Cursor::start()).await.unwrap().envelopes, updates[60]);

    // All but two are known up to a number, and there is nothing new of them.
    let after = |number| if number == 60 || number == 3 { SequenceId::ZERO } else { SequenceId::new(100) };
    let asked: Vec<_> = inboxes.iter().enumerate().map(|(number, inbox)| (*inbox, after(number))).collect();
    let calls = node.calls("GetIdentityUpdates");
    assert_eq!(network.identity_updates(&asked).await.unwrap(), updates);
    assert_eq!(node.calls("GetIdentityUpdates") - calls, 2, "those of a group in one, the new ones in another");

    let known = Identifier::ethereum(&address).unwrap();
    let unknown = Identifier::ethereum(&format!("0x{}", "cd".repeat(20))).unwrap();
    assert_eq!(network.inbox_ids(&[unknown, known]).await, Ok(vec![None, Some(inboxes[60])]));
}

#[tokio::test]
async fn a_subscription_gives_the_backlog_and_then_what_is_live() {
    let node = Node::start();
    let network = client(&node);
    let [welcome, pointer] = welcomes();
    network.publish(&[sent(1, message(1, b"1")), sent(2, message(2, b"2")), welcome.clone()]).await.unwrap();

    let topics = from_start([Topic::group(&group(1)), welcome.topic.clone()]);
    let mut deliveries = network.subscribe(&topics).await.unwrap();
    let mut backlog = take(&mut deliveries, 2).await;
    backlog.sort_by(|one, other| one.topic.cmp(&other.topic));
    assert_eq!(backlog[0].payload, sent(1, message(1, b"1")).payload);
    assert_eq!(backlog[1].payload, welcome.payload);

    network.publish(&[sent(2, message(2, b"elsewhere")), sent(1, message(1, b"live"))]).await.unwrap();
    assert_eq!(take(&mut deliveries, 1).await[0].sequence_id, SequenceId::new(4));
    network.publish(std::slice::from_ref(&pointer)).await.unwrap();
    assert_eq!(take(&mut deliveries, 1).await[0].payload, pointer.payload);
}

#[tokio::test]
async fn a_subscription_to_nothing_is_open_and_silent() {
    let node = Node::start();
    let network = client(&node);
    let mut deliveries = network.subscribe(&[]).await.unwrap();
    network.publish(&[sent(1, message(1, b"1"))]).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(50), deliveries.next()).await.is_err());
}

#[tokio::test] // DELIVERY.R5
async fn a_followed_topic_survives_the_node_being_restarted() {
    let mut node = Node::start();
    let network = client(&node);
    let backoff = Backoff { first: Duration::from_millis(20), longest: Duration::from_millis(50), ..Backoff::STREAM };
    let mut subscription =
        Subscription::open_with(Arc::new(network.clone()), from_start([Topic::group(&group(1))]), backoff, || u64::MAX);
    network.publish(&[sent(1, message(1, b"before"))]).await.unwrap();
    assert_eq!(subscription.next().await.unwrap().unwrap().sequence_id, SequenceId::new(1));

    node.stop();
    assert!(tokio::time::timeout(Duration::from_millis(150), subscription.next()).await.is_err());
    node.start_again();
    network.publish(&[sent(1, message(1, b"after"))]).await.unwrap();
    assert_eq!(subscription.next().await.unwrap().unwrap().sequence_id, SequenceId::new(2));
}

#[tokio::test] // DELIVERY.R7
async fn failures_that_may_heal_are_tried_again_and_refusals_are_not() {
    let node = Node::start();
    let network = client(&node);
    node.fail_next(Code::Unavailable, 3);
    network.publish(&[sent(1, message(1, b"1"))]).await.unwrap();
    assert_eq!(node.calls("SendGroupMessages"), 4);

    node.fail_next(Code::InvalidArgument, 1);
    let refused = network.publish(&[sent(1, message(1, b"2"))]).await.unwrap_err();
    assert!(matches!(&refused, DeliveryError::Rejected(why) if why == "as told"), "{refused}");
    assert_eq!(node.calls("SendGroupMessages"), 5);
}

#[tokio::test]
async fn a_call_gives_up_when_its_patience_ends() {
    let node = Node::start();
    node.fail_next(Code::Unavailable, u32::MAX);
    let error = client(&node).newest(&[group(1)]).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(node.calls("GetNewestGroupMessage"), Patience::CALL.attempts);
}

#[tokio::test] // DELIVERY.R7
async fn an_identity_update_is_sent_once_when_it_may_have_been_taken() {
    let node = Node::start();
    node.fail_next(Code::Unavailable, u32::MAX);
    let inbox = InboxId::from_bytes([1; 32]);
    let error = client(&node).publish(&[update(&inbox, "0x01")]).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Unavailable(_)), "{error}");
    assert_eq!(node.calls("PublishIdentityUpdate"), 1);
}

#[tokio::test] // DELIVERY.R11
async fn every_request_names_the_protocol_and_the_application() {
    let node = Node::start();
    let own = concat!("xmtp-rs/", env!("CARGO_PKG_VERSION"));
    client(&node).newest(&[group(1)]).await.unwrap();
    assert_eq!(node.header("x-libxmtp-version").as_deref(), Some(grpc::LIBXMTP_VERSION));
    assert_eq!(node.header("x-app-version").as_deref(), Some(own));
    assert!(node.header("user-agent").unwrap().starts_with(own));

    let named = GrpcTransport::builder(node.url()).app_version("weather/2.1").connect().unwrap();
    named.newest(&[group(1)]).await.unwrap();
    assert_eq!(node.header("x-app-version").as_deref(), Some("weather/2.1"));
}

#[tokio::test]
async fn a_few_transports_of_a_process_share_a_connection_and_it_ends_with_the_last_of_them() {
    let node = Node::start();
    let transports: Vec<_> = (0..16).map(|_| client(&node)).collect();
    for transport in &transports {
        transport.newest(&[group(1)]).await.unwrap();
    }
    assert_eq!(node.connections(), 2);
    // One place is free, and one that is given up is taken again.
    drop(transports.into_iter().skip(9).collect::<Vec<_>>());
    client(&node).newest(&[group(1)]).await.unwrap();
    assert_eq!(node.connections(), 3);
}

#[tokio::test]
async fn a_node_that_is_not_there_is_an_error_that_says_what_to_do() {
    let mut node = Node::start();
    node.stop();
    let patience = Patience { attempts: 1, ..Patience::CALL };
    let network = GrpcTransport::builder(node.url()).patience(patience).connect().unwrap();
    let error = network.newest(&[group(1)]).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Unreachable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&node.url()) && text.contains("xmtp up") && text.contains("refused"), "{text}");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_before_anything_is_dialled() {
    for url in ["", "localhost:5556", "grpcs://localhost:5556", "http://", "not a url"] {
        let error = GrpcTransport::builder(url).connect().unwrap_err();
        assert!(matches!(error, DeliveryError::InvalidAddress { .. }), "{url}: {error}");
    }
    assert!(GrpcTransport::builder("http://localhost:1").app_version("new\nline").connect().is_err());
}

#[test]
fn connecting_outside_a_runtime_is_an_error_and_no_panic() {
    let error = GrpcTransport::connect(&Network::from(Environment::Local)).unwrap_err();
    assert!(matches!(error, DeliveryError::Unsupported(_)), "{error}");
}

#[tokio::test]
async fn every_environment_has_an_address_that_can_be_used() {
    for environment in [Environment::Local, Environment::Dev, Environment::Production] {
        GrpcTransport::connect(&environment.into()).unwrap();
    }
}

#[tokio::test]
async fn a_node_behind_tls_is_reached_when_its_authority_is_trusted() {
    let (node, authority) = Node::start_with_tls();
    let network = GrpcTransport::builder(node.url()).root_certificate(authority).connect().unwrap();
    let mut deliveries = network.subscribe(&from_start([Topic::group(&group(1))])).await.unwrap();
    network.publish(&[sent(1, message(1, b"over tls"))]).await.unwrap();
    assert_eq!(take(&mut deliveries, 1).await[0].payload, sent(1, message(1, b"over tls")).payload);
}

#[tokio::test]
async fn a_node_behind_tls_of_an_unknown_authority_is_refused() {
    let (node, _) = Node::start_with_tls();
    let patience = Patience { attempts: 1, ..Patience::CALL };
    let network = GrpcTransport::builder(node.url()).patience(patience).connect().unwrap();
    let error = network.newest(&[group(1)]).await.unwrap_err();
    assert!(matches!(&error, DeliveryError::Unreachable { cause, .. } if cause.contains("certificate")), "{error}");
}

#[tokio::test]
async fn a_certificate_that_is_none_is_refused() {
    let garbage = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let error = GrpcTransport::builder("https://localhost:1").root_certificate(garbage).connect().unwrap_err();
    assert!(matches!(error, DeliveryError::InvalidAddress { .. }), "{error}");
}
