//! Installations are listed, limited, revoked, and sign.
use crate::network::Network;
use xmtp_client::{
    ClientError, InboxError, InstallationId, KeyPackageStatus, LocalWallet, MAX_INSTALLATIONS,
    verify_installation_signature,
};

fn wallet() -> LocalWallet {
    LocalWallet::generate().unwrap()
}

#[tokio::test] // ID.R59
async fn an_eleventh_installation_is_refused_with_the_list_before_anything_is_registered() {
    let (network, owner) = (Network::default(), wallet());
    let client = network.client_of(owner.clone()).await;
    for _ in 1..MAX_INSTALLATIONS {
        network.client_of(owner.clone()).await;
    }
    assert_eq!(client.inbox().slots_left().await.unwrap(), 0);
    let updates = network.updates(client.inbox_id()).await;
    let refused = network.try_client_of(owner.clone()).await.unwrap_err();
    let known: Vec<InstallationId> = client.inbox().state().await.unwrap().installations().copied().collect();
    let text = refused.to_string();
    assert!(text.contains("xmtp inbox installations revoke") && text.contains(&known[9].to_string()), "{text}");
    assert!(matches!(refused, ClientError::TooManyInstallations { installations, .. } if installations == known));
    assert_eq!(network.updates(client.inbox_id()).await, updates);

    network.identities().revoke_installations(client.inbox_id(), &owner, &known[1..3]).await.unwrap();
    assert_eq!(client.inbox().slots_left().await.unwrap(), 2);
    network.client_of(owner).await;
}

#[tokio::test]
async fn installations_are_listed_with_when_they_came_and_how_long_they_can_be_added() {
    let (network, owner) = (Network::default(), wallet());
    let client = network.client_of(owner.clone()).await;
    let second = network.client_of(owner.clone()).await;
    let listed = client.inbox().installations().await.unwrap();
    assert_eq!(
        listed.iter().map(|known| known.id).collect::<Vec<_>>(),
        [client.installation_id(), second.installation_id()]
    );
    assert!(listed[0].added_at <= listed[1].added_at && listed[0].added_at.is_some());
    for known in &listed {
        assert_eq!(known.added_by, Some(owner.address().into()));
        let KeyPackageStatus::Usable { valid_from, expires_at } = known.key_package else {
            panic!("{:?}", known.key_package)
        };
        let weeks = expires_at.since(valid_from).as_secs() / (7 * 24 * 3600);
        assert_eq!(weeks, 12);
    }
    let unknown = InstallationId::from_bytes([3; 32]);
    let statuses = client.identities().key_packages(&[unknown, second.installation_id()]).await.unwrap();
    assert_eq!(statuses[0], KeyPackageStatus::Absent);
    assert!(statuses[1].is_usable());
}

#[tokio::test] // ID.R64
async fn several_installations_are_revoked_at_once_and_a_stranger_not_at_all() {
    let (network, owner) = (Network::default(), wallet());
    let client = network.client_of(owner.clone()).await;
    let second = network.client_of(owner.clone()).await.installation_id();
    let third = network.client_of(owner.clone()).await.installation_id();
    let stranger = network.client().await.installation_id();
    let refused = client.inbox().revoke_installations(&[second, stranger], &owner).await.unwrap_err();
    assert!(matches!(refused, ClientError::Inbox(InboxError::NotMember(who)) if who == stranger.into()));
    assert_eq!(client.inbox().state().await.unwrap().installations().count(), 3, "neither was revoked");

    let updates = network.updates(client.inbox_id()).await;
    let state = client.inbox().revoke_installations(&[second, third, second], &owner).await.unwrap();
    assert_eq!(state.installations().collect::<Vec<_>>(), [&client.installation_id()]);
    assert_eq!(network.updates(client.inbox_id()).await, updates + 1, "in one update");
    client.inbox().revoke_installations(&[], &owner).await.unwrap();
    assert_eq!(network.updates(client.inbox_id()).await, updates + 1, "nothing to do is not published");
}

#[tokio::test]
async fn all_others_are_revoked_and_this_one_stays() {
    let (network, owner) = (Network::default(), wallet());
    let client = network.client_of(owner.clone()).await;
    for _ in 0..3 {
        network.client_of(owner.clone()).await;
    }
    let state = client.inbox().revoke_other_installations(&owner).await.unwrap();
    assert_eq!(state.installations().collect::<Vec<_>>(), [&client.installation_id()]);
    let updates = network.updates(client.inbox_id()).await;
    client.inbox().revoke_other_installations(&owner).await.unwrap();
    assert_eq!(network.updates(client.inbox_id()).await, updates, "nobody else is there");
}

#[tokio::test]
async fn what_an_installation_signs_anyone_can_check_by_its_id() {
    let network = Network::default();
    let (client, other) = (network.client().await, network.client().await);
    let signature = client.sign_with_installation("a text").await.unwrap();
    let own = client.installation_id();
    assert!(verify_installation_signature(&own, "a text", &signature).is_ok());
    assert!(verify_installation_signature(&own, "another", &signature).is_err());
    assert!(verify_installation_signature(&other.installation_id(), "a text", &signature).is_err());
    assert!(verify_installation_signature(&own, "a text", &signature[..63]).is_err());
}
