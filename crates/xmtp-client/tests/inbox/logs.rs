//! Logs that others spoiled, that are full, and that a network mixes up.
use crate::network::{Network, signed};
use xmtp_client::{
    ClientError, GroupOptions, IdentityError, InboxError, LocalWallet, MAX_UPDATES, StateFrom, Timestamp, UpdateRequest,
};

#[tokio::test]
async fn one_bad_update_is_named_and_touches_no_other_inbox() {
    let (network, owner, thief) =
        (Network::default(), LocalWallet::generate().unwrap(), LocalWallet::generate().unwrap());
    let (spoiled, sound) = (network.client_of(owner).await, network.client().await);
    let reader = network.client().await;
    // Valid signatures of someone who has no right to be there.
    let theft = UpdateRequest::change_recovery(
        spoiled.inbox_id(),
        &thief.address(),
        &thief.address(),
        Timestamp::from_secs(1_700_000_000),
    );
    network.publish_unchecked(spoiled.inbox_id(), signed(theft.unwrap(), &[&thief])).await;

    let refused = |error: &ClientError| {
        let ClientError::Inbox(InboxError::InvalidLog { inbox, update, cause }) = error else { return false };
        *inbox == spoiled.inbox_id() && update.as_u64() > 0 && cause.refusal().is_some_and(|(rule, _)| rule == "ID.R42")
    };
    for error in [
        reader.inbox_state(spoiled.inbox_id()).await.unwrap_err(),
        reader.inbox_states(&[sound.inbox_id(), spoiled.inbox_id()], StateFrom::Network).await.unwrap_err(),
        network.identities().states(&[sound.inbox_id(), spoiled.inbox_id()]).await.unwrap_err(),
    ] {
        assert!(refused(&error) && !error.is_retryable(), "{error}");
    }
    assert!(reader.inbox_state(sound.inbox_id()).await.is_ok());
    let group = reader.conversations().create_group(&[sound.inbox_id()], GroupOptions::default()).await.unwrap();
    assert!(group.add_members(&[spoiled.inbox_id()]).await.is_err());
    group.send(b"still here".to_vec(), true).await.unwrap();
    assert_eq!(group.info().await.unwrap().members.len(), 2);
}

#[tokio::test]
async fn bytes_that_are_no_update_spoil_one_log_with_a_typed_error() {
    let network = Network::default();
    let client = network.client().await;
    // A field of no known meaning in the place of an action, for the inbox that it names.
    let text = client.inbox_id().to_string();
    let update = [&[0x0a, 0x00, 0x1a, 0x40][..], text.as_bytes()].concat();
    network.publish_unchecked(client.inbox_id(), update).await;
    let error = network.identities().state(client.inbox_id()).await.unwrap_err();
    assert!(matches!(error, ClientError::Inbox(InboxError::InvalidLog { cause: IdentityError::Malformed(_), .. })));
}

#[tokio::test] // ID.R64
async fn a_full_log_is_told_before_anything_is_published() {
    let (network, owner) = (Network::default(), LocalWallet::generate().unwrap());
    let client = network.client_of(owner.clone()).await;
    let inbox = client.inbox_id();
    for second in 1..MAX_UPDATES {
        let nothing = UpdateRequest::builder(inbox, Timestamp::from_secs(second as u64)).finish().unwrap();
        network.publish_unchecked(inbox, signed(nothing, &[])).await;
    }
    assert_eq!(client.identities().update_counts(&[inbox]).await.unwrap(), [MAX_UPDATES]);
    let full = client.inbox().revoke_installations(&[client.installation_id()], &owner).await.unwrap_err();
    assert!(matches!(full, ClientError::Inbox(InboxError::LogFull { count: MAX_UPDATES, .. })), "{full}");
    assert_eq!(network.updates(inbox).await, MAX_UPDATES);
}

#[tokio::test]
async fn states_come_in_bulk_in_the_order_asked_from_the_network_or_from_what_is_kept() {
    let network = Network::default();
    let (one, other) = (network.client().await, network.client().await);
    let asked = [other.inbox_id(), one.inbox_id(), other.inbox_id()];
    let unknown = one.inbox_states(&asked, StateFrom::Kept).await;
    assert!(matches!(unknown, Err(ClientError::Inbox(InboxError::Unknown(inbox))) if inbox == other.inbox_id()));
    let states = one.inbox_states(&asked, StateFrom::Network).await.unwrap();
    assert_eq!(states.iter().map(|state| *state.inbox_id()).collect::<Vec<_>>(), asked);
    assert_eq!(one.inbox_states(&asked, StateFrom::Kept).await.unwrap(), states);
    let without_database = network.identities().states(&asked).await.unwrap();
    assert!(without_database.iter().eq(states.iter().map(|state| &**state)));
    assert!(network.identities().states(&[]).await.unwrap().is_empty());
}
