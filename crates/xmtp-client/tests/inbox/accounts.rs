//! Accounts come, go, and move; the inbox is recovered.
use crate::network::Network;
use xmtp_client::{
    ClientError, Identifier, IdentityError, InboxError, LocalPasskey, LocalWallet, MemberIdentifier, Reassign, Signer,
};

fn wallet() -> LocalWallet {
    LocalWallet::generate().unwrap()
}

#[tokio::test]
async fn an_account_that_was_added_leads_to_the_inbox_and_adds_installations_to_it() {
    let (network, second) = (Network::default(), wallet());
    let client = network.client().await;
    let state = client.inbox().add_account(&second, Reassign::Refuse).await.unwrap();
    assert!(state.contains_identifier(&second.address()));
    let by: MemberIdentifier = client.installation_id().into();
    assert_eq!(state.member(&second.address().into()).unwrap().added_by(), Some(&by));

    let elsewhere = network.client_of(second).await;
    assert_eq!(elsewhere.inbox_id(), client.inbox_id());
    assert_eq!(client.inbox().state().await.unwrap().installations().count(), 2);
}

#[tokio::test] // ID.R64
async fn an_account_of_another_inbox_is_left_there_unless_it_may_be_moved() {
    let (network, moving) = (Network::default(), wallet());
    let (old, new) = (network.client_of(moving.clone()).await, network.client().await);
    let taken = new.inbox().add_account(&moving, Reassign::Refuse).await.unwrap_err();
    assert!(matches!(&taken, ClientError::Inbox(InboxError::Taken { inbox, .. }) if *inbox == old.inbox_id()));
    assert!(!taken.is_retryable());
    assert_eq!(network.updates(new.inbox_id()).await, 1, "nothing was published");

    new.inbox().add_account(&moving, Reassign::Allow).await.unwrap();
    assert_eq!(new.inbox_of(&moving.address()).await.unwrap(), new.inbox_id());
    assert!(old.inbox().state().await.unwrap().contains_identifier(&moving.address()), "the old inbox keeps it");
    let again = new.inbox().add_account(&moving, Reassign::Allow).await;
    assert!(matches!(again, Err(ClientError::Inbox(InboxError::AlreadyMember(_)))));
}

#[tokio::test]
async fn removing_an_account_takes_what_it_added_along_and_only_the_recovery_identifier_may() {
    let (network, owner, second) = (Network::default(), wallet(), wallet());
    let client = network.client_of(owner.clone()).await;
    client.inbox().add_account(&second, Reassign::Refuse).await.unwrap();
    let elsewhere = network.client_of(second.clone()).await;

    let refused = elsewhere.inbox().remove_account(&owner.address(), &second).await;
    let recovery = owner.address();
    assert!(matches!(refused, Err(ClientError::Inbox(InboxError::NotRecovery { recovery: who })) if who == recovery));
    let state = client.inbox().remove_account(&second.address(), &owner).await.unwrap();
    assert!(!state.contains_installation(&elsewhere.installation_id()));
    assert!(!state.contains_identifier(&second.address()));
    let gone = client.inbox().remove_account(&second.address(), &owner).await;
    assert!(matches!(gone, Err(ClientError::Inbox(InboxError::NotMember(_)))));
}

#[tokio::test]
async fn a_new_recovery_identifier_recovers_and_the_old_one_no_longer() {
    let (network, old, new) = (Network::default(), wallet(), wallet());
    let client = network.client_of(old.clone()).await;
    let mixed: Identifier = Identifier::Ethereum(new.address().to_string().to_uppercase().replacen("0X", "0x", 1));
    let state = client.inbox().change_recovery(&mixed, &old).await.unwrap();
    assert_eq!(state.recovery_identifier(), &new.address(), "in lowercase, or nobody could ever sign for it");
    let own = [client.installation_id()];
    assert!(client.inbox().revoke_installations(&own, &old).await.is_err());
    let state = network.identities().revoke_installations(client.inbox_id(), &new, &own).await.unwrap();
    assert_eq!(state.installations().count(), 0);
}

#[tokio::test]
async fn a_passkey_creates_an_inbox_and_is_found_again() {
    let network = Network::default();
    let passkey = LocalPasskey::generate("example.org", "https://example.org").unwrap();
    let client = network.client_of(passkey.clone()).await;
    let state = client.inbox().state().await.unwrap();
    assert_eq!(state.recovery_identifier(), &Signer::identifier(&passkey));
    let second = network.client_of(passkey.clone()).await;
    assert_eq!(second.inbox_id(), client.inbox_id());
    assert_eq!(client.inbox().state().await.unwrap().installations().count(), 2);

    let owner = wallet();
    let other = network.client_of(owner).await;
    let added = LocalPasskey::generate("example.org", "https://example.org").unwrap();
    let state = other.inbox().add_account(&added, Reassign::Refuse).await.unwrap();
    assert!(state.contains_identifier(&Signer::identifier(&added)));
}

#[tokio::test]
async fn the_nonce_tells_inboxes_of_one_wallet_apart() {
    let (network, owner) = (Network::default(), wallet());
    let identities = network.identities();
    let first = identities.create_inbox(&owner, 0).await.unwrap();
    let second = identities.create_inbox(&owner, 7).await.unwrap();
    assert_ne!(first.inbox_id(), second.inbox_id());
    assert_eq!(identities.inbox_of(&owner.address()).await.unwrap(), Some(*second.inbox_id()), "the last one counts");
    let again = identities.create_inbox(&owner, 7).await.unwrap_err();
    assert!(matches!(again, ClientError::Identity(IdentityError::Refused { rule: "ID.R25", .. })));
}

#[tokio::test]
async fn look_ups_find_addresses_in_any_letter_case() {
    let (network, owner) = (Network::default(), wallet());
    let client = network.client_of(owner.clone()).await;
    let shouted = Identifier::Ethereum(owner.address().to_string().to_uppercase().replacen("0X", "0x", 1));
    let (nobody, identities) = (wallet().address(), client.identities());
    let asked = [shouted.clone(), nobody.clone(), owner.address()];
    assert_eq!(identities.can_message(&asked).await.unwrap(), [true, false, true]);
    let inbox = Some(client.inbox_id());
    assert_eq!(identities.inbox_ids(&asked).await.unwrap(), [inbox, None, inbox]);
    assert!(matches!(client.inbox_of(&nobody).await, Err(ClientError::NotRegistered(who)) if who == nobody));
}

#[tokio::test]
async fn whether_someone_is_authorized_follows_the_newest_state() {
    let (network, owner, second) = (Network::default(), wallet(), wallet());
    let client = network.client_of(owner.clone()).await;
    let (identities, inbox) = (network.identities(), client.inbox_id());
    let installation: MemberIdentifier = client.installation_id().into();
    let account: MemberIdentifier = second.address().into();
    assert!(identities.is_authorized(inbox, &installation).await.unwrap());
    assert!(!identities.is_authorized(inbox, &account).await.unwrap());
    client.inbox().add_account(&second, Reassign::Refuse).await.unwrap();
    assert!(identities.is_authorized(inbox, &account).await.unwrap());
    client.inbox().remove_account(&second.address(), &owner).await.unwrap();
    assert!(!identities.is_authorized(inbox, &account).await.unwrap());
}
