//! What changes of an inbox do to its groups.
use crate::network::Network;
use std::time::Duration;
use xmtp_client::{Client, Conversation, GroupOptions, GroupStatus, InstallationId, LocalWallet};

async fn installations(group: &Conversation, of: &Client) -> Vec<InstallationId> {
    let info = group.info().await.unwrap();
    info.members[&of.inbox_id()].installations.to_vec()
}

#[tokio::test] // ID.R62 ID.R63
async fn a_revoked_installation_leaves_every_group_at_once() {
    let (network, owner) = (Network::default(), LocalWallet::generate().unwrap());
    let (client, peer) = (network.client_of(owner.clone()).await, network.client().await);
    let lost = network.client_of(owner.clone()).await;
    let mut groups = Vec::new();
    for _ in 0..5 {
        let made = client.conversations().create_group(&[peer.inbox_id()], GroupOptions::default()).await.unwrap();
        groups.push(made);
    }
    lost.conversations().sync_all().await.unwrap();
    assert_eq!(installations(&groups[0], &client).await.len(), 2);

    client.inbox().revoke_installations(&[lost.installation_id()], &owner).await.unwrap();
    peer.conversations().sync_all().await.unwrap();
    lost.conversations().sync_all().await.unwrap();
    for group in &groups {
        assert_eq!(installations(group, &client).await, [client.installation_id()]);
        let at_peer = peer.conversations().find(group.id()).await.unwrap();
        assert_eq!(at_peer.info().await.unwrap(), group.info().await.unwrap());
        let at_lost = lost.conversations().find(group.id()).await.unwrap();
        assert_eq!(at_lost.status().await.unwrap(), GroupStatus::Removed);
    }
}

#[tokio::test]
async fn a_new_installation_joins_the_groups_of_its_inbox_with_the_next_message() {
    let (network, owner) = (Network::default(), LocalWallet::generate().unwrap());
    let client = network.client_of(owner.clone()).await;
    let (clock, peer) = network.client_with_clock().await;
    let group = peer.conversations().create_group(&[client.inbox_id()], GroupOptions::default()).await.unwrap();
    let second = network.client_of(owner).await;
    clock.advance(Duration::from_secs(6));
    group.send(b"to both".to_vec(), true).await.unwrap();
    second.conversations().sync_all().await.unwrap();
    let at_second = second.conversations().find(group.id()).await.unwrap();
    assert!(at_second.messages(Default::default()).await.unwrap().iter().any(|message| message.content == b"to both"));
    assert_eq!(installations(&at_second, &client).await.len(), 2);
}

#[tokio::test] // ID.R65
async fn what_was_revoked_elsewhere_leaves_a_group_in_which_nobody_writes() {
    let (network, owner) = (Network::default(), LocalWallet::generate().unwrap());
    let (client, lost) = (network.client_of(owner.clone()).await, network.client_of(owner.clone()).await);
    let (clock, peer) = network.client_with_clock().await;
    let group = peer.conversations().create_group(&[client.inbox_id()], GroupOptions::default()).await.unwrap();
    assert_eq!(installations(&group, &client).await.len(), 2);
    network.identities().revoke_installations(client.inbox_id(), &owner, &[lost.installation_id()]).await.unwrap();
    peer.conversations().sync_all().await.unwrap();
    assert_eq!(installations(&group, &client).await.len(), 2, "not with every sync");
    clock.advance(Duration::from_secs(31 * 60));
    peer.conversations().sync_all().await.unwrap();
    assert_eq!(installations(&group, &client).await, [client.installation_id()]);
}

#[tokio::test] // ID.R61
async fn a_reader_behind_a_lagging_replica_waits_for_the_update_and_does_not_fork() {
    let (network, owner) = (Network::default(), LocalWallet::generate().unwrap());
    let (client, peer) = (network.client_of(owner.clone()).await, network.client().await);
    let group = client.conversations().create_group(&[peer.inbox_id()], GroupOptions::default()).await.unwrap();
    peer.conversations().sync_all().await.unwrap();
    let lost = network.client_of(owner.clone()).await;
    client.inbox().revoke_installations(&[lost.installation_id()], &owner).await.unwrap();

    network.be_behind_for(3);
    let at_peer = peer.conversations().find(group.id()).await.unwrap();
    at_peer.sync().await.unwrap();
    assert_eq!(at_peer.info().await.unwrap(), group.info().await.unwrap());
}
