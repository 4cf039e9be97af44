//! The whole system in one process: clients with databases on disk, and a node on real sockets.
#![cfg(test)]
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use xmtp_client::{Client, LocalWallet, Message, MessageKind, MessageQuery, MessageStream};
use xmtp_delivery::GrpcTransport;
use xmtp_node::{DataLocation, Node, NodeConfig, TlsIdentity};
use xmtp_testkit::World;

async fn next_text(stream: &mut MessageStream) -> Vec<u8> {
    loop {
        let message = stream.next().await.unwrap().expect("the client is alive");
        if message.kind == MessageKind::Application {
            return message.content;
        }
    }
}

fn texts(messages: Vec<Message>) -> Vec<Vec<u8>> {
    messages.into_iter().map(|message| message.content).collect()
}

fn applications() -> MessageQuery {
    MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() }
}

#[tokio::test]
async fn a_stream_lives_through_a_restart_of_the_node() {
    let mut world = World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap(), world.user("bob").await.unwrap());
    let mut stream = bob.client.stream_messages().await.unwrap();
    let dm = alice.client.conversations().dm(bob.client.inbox_id()).await.unwrap();
    dm.send(b"before".to_vec(), true).await.unwrap();
    assert_eq!(next_text(&mut stream).await, b"before");

    world.restart_node().await.unwrap();
    dm.send(b"after".to_vec(), true).await.unwrap();
    assert_eq!(next_text(&mut stream).await, b"after");
}

#[tokio::test]
async fn both_installations_of_an_inbox_read_and_a_restart_keeps_everything() {
    let mut world = World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap(), world.user("bob").await.unwrap());
    let dm = alice.client.conversations().dm(bob.client.inbox_id()).await.unwrap();
    let laptop = bob.second_installation().await.unwrap();
    world.clock.advance(Duration::from_secs(31 * 60));
    dm.sync().await.unwrap();
    dm.send(b"to both".to_vec(), true).await.unwrap();

    let bob = bob.restart().await.unwrap();
    for installation in [&bob, &laptop] {
        installation.client.conversations().sync_all().await.unwrap();
        let there = installation.client.conversations().find(dm.id()).await.unwrap();
        assert_eq!(texts(there.messages(applications()).await.unwrap()), [b"to both".to_vec()]);
        assert_eq!(there.info().await.unwrap(), dm.info().await.unwrap());
    }
}

#[tokio::test]
async fn clients_talk_over_tls_and_refuse_a_certificate_nobody_vouches_for() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let folder = TempDir::new().unwrap();
    let mut config = NodeConfig::ephemeral();
    config.data = DataLocation::Folder(folder.path().to_owned());
    config.tls = Some(TlsIdentity::from_pem(cert.pem(), signing_key.serialize_pem()));
    let node = Node::start(config).await.unwrap();
    let url = format!("https://localhost:{}", node.addresses().native.port());

    let client = |transport: GrpcTransport| {
        Client::builder(LocalWallet::generate().unwrap()).transport(Arc::new(transport)).in_memory().build()
    };
    let trusting = || GrpcTransport::builder(url.as_str()).root_certificate(cert.pem()).connect().unwrap();
    let (alice, bob) = (client(trusting()).await.unwrap(), client(trusting()).await.unwrap());
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    dm.send(b"sealed twice".to_vec(), true).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let there = bob.conversations().find(dm.id()).await.unwrap();
    assert_eq!(texts(there.messages(applications()).await.unwrap()), [b"sealed twice".to_vec()]);

    let distrusting = GrpcTransport::builder(url.as_str()).connect().unwrap();
    let refused = client(distrusting).await.unwrap_err();
    assert!(refused.is_network(), "{refused}");
    node.shutdown().await.unwrap();
}
