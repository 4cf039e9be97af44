//! How a fork is noticed.
use crate::line::Split;
use xmtp_client::{Client, CommitResult, ForkState, Transport as _};
use xmtp_types::SignedCommit;

async fn compare(client: &Client) {
    client.conversations().compare_commit_logs().await.unwrap();
}

async fn fork(split: &Split, client: &Client) -> ForkState {
    split.at(client).await.debug_info().await.unwrap().fork
}

#[tokio::test] // FORK.R1
async fn each_commit_is_written_down_with_what_became_of_it() {
    let split = Split::new(|builder| builder).await;
    split.fork().await;
    let info = split.group.debug_info().await.unwrap();
    let results: Vec<_> = info.local_commit_log.iter().map(|row| (row.commit.as_u64() > 0, row.result)).collect();
    let (applied, wrong) = (CommitResult::Applied, CommitResult::WrongEpoch);
    assert_eq!(results, [(false, applied), (true, applied), (true, applied), (true, wrong)]);
    for pair in info.local_commit_log.windows(2) {
        assert_eq!(pair[1].last_authenticator, pair[0].authenticator);
    }
    let newest = info.local_commit_log.last().unwrap();
    assert_eq!((newest.epoch, &newest.authenticator), (info.epoch, &info.epoch_authenticator));
}

#[tokio::test] // FORK.R6
async fn members_in_step_know_it_and_whoever_split_off_knows_that() {
    let split = Split::new(|builder| builder).await;
    split.group.update_name("before").await.unwrap();
    split.sync().await;
    assert_eq!(fork(&split, &split.bob).await, ForkState::Unknown);
    for client in [&split.alice, &split.bob, &split.alice] {
        compare(client).await;
    }
    assert_eq!(fork(&split, &split.alice).await, ForkState::InStep);
    assert_eq!(fork(&split, &split.bob).await, ForkState::InStep);

    split.fork().await;
    for client in [&split.alice, &split.bob, &split.alice] {
        compare(client).await;
    }
    assert_eq!(fork(&split, &split.alice).await, ForkState::InStep);
    assert_eq!(fork(&split, &split.bob).await, ForkState::Forked);
    let info = split.at(&split.bob).await.debug_info().await.unwrap();
    assert_eq!(info.commit_log_forked, Some(true));
    assert_eq!(info.remote_commit_log.last().map(|row| row.result), Some(CommitResult::WrongEpoch));
}

#[tokio::test] // FORK.R2
async fn a_message_of_an_epoch_that_is_not_here_makes_a_fork_suspected() {
    let split = Split::new(|builder| builder).await;
    split.group.update_name("hidden").await.unwrap();
    split.network.hide_newest(split.group.id()).await;
    split.group.send(b"from the next epoch".to_vec(), true).await.unwrap();
    split.sync().await;
    assert!(matches!(fork(&split, &split.bob).await, ForkState::Suspected(why) if why.contains("1 epochs ahead")));
    assert_eq!(fork(&split, &split.alice).await, ForkState::Unknown);
}

#[tokio::test] // FORK.R4, FORK.R7
async fn only_super_admins_tell_the_log_and_a_strangers_word_does_not_count() {
    let split = Split::new(|builder| builder).await;
    let stranger = xmtp_crypto::InstallationKey::generate().unwrap();
    let entry = b"\x0a\x10".to_vec();
    let signature = stranger.sign_plain(&entry).to_vec();
    let public_key = stranger.id().as_bytes().to_vec();
    let lie = SignedCommit { group: split.group.id().clone(), entry, signature, public_key };
    split.network.whole.publish_commit_log(&[lie]).await.unwrap();
    split.group.update_name("known to all").await.unwrap();
    split.sync().await;
    for client in [&split.bob, &split.carol] {
        compare(client).await;
    }
    assert_eq!(split.network.commit_log(split.group.id()).await.len(), 1);
    for client in [&split.alice, &split.bob, &split.alice] {
        compare(client).await;
    }
    let keys: Vec<_> =
        split.network.commit_log(split.group.id()).await.into_iter().map(|it| it.signed.public_key).collect();
    assert!(keys.len() > 1 && keys[1..].iter().all(|key| *key == keys[1] && *key != keys[0]));
    assert_eq!(fork(&split, &split.bob).await, ForkState::InStep);
}

#[tokio::test]
async fn members_on_a_node_come_to_know_that_they_are_in_step() {
    let mut world = xmtp_testkit::World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap().client, world.user("bob").await.unwrap().client);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let there = bob.conversations().find(dm.id()).await.unwrap();
    there.set_consent(xmtp_client::ConsentState::Allowed).await.unwrap();
    dm.rotate_keys().await.unwrap();
    there.sync().await.unwrap();
    for client in [&alice, &bob, &alice, &bob] {
        compare(client).await;
    }
    for conversation in [&dm, &there] {
        let info = conversation.debug_info().await.unwrap();
        assert_eq!(info.fork, ForkState::InStep);
        assert!(!info.remote_commit_log.is_empty());
    }
}
