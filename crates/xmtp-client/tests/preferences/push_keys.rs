//! Keys by which a push server knows not to ring.
use crate::support::{Network, exchange, meet};
use xmtp_client::{GroupOptions, LocalWallet, PreferenceChange};

#[tokio::test] // PREF.R4, PREF.R8
async fn installations_come_to_one_root_and_a_new_one_changes_it() {
    let network = Network::default();
    let wallet = LocalWallet::generate().unwrap();
    let bob = network.client().await;
    let phone = network.installation(&wallet).await;
    let group = phone.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let alone = group.hmac_keys().await.unwrap();

    let laptop = network.installation(&wallet).await;
    meet(&phone, &laptop).await;
    laptop.conversations().sync_all().await.unwrap();
    let there = laptop.conversations().find(group.id()).await.expect("a new installation is let in at once");
    exchange(&phone, &laptop).await;
    let both = group.hmac_keys().await.unwrap();
    assert_eq!(both, there.hmac_keys().await.unwrap());
    assert_ne!(both, alone);
    assert_eq!(both, phone.conversations().hmac_keys().await.unwrap());
    let epochs: Vec<i64> = both[group.id()].iter().map(|key| key.epoch).collect();
    assert_eq!(epochs, [epochs[1] - 1, epochs[1], epochs[1] + 1]);

    let tablet = network.installation(&wallet).await;
    meet(&phone, &tablet).await;
    exchange(&laptop, &tablet).await;
    exchange(&phone, &laptop).await;
    exchange(&phone, &tablet).await;
    let three = phone.conversations().hmac_keys().await.unwrap();
    assert_ne!(three, both);
    assert_eq!(three, laptop.conversations().hmac_keys().await.unwrap());
    tablet.conversations().sync_all().await.unwrap();
    assert_eq!(three, tablet.conversations().hmac_keys().await.unwrap());
}

#[tokio::test]
async fn keys_of_duplicates_of_a_direct_conversation_come_with_it() {
    let network = Network::default();
    let (wallet, bob) = (LocalWallet::generate().unwrap(), network.client().await);
    let (phone, laptop) = (network.installation(&wallet).await, network.installation(&wallet).await);
    let one = phone.conversations().dm(bob.inbox_id()).await.unwrap();
    let two = laptop.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let keys = bob.conversations().find(one.id()).await.unwrap().hmac_keys().await.unwrap();
    let mut expected = [one.id(), two.id()];
    expected.sort();
    assert_eq!(keys.keys().collect::<Vec<_>>(), expected);
    assert!(!format!("{keys:?}").contains(&format!("{:?}", keys[one.id()][0].key)));
}

#[tokio::test]
async fn a_new_root_is_told_to_whoever_streams_preferences() {
    let network = Network::default();
    let wallet = LocalWallet::generate().unwrap();
    let phone = network.installation(&wallet).await;
    let mut changes = phone.preferences().stream().await.unwrap();
    let laptop = network.installation(&wallet).await;
    laptop.preferences().sync().await.unwrap();
    let change = tokio::time::timeout(std::time::Duration::from_secs(20), changes.next()).await.expect("no new root");
    assert_eq!(change.unwrap(), Some(PreferenceChange::PushKeys));
}
