//! Two users, and all that one of them does.
use crate::record::{Network, Recorded, Watched, now};
use std::{path::Path, sync::Arc};
use xmtp_client::{Client, Conversation, GroupOptions, GroupQuery, LocalWallet};
use xmtp_content_types::Content;
use xmtp_storage::{DatabaseKey, SqliteStore, Store};

/// Opens the store in `folder`.
pub(crate) fn store(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("store.db3"), Some(&DatabaseKey::from_bytes([7; 32]))).unwrap()
}

/// A client over `network`, with nothing going on by itself.
pub(crate) async fn client(wallet: &LocalWallet, store: Arc<dyn Store>, network: &Network) -> Client {
    let builder = Client::builder(wallet.clone()).store(store).transport(Arc::new(network.clone()));
    builder.device_sync(false).build().await.unwrap()
}

/// Makes a group, lets the peer in, sends, receives, renames, sends again.
pub(crate) async fn play() -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let [ours, theirs] = ["ours", "theirs"].map(|name| folder.path().join(name));
    let wallets = [LocalWallet::generate().unwrap(), LocalWallet::generate().unwrap()];
    let [wallet, other] = &wallets;
    let network = Network::new(now());
    // Registered and put away before, so that the WAL holds the scenario alone.
    client(wallet, Arc::new(store(&ours)), &network).await.close().await;
    let peer = client(other, Arc::new(store(&theirs)), &network).await;
    let (watched, synced) = Watched::new(store(&ours));
    network.watch(&ours, &theirs, synced);
    let client = client(wallet, Arc::new(watched), &network).await;

    let group = client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    network.note();
    group.add_members(&[peer.inbox_id()]).await.unwrap();
    say(&group, "one").await;
    peer.conversations().sync_all().await.unwrap();
    let there = only(&peer).await;
    say(&there, "two").await;
    client.conversations().sync_all().await.unwrap();
    group.update_name("renamed").await.unwrap();
    say(&group, "three").await;
    peer.conversations().sync_all().await.unwrap();
    there.update_name("renamed again").await.unwrap();
    say(&there, "four").await;
    say(&group, "five").await;
    client.conversations().sync_all().await.unwrap();
    network.note();
    network.finish(wallets)
}

pub(crate) async fn say(conversation: &Conversation, text: &str) {
    conversation.send(Content::text(text).to_bytes(), false).await.unwrap();
}

/// The one group of a client.
pub(crate) async fn only(client: &Client) -> Conversation {
    let mut all = client.conversations().list(GroupQuery::default()).await.unwrap();
    assert_eq!(all.len(), 1);
    all.pop().unwrap()
}
