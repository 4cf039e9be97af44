//! Updates that several devices sign, and answers that get lost.
use crate::network::Network;
use xmtp_client::{ClientError, IdentityError, LocalWallet, Reassign, Signer, UpdateRequest};

fn wallet() -> LocalWallet {
    LocalWallet::generate().unwrap()
}

#[tokio::test]
async fn an_update_whose_answer_gets_lost_counts_as_published() {
    let (network, second) = (Network::default(), wallet());
    let client = network.client().await;
    network.lose_next_answer();
    let state = client.inbox().add_account(&second, Reassign::Refuse).await.unwrap();
    assert!(state.contains_identifier(&second.address()));
    assert_eq!(network.updates(client.inbox_id()).await, 2);
}

#[tokio::test]
async fn a_request_travels_to_the_device_that_has_the_other_key() {
    let (network, far) = (Network::default(), wallet());
    let client = network.client().await;
    let request = client.inbox().request_add_account(&far.address(), Reassign::Refuse).await.unwrap();
    assert_eq!(request.missing_signers(), [far.address().into()]);
    let early = client.inbox().publish(request.clone()).await.unwrap_err();
    assert!(matches!(early, ClientError::Identity(IdentityError::MissingSigner)));

    let mut there = UpdateRequest::from_bytes(&request.to_bytes()).unwrap();
    network.identities().sign(&mut there, &far).await.unwrap();
    let back = UpdateRequest::from_bytes(&there.to_bytes()).unwrap();
    let state = client.inbox().publish(back).await.unwrap();
    assert!(state.contains_identifier(&far.address()));
}

#[tokio::test]
async fn changes_that_belong_together_take_effect_together_or_not_at_all() {
    let (network, owner, heir) = (Network::default(), wallet(), wallet());
    let client = network.client_of(owner.clone()).await;
    let (inbox, old) = (client.inbox_id(), owner.address());
    let handover = || {
        UpdateRequest::builder(inbox, xmtp_client::Timestamp::from_secs(1_800_000_000))
            .add_identifier(old.clone(), &heir.address())
            .change_recovery(&old, &heir.address())
            .revoke(&heir.address(), old.clone())
            .finish()
            .unwrap()
    };
    let mut request = handover();
    for signer in [&owner as &dyn Signer, &heir] {
        network.identities().sign(&mut request, signer).await.unwrap();
    }
    let state = network.identities().publish(request).await.unwrap();
    assert_eq!(state.identifiers().collect::<Vec<_>>(), [&heir.address()]);
    assert_eq!(state.recovery_identifier(), &heir.address());

    let mut again = handover();
    for signer in [&owner as &dyn Signer, &heir] {
        network.identities().sign(&mut again, signer).await.unwrap();
    }
    let refused = network.identities().publish(again).await.unwrap_err();
    assert!(matches!(refused, ClientError::Identity(IdentityError::Refused { .. })), "{refused}");
    assert_eq!(network.updates(inbox).await, 2, "what the rules refuse is not published");
}

#[tokio::test]
async fn a_wallet_nobody_waits_for_is_told_so() {
    let network = Network::default();
    let client = network.client().await;
    let mut request = client.inbox().request_add_account(&wallet().address(), Reassign::Refuse).await.unwrap();
    let refused = network.identities().sign(&mut request, &wallet()).await.unwrap_err();
    assert!(matches!(refused, ClientError::Identity(IdentityError::UnknownSigner)));
}
