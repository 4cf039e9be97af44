//! Making updates as clients do, and what becomes of them.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    Action, IdentityError, InboxState, LocalWallet, MemberIdentifier, Refusal, UnverifiedUpdate, UpdateRequest,
    VerifiedUpdate,
};
use xmtp_types::{Identifier, InboxId, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

fn wallet(n: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([n; 32])).unwrap()
}

fn installation(n: u8) -> InstallationKey {
    InstallationKey::from_seed(&[n; 32])
}

fn later(seconds: u64) -> Timestamp {
    Timestamp::from_secs(NOW.as_secs() + seconds)
}

/// Signs with whoever is given and checks the result over the wire.
fn signed(mut request: UpdateRequest, wallets: &[&LocalWallet], installations: &[&InstallationKey]) -> VerifiedUpdate {
    for key in installations {
        request.sign_with_installation(key).unwrap();
    }
    for wallet in wallets {
        request.add_signature(wallet.sign_text(request.signing_text()).into()).unwrap();
    }
    let update = request.build().unwrap();
    let decoded = UnverifiedUpdate::decode(&update.encode()).unwrap();
    assert_eq!(decoded, update);
    decoded.verify().unwrap()
}

fn registered() -> (InboxState, InboxId) {
    let request = UpdateRequest::create_inbox(&wallet(1).address(), 0, Some(installation(1).id()), NOW).unwrap();
    let inbox = *request.inbox_id();
    (InboxState::fold([&signed(request, &[&wallet(1)], &[&installation(1)])]).unwrap(), inbox)
}

#[test]
fn an_inbox_lives_through_all_its_updates() {
    let (state, inbox) = registered();
    let (owner, other) = (wallet(1).address(), wallet(2).address());

    let request = UpdateRequest::add_identifier(inbox, installation(1).id(), &other, later(1)).unwrap();
    let state = state.apply(&signed(request, &[&wallet(2)], &[&installation(1)])).unwrap();
    assert!(state.contains_identifier(&other));

    let request = UpdateRequest::add_installation(inbox, &other, installation(2).id(), later(2)).unwrap();
    let state = state.apply(&signed(request, &[&wallet(2)], &[&installation(2)])).unwrap();
    assert!(state.contains_installation(&installation(2).id()));

    let request = UpdateRequest::change_recovery(inbox, &owner, &other, later(3)).unwrap();
    let state = state.apply(&signed(request, &[&wallet(1)], &[])).unwrap();
    assert_eq!(state.recovery_identifier(), &other);

    let request = UpdateRequest::revoke_installations(inbox, &other, [installation(2).id()], later(4)).unwrap();
    let state = state.apply(&signed(request, &[&wallet(2)], &[])).unwrap();
    assert!(!state.contains_installation(&installation(2).id()));

    let request = UpdateRequest::remove_identifier(inbox, &other, &owner, later(5)).unwrap();
    let state = state.apply(&signed(request, &[&wallet(2)], &[])).unwrap();
    assert!(state.identifiers().eq([&other]));
    assert_eq!(state.installations().count(), 0, "the first installation was added by the wallet that left");
}

#[test] // ID.R11
fn identifiers_are_lowercased_before_they_are_signed_for() {
    let address = wallet(1).address().to_string();
    let mixed = Identifier::Ethereum(address.to_uppercase().replace("0X", "0x"));
    let request = UpdateRequest::create_inbox(&mixed, 0, None, NOW).unwrap();
    assert_eq!(request.missing_signers(), [wallet(1).address().into()]);
    assert!(request.signing_text().contains(&format!("(Owner: {address})")));
    assert!(InboxState::fold([&signed(request, &[&wallet(1)], &[])]).is_ok());
}

#[test] // ID.R11
fn no_update_is_built_around_what_is_no_address() {
    let nonsense = Identifier::Ethereum("hello".into());
    let good = wallet(1).address();
    let id = installation(1).id();
    let inbox = InboxId::from_bytes([1; 32]);
    for result in [
        UpdateRequest::create_inbox(&nonsense, 0, None, NOW),
        UpdateRequest::add_installation(inbox, &nonsense, id, NOW),
        UpdateRequest::add_identifier(inbox, id, &nonsense, NOW),
        UpdateRequest::revoke_installations(inbox, &nonsense, [id], NOW),
        UpdateRequest::remove_identifier(inbox, &good, &nonsense, NOW),
        UpdateRequest::change_recovery(inbox, &good, &nonsense, NOW),
    ] {
        assert_eq!(result.unwrap_err(), IdentityError::InvalidAddress);
    }
}

#[test] // ID.R12
fn each_signer_signs_once_and_for_every_place() {
    let mut request = UpdateRequest::create_inbox(&wallet(1).address(), 0, Some(installation(1).id()), NOW).unwrap();
    let both: [MemberIdentifier; 2] = [wallet(1).address().into(), installation(1).id().into()];
    assert_eq!(request.missing_signers(), both);

    let signature = wallet(1).sign_text(request.signing_text());
    request.add_signature(signature.into()).unwrap();
    assert_eq!(request.missing_signers(), both[1..]);
    assert_eq!(request.add_signature(signature.into()), Err(IdentityError::UnknownSigner));
    assert_eq!(request.clone().build(), Err(IdentityError::MissingSigner));

    request.sign_with_installation(&installation(1)).unwrap();
    assert_eq!(request.missing_signers(), []);
    let update = request.build().unwrap();
    let [Action::CreateInbox { signature: first, .. }, Action::Add { existing_member_signature: second, .. }] =
        update.actions()
    else {
        panic!("not a registration");
    };
    assert_eq!(first, second);
}

#[test] // ID.R12
fn strangers_and_signatures_over_another_text_are_not_taken() {
    let mut request = UpdateRequest::create_inbox(&wallet(1).address(), 0, None, NOW).unwrap();
    let text = request.signing_text().to_owned();
    for signature in [wallet(2).sign_text(&text), wallet(1).sign_text("another text")] {
        assert_eq!(request.add_signature(signature.into()), Err(IdentityError::UnknownSigner));
    }
    assert_eq!(request.sign_with_installation(&installation(1)), Err(IdentityError::UnknownSigner));
    assert!(matches!(request.add_signature([0; 65].into()), Err(IdentityError::InvalidSignature { .. })));
    assert_eq!(request.missing_signers(), [wallet(1).address().into()]);
}

#[test] // ID.R12
fn revoking_nothing_needs_nobody_and_is_an_empty_update() {
    let (state, inbox) = registered();
    let request = UpdateRequest::revoke_installations(inbox, &wallet(1).address(), [], NOW).unwrap();
    assert_eq!(state.apply(&signed(request, &[], &[])).unwrap(), state);
}

#[test] // ID.R32
fn publishing_an_update_twice_is_a_replay() {
    let (state, inbox) = registered();
    let request = UpdateRequest::add_installation(inbox, &wallet(1).address(), installation(2).id(), NOW).unwrap();
    let update = signed(request, &[&wallet(1)], &[&installation(2)]);
    let error = state.apply(&update).unwrap().apply(&update).unwrap_err();
    assert_eq!(error.refusal(), Some(("ID.R32", Refusal::Replay)));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("ID.R32"));
}
