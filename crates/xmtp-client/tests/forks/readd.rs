//! The way back.
use crate::line::Split;
use xmtp_client::{Client, ClientError, ForkRecovery, ForkState, GroupQuery, MessageKind, MessageQuery};

async fn compare(client: &Client) {
    client.conversations().compare_commit_logs().await.unwrap();
}

async fn texts(split: &Split, client: &Client) -> Vec<Vec<u8>> {
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    split.at(client).await.messages(query).await.unwrap().into_iter().map(|message| message.content).collect()
}

/// Alice comes to know that she is in step, and answers who has asked.
async fn answer(split: &Split) {
    for _ in 0..3 {
        split.alice.conversations().sync_all().await.unwrap();
        compare(&split.alice).await;
    }
}

#[tokio::test] // FORK.R10, FORK.R11, FORK.R12
async fn who_split_off_asks_and_is_back() {
    let split = Split::new(|builder| builder).await;
    split.fork().await;
    let there = split.at(&split.bob).await;
    there.rotate_keys().await.unwrap(); // Further on in its own history than the group is in the true one.
    there.request_readd().await.unwrap();
    let before = split.alice.conversations().list(GroupQuery::default()).await.unwrap().len();
    answer(&split).await;
    assert_eq!(split.alice.conversations().list(GroupQuery::default()).await.unwrap().len(), before);

    split.bob.conversations().sync_all().await.unwrap();
    split.group.send(b"welcome back".to_vec(), true).await.unwrap();
    there.sync().await.unwrap();
    there.send(b"thank you".to_vec(), true).await.unwrap();
    split.group.sync().await.unwrap();
    assert_eq!(texts(&split, &split.bob).await, [b"welcome back".to_vec(), b"thank you".to_vec()]);
    assert_eq!(texts(&split, &split.alice).await, [b"welcome back".to_vec(), b"thank you".to_vec()]);
    let (here, there) = (split.group.info().await.unwrap(), there.info().await.unwrap());
    assert_eq!(here.epoch_authenticator, there.epoch_authenticator);
    assert_eq!(here.minimum_version.as_deref(), Some("1.6.0"));
    assert_ne!(split.at(&split.bob).await.debug_info().await.unwrap().fork, ForkState::Forked);
}

#[tokio::test] // FORK.R8
async fn where_it_is_told_to_a_client_asks_by_itself() {
    for (recovery, asks) in [(ForkRecovery::Off, false), (ForkRecovery::All, true)] {
        let split = Split::new(|builder| builder.fork_recovery(recovery)).await;
        split.fork().await;
        for client in [&split.alice, &split.bob] {
            compare(client).await;
        }
        answer(&split).await;
        split.bob.conversations().sync_all().await.unwrap();
        let epochs = [split.group.info().await.unwrap(), split.at(&split.bob).await.info().await.unwrap()];
        assert_eq!(epochs[0].epoch_authenticator == epochs[1].epoch_authenticator, asks);
    }
}

#[tokio::test]
async fn who_is_the_only_one_that_could_help_is_told_so() {
    let split = Split::new(|builder| builder).await;
    let refused = split.group.request_readd().await;
    assert!(matches!(refused, Err(ClientError::Engine(error)) if error.to_string().contains("no super admin")));
}
