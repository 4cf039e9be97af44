//! Who is wanted.
use crate::support::{Network, consent, exchange, meet, sync_groups};
use std::time::Duration;
use tempfile::TempDir;
use xmtp_client::{
    ClientError, ConsentEntity,
    ConsentState::{self, Allowed, Denied, Unknown},
    GroupOptions, GroupQuery, LocalWallet, PreferenceChange, StreamPosition,
};

fn decision(change: PreferenceChange) -> (ConsentEntity, ConsentState) {
    match change {
        PreferenceChange::Consent { entity, state, .. } => (entity, state),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_one_installation_decides_the_other_knows() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let bob = network.client().await;
    let group = phone.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let conversation = ConsentEntity::Conversation(group.id().clone());
    let sender = ConsentEntity::Inbox(bob.inbox_id());
    exchange(&phone, &laptop).await;
    assert_eq!(consent(&laptop, &conversation).await, Allowed);

    group.set_consent(Denied).await.unwrap();
    laptop.preferences().set_consent(&[(sender.clone(), Denied)]).await.unwrap();
    exchange(&phone, &laptop).await;
    exchange(&phone, &laptop).await;
    for client in [&phone, &laptop] {
        assert_eq!((consent(client, &conversation).await, consent(client, &sender).await), (Denied, Denied));
    }
}

#[tokio::test] // PREF.R2, PREF.R3
async fn of_two_decisions_about_what_both_know_the_last_in_the_sync_group_counts_everywhere() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    phone.preferences().set_consent(&[(sender.clone(), Allowed)]).await.unwrap();
    exchange(&phone, &laptop).await;
    network.clock.advance(Duration::from_secs(60));
    laptop.preferences().set_consent(&[(sender.clone(), Unknown)]).await.unwrap();
    phone.preferences().set_consent(&[(sender.clone(), Denied)]).await.unwrap();
    exchange(&phone, &laptop).await;
    exchange(&phone, &laptop).await;
    assert_eq!(consent(&phone, &sender).await, consent(&laptop, &sender).await);
    assert_ne!(consent(&phone, &sender).await, Allowed);
}

#[tokio::test] // PREF.R3
async fn what_was_decided_here_first_stands_against_what_was_decided_elsewhere_before() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    phone.preferences().set_consent(&[(sender.clone(), Allowed)]).await.unwrap();
    network.clock.advance(Duration::from_secs(60));
    laptop.preferences().set_consent(&[(sender.clone(), Denied)]).await.unwrap();
    exchange(&phone, &laptop).await;
    exchange(&phone, &laptop).await;
    for client in [&phone, &laptop] {
        assert_eq!(consent(client, &sender).await, Denied);
    }
}

#[tokio::test] // PREF.R7
async fn an_installation_that_is_alone_makes_no_sync_group() {
    let network = Network::default();
    let wallet = LocalWallet::generate().unwrap();
    let phone = network.installation(&wallet).await;
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    phone.preferences().set_consent(&[(sender, Denied)]).await.unwrap();
    phone.preferences().sync().await.unwrap();
    assert_eq!(sync_groups(&phone).await, 0);

    let laptop = network.installation(&wallet).await;
    meet(&phone, &laptop).await;
    assert_eq!((sync_groups(&phone).await, sync_groups(&laptop).await), (1, 1));
    let hidden = phone.conversations().list(GroupQuery::default()).await.unwrap();
    assert!(hidden.is_empty());
}

#[tokio::test] // PREF.R12
async fn with_device_sync_off_nobody_is_told() {
    let network = Network::default();
    let wallet = LocalWallet::generate().unwrap();
    let phone = network.builder(&wallet).in_memory().device_sync(false).build().await.unwrap();
    let laptop = network.installation(&wallet).await;
    meet(&phone, &laptop).await;
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    phone.preferences().set_consent(&[(sender.clone(), Denied)]).await.unwrap();
    exchange(&phone, &laptop).await;
    assert_eq!((consent(&phone, &sender).await, consent(&laptop, &sender).await), (Denied, Unknown));
}

#[tokio::test] // PREF.R10
async fn who_creates_a_conversation_or_writes_in_it_wants_it() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    assert_eq!(dm.consent().await.unwrap(), Allowed);
    bob.conversations().sync_all().await.unwrap();
    let there = bob.conversations().find(dm.id()).await.unwrap();
    assert_eq!(there.consent().await.unwrap(), Unknown);
    there.send(b"hello".to_vec(), true).await.unwrap();
    assert_eq!(there.consent().await.unwrap(), Allowed);
}

#[tokio::test] // PREF.R6
async fn another_direct_conversation_with_the_same_inbox_is_as_wanted_as_the_first() {
    let network = Network::default();
    let wallet = LocalWallet::generate().unwrap();
    let bob = network.client().await;
    let phone = network.installation(&wallet).await;
    let first = phone.conversations().dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    bob.conversations().find(first.id()).await.unwrap().set_consent(Denied).await.unwrap();

    // Another installation that does not know of the first makes a second.
    let laptop = network.installation(&wallet).await;
    let second = laptop.conversations().dm(bob.inbox_id()).await.unwrap();
    assert_ne!(first.id(), second.id());
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(bob.conversations().find(second.id()).await.unwrap().consent().await.unwrap(), Denied);
}

#[tokio::test] // PREF.R6
async fn joining_what_this_inbox_created_does_not_undo_what_was_decided_about_it() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let group = phone.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    group.set_consent(Denied).await.unwrap();
    exchange(&phone, &laptop).await;
    group.send_later(b"x".to_vec(), false).await.unwrap();
    group.set_consent(Denied).await.unwrap();
    group.sync().await.unwrap();
    exchange(&phone, &laptop).await;
    laptop.conversations().sync_all().await.unwrap();
    assert_eq!(laptop.conversations().find(group.id()).await.unwrap().consent().await.unwrap(), Denied);
}

#[tokio::test]
async fn nobody_decides_about_their_own_inbox() {
    let network = Network::default();
    let alice = network.client().await;
    let own = ConsentEntity::Inbox(alice.inbox_id());
    let refused = alice.preferences().set_consent(&[(own, Denied)]).await;
    assert!(matches!(refused, Err(ClientError::Engine(_))));
}

#[tokio::test] // PREF.R9
async fn a_stream_gives_every_change_once_also_to_who_comes_back() {
    let network = Network::default();
    let (wallet, folder) = (LocalWallet::generate().unwrap(), TempDir::new().unwrap());
    let phone = network.on_disk(&wallet, &folder).await;
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    let mut stream = phone.preferences().stream().await.unwrap();
    for state in [Allowed, Denied, Denied, Unknown] {
        phone.preferences().set_consent(&[(sender.clone(), state)]).await.unwrap();
    }
    let first = decision(stream.next().await.unwrap().unwrap());
    assert_eq!(first, (sender.clone(), Allowed));
    let position = stream.position();
    phone.close().await;

    let phone = network.on_disk(&wallet, &folder).await;
    let mut stream = phone.preferences().stream_from(StreamPosition::After(position)).await.unwrap();
    for state in [Denied, Unknown] {
        assert_eq!(decision(stream.next().await.unwrap().unwrap()), (sender.clone(), state));
    }
}

#[tokio::test]
async fn a_live_installation_hears_of_a_decision_at_once() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let mut heard = phone.preferences().stream().await.unwrap();
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    laptop.preferences().set_consent(&[(sender.clone(), Denied)]).await.unwrap();
    let change = tokio::time::timeout(Duration::from_secs(20), heard.next()).await.expect("nothing was heard");
    assert_eq!(decision(change.unwrap().unwrap()), (sender, Denied));
}

#[tokio::test] // PREF.R11
async fn what_installations_tell_each_other_is_no_message() {
    let network = Network::default();
    let (phone, laptop) = network.pair().await;
    let before = (phone.newest_position().await.unwrap(), laptop.newest_position().await.unwrap());
    let sender = ConsentEntity::Inbox(network.client().await.inbox_id());
    phone.preferences().set_consent(&[(sender, Denied)]).await.unwrap();
    exchange(&phone, &laptop).await;
    assert_eq!((phone.newest_position().await.unwrap(), laptop.newest_position().await.unwrap()), before);
}
