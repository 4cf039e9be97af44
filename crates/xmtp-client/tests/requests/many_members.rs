//! What changes of a group of many ask of the network: no more than those of a group of few.
use super::{Counted, client};
use std::sync::Arc;
use xmtp_client::{GroupOptions, InboxId};

const MEMBERS: usize = 40;

#[tokio::test]
async fn changes_of_a_group_of_many_take_five_requests_at_most() {
    let network = Arc::new(Counted::default());
    let alice = client(&network).await;
    let mut members: Vec<InboxId> = Vec::new();
    for _ in 0..MEMBERS {
        members.push(client(&network).await.inbox_id());
    }
    let (last, others) = members.split_last().unwrap();
    network.asked();

    let group = alice.conversations().create_group(others, GroupOptions::default()).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "key packages", "publish", "query", "publish"]);
    group.add_members(&[*last]).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "key packages", "publish", "query", "publish"]);
    group.remove_members(&[*last]).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "publish", "query"]);
    group.update_name("many").await.unwrap();
    assert_eq!(network.asked(), ["publish", "query"]);

    // Who they are is known by now, and their key packages are.
    alice.conversations().create_group(others, GroupOptions::default()).await.unwrap();
    assert_eq!(network.asked(), ["identity updates", "publish", "query", "publish"]);
}

#[tokio::test]
async fn welcomes_of_any_number_of_strangers_are_read_in_one_sync() {
    const STRANGERS: usize = 70;
    let network = Arc::new(Counted::default());
    let alice = client(&network).await;
    for _ in 0..STRANGERS {
        let stranger = client(&network).await;
        stranger.conversations().create_group(&[alice.inbox_id()], GroupOptions::default()).await.unwrap();
    }
    network.asked();
    assert_eq!(alice.conversations().sync_all().await.unwrap().looked_at, STRANGERS);
    // Who the strangers are is asked once for each 64.
    assert_eq!(network.asked(), ["query", "identity updates", "identity updates", "newest"]);
}
