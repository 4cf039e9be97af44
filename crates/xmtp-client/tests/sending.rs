//! What a send costs on this side: transactions, reads, and pages of the database.
#![cfg(test)]
use std::{path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use xmtp_client::{
    Client, Clock, Conversation, DatabaseKey, DeliveryStatus, GroupOptions, LocalWallet, SystemClock, Timestamp,
    Transport,
};
use xmtp_delivery::LocalTransport;

/// A page of the database with its header in the write-ahead log (SQLite, WAL-mode file format, §4.1).
const FRAME: u64 = 2048 + 24;

/// A clock that stands still: nothing becomes due.
#[derive(Debug)]
struct StoppedClock(Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

async fn client(network: &LocalTransport, folder: &Path, wallet: &LocalWallet) -> Client {
    let transport: Arc<dyn Transport> = Arc::new(network.clone());
    let builder = Client::builder(wallet.clone()).transport(transport).clock(Arc::new(StoppedClock(SystemClock.now())));
    builder.data_folder(folder).database_key(DatabaseKey::from_bytes([3; 32])).build().await.unwrap()
}

struct Scene {
    folder: TempDir,
    wallet: LocalWallet,
    network: LocalTransport,
    alice: Client,
    group: Conversation,
}

impl Scene {
    /// Alice, who has said something in a group of two.
    async fn new() -> Self {
        let (network, folder) = (LocalTransport::new(), TempDir::new().unwrap());
        let (wallet, other) = (LocalWallet::generate().unwrap(), LocalWallet::generate().unwrap());
        let alice = client(&network, folder.path(), &wallet).await;
        let bob = client(&network, folder.path(), &other).await;
        let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
        bob.close().await;
        group.send(b"first".to_vec(), true).await.unwrap();
        // What the client does by itself after that is done by then.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Self { folder, wallet, network, alice, group }
    }

    async fn send(&self, count: u8) {
        for number in 0..count {
            self.group.send(vec![number; 100], true).await.unwrap();
        }
    }

    /// Pages that alice has written since her log was emptied, each as often as it was.
    fn pages(&self) -> u64 {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let name = format!("{}.db3-wal", self.alice.inbox_id());
        let logs = files.filter(|path| path.to_str().is_some_and(|path| path.ends_with(&name)));
        logs.map(|path| path.metadata().unwrap().len()).sum::<u64>() / FRAME
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_takes_one_transaction_and_reads_nothing_beside_it() {
    let scene = Scene::new().await;
    let before = scene.alice.statistics();
    scene.send(20).await;
    let after = scene.alice.statistics();
    assert_eq!(after.transactions - before.transactions, 20);
    assert_eq!(after.reads - before.reads, 0);
}

#[tokio::test(start_paused = true)]
async fn a_send_writes_few_pages() {
    let scene = Scene::new().await;
    let before = scene.pages();
    scene.send(20).await;
    let pages = scene.pages() - before;
    assert!(pages <= 20 * 5 + 22, "{pages} pages for 20 messages");
}

#[tokio::test(start_paused = true)]
async fn those_who_send_at_once_share_transactions() {
    let scene = Scene::new().await;
    let before = scene.alice.statistics();
    let senders: Vec<_> = (0..64u8)
        .map(|number| {
            let group = scene.group.clone();
            tokio::spawn(async move { group.send(vec![number], true).await })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap().unwrap();
    }
    let taken = scene.alice.statistics().transactions - before.transactions;
    assert!(taken <= 4, "{taken} transactions for 64 messages");
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_is_sent_a_batch_to_a_transaction() {
    let scene = Scene::new().await;
    for number in 0..250u8 {
        scene.group.send_later(vec![number; 100], true).await.unwrap();
    }
    let before = scene.alice.statistics();
    scene.group.publish().await.unwrap();
    let taken = scene.alice.statistics().transactions - before.transactions;
    // One lets them go, four seal them, and the last finds nothing left.
    assert!(taken <= 10, "{taken} transactions for 250 messages");
}

#[tokio::test(start_paused = true)]
async fn what_the_network_has_taken_counts_as_published_at_once_and_for_ever() {
    let scene = Scene::new().await;
    let id = scene.group.send(b"taken".to_vec(), true).await.unwrap();
    assert_eq!(scene.alice.message(id).await.unwrap().unwrap().status, DeliveryStatus::Published);

    let id = scene.group.send(b"closed after".to_vec(), true).await.unwrap();
    scene.alice.close().await;
    let alice = client(&scene.network, scene.folder.path(), &scene.wallet).await;
    assert_eq!(alice.message(id).await.unwrap().unwrap().status, DeliveryStatus::Published);
    alice.close().await;
}
