//! What a user who waits, or who looks for a fault, is told.
use crate::support::{Network, text};
use std::sync::Mutex;
use xmtp_client::{ConsentState, GroupOptions, SyncProgress};

#[tokio::test]
async fn a_sync_of_everything_tells_how_many_there_are_and_each_that_is_done() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    for _ in 0..3 {
        let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
        group.send(text("hi"), true).await.unwrap();
    }
    let told = Mutex::new(Vec::new());
    let watch = |come| told.lock().unwrap().push(come);
    bob.conversations().sync_all_watched(&[], watch).await.unwrap();
    let first_of_all = |done| SyncProgress { done, of: 3 };
    assert_eq!(*told.lock().unwrap(), [0, 1, 2, 3].map(first_of_all));
    told.lock().unwrap().clear();
    bob.conversations().sync_all_watched(&[ConsentState::Denied], watch).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [SyncProgress { done: 0, of: 0 }]);
}

#[tokio::test]
async fn a_database_that_was_just_made_is_sound() {
    let network = Network::default();
    let folder = tempfile::tempdir().unwrap();
    let client = network.on_disk(&xmtp_client::LocalWallet::generate().unwrap(), &folder).await.unwrap();
    assert_eq!(client.check_database().await.unwrap(), Vec::<String>::new());
}
