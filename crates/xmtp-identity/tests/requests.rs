//! Requests that several devices sign: made, carried, merged, checked before they are published.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use proptest::prelude::*;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    ContractAnswers, Erc1271Signature, IdentityError, InboxState, LocalPasskey, LocalWallet, MAX_ACTIONS,
    MAX_REQUEST_BYTES, MemberIdentifier, PasskeyPolicy, PasskeyViolation, RawSignature, Refusal, UnverifiedRequest,
    UnverifiedUpdate, UpdateRequest,
};
use xmtp_types::{AccountId, ChainId, ContractAnswer, Identifier, InboxId, InstallationId, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

fn wallet(n: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([n; 32])).unwrap()
}

fn installation(n: u8) -> InstallationKey {
    InstallationKey::from_seed(&[n; 32])
}

fn passkey() -> LocalPasskey {
    LocalPasskey::from_hex(&hex::encode([5; 32]), "example.org", "https://example.org").unwrap()
}

fn policy() -> PasskeyPolicy {
    PasskeyPolicy::new("example.org", ["https://example.org".to_owned()])
}

fn sign(request: &mut UpdateRequest, wallet: &LocalWallet) {
    let signature = wallet.sign_text(request.signing_text());
    request.add_signature(signature.into()).unwrap();
}

/// An inbox of wallet 1 with installation 1.
fn registered() -> InboxState {
    let mut request = UpdateRequest::create_inbox(&wallet(1).address(), 0, Some(installation(1).id()), NOW).unwrap();
    sign(&mut request, &wallet(1));
    request.sign_with_installation(&installation(1)).unwrap();
    request.check(None).unwrap()
}

/// Another device for another wallet, and a new recovery identifier, who then revokes the first device.
fn moving(inbox: InboxId) -> UpdateRequest {
    UpdateRequest::builder(inbox, NOW)
        .add_identifier(installation(1).id(), &passkey().identifier())
        .add_installation(&passkey().identifier(), installation(2).id())
        .change_recovery(&wallet(1).address(), &passkey().identifier())
        .revoke(&passkey().identifier(), installation(1).id())
        .finish()
        .unwrap()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, IdentityError>) -> Option<(&'static str, Refusal)> {
    outcome.unwrap_err().refusal()
}

#[test] // ID.R12 ID.R23
fn several_actions_of_one_request_take_effect_together() {
    let state = registered();
    let mut request = moving(*state.inbox_id());
    let signers: [MemberIdentifier; 4] = [
        installation(1).id().into(),
        passkey().identifier().into(),
        installation(2).id().into(),
        wallet(1).address().into(),
    ];
    assert_eq!(request.missing_signers(), signers);

    request.sign_with_installation(&installation(1)).unwrap();
    request.sign_with_installation(&installation(2)).unwrap();
    sign(&mut request, &wallet(1));
    request.add_passkey_signature(passkey().sign_text(request.signing_text()), &policy()).unwrap();
    assert_eq!(request.missing_signers(), []);
    assert_eq!(request.signed_by().count(), 4);

    let predicted = request.check(Some(&state)).unwrap();
    let update = UnverifiedUpdate::decode(&request.build().unwrap().encode()).unwrap();
    assert_eq!(state.apply(&update.verify().unwrap()), Ok(predicted.clone()));
    assert!(predicted.installations().eq([&installation(2).id()]));
    assert_eq!(predicted.recovery_identifier(), &passkey().identifier());
}

#[test] // ID.R50
fn an_update_that_the_ledger_would_refuse_is_found_out_before_it_is_published() {
    let state = registered();
    let mut request =
        UpdateRequest::revoke_installations(*state.inbox_id(), &wallet(2).address(), [installation(1).id()], NOW)
            .unwrap();
    assert_eq!(refusal(request.preview(Some(&state))), Some(("ID.R42", Refusal::MissingExistingMember)));
    assert_eq!(request.check(Some(&state)), Err(IdentityError::MissingSigner));
    sign(&mut request, &wallet(2));
    assert_eq!(refusal(request.check(Some(&state))), Some(("ID.R42", Refusal::MissingExistingMember)));
    assert_eq!(refusal(request.check(None)), Some(("ID.R24", Refusal::NotCreated)));
}

#[test] // ID.R50
fn a_preview_tells_who_will_come_and_go_before_anyone_signs() {
    let state = registered();
    let difference = moving(*state.inbox_id()).preview(Some(&state)).unwrap();
    assert!(difference.installations_added().eq([&installation(2).id()]));
    assert!(difference.installations_removed().eq([&installation(1).id()]));
    let creation = UpdateRequest::create_inbox(&wallet(2).address(), 0, None, NOW).unwrap();
    assert_eq!(creation.preview(None).unwrap().added, [wallet(2).address().into()]);
}

#[test] // ID.R48 ID.R49
fn two_devices_sign_copies_of_one_request_and_merge_them() {
    let state = registered();
    let mut first = moving(*state.inbox_id());
    let mut second = UpdateRequest::from_bytes(&first.to_bytes()).unwrap();
    assert_eq!(second.signing_text(), first.signing_text());
    assert_eq!(second.actions(), first.actions());
    first.sign_with_installation(&installation(1)).unwrap();
    sign(&mut first, &wallet(1));
    second.sign_with_installation(&installation(2)).unwrap();
    second.add_passkey_signature(passkey().sign_text(second.signing_text()), &policy()).unwrap();
    sign(&mut second, &wallet(1));

    let second = UpdateRequest::from_bytes(&second.to_bytes()).unwrap();
    assert_eq!(second.missing_signers(), [installation(1).id().into()]);
    first.merge(second).unwrap();
    assert_eq!(first.missing_signers(), []);
    assert!(first.check(Some(&state)).is_ok());
    let carried = UpdateRequest::from_bytes(&first.to_bytes()).unwrap();
    assert_eq!(carried.build(), first.build());
}

#[test] // ID.R49
fn requests_that_differ_in_anything_signed_or_not_are_not_merged() {
    let inbox = *registered().inbox_id();
    let by =
        |owner: u8, now| UpdateRequest::add_installation(inbox, &wallet(owner).address(), installation(2).id(), now);
    let mut request = by(1, NOW).unwrap();
    // Neither the signer of a place nor a part of a second is in the text.
    let same_text = [by(2, NOW).unwrap(), by(1, Timestamp::from_nanos(NOW.as_nanos() + 1)).unwrap()];
    for mut other in same_text {
        assert_eq!(other.signing_text(), request.signing_text());
        other.sign_with_installation(&installation(2)).unwrap();
        assert_eq!(request.merge(other), Err(IdentityError::DifferentRequest));
    }
    assert_eq!(request.signed_by().count(), 0);
}

#[test] // ID.R48
fn a_signature_that_does_not_belong_into_a_request_refuses_it_on_reading() {
    let inbox = *registered().inbox_id();
    let at = |seconds| {
        let now = Timestamp::from_secs(seconds);
        UpdateRequest::add_installation(inbox, &wallet(1).address(), installation(2).id(), now).unwrap()
    };
    let mut earlier = at(1_600_000_000);
    earlier.sign_with_installation(&installation(2)).unwrap();
    // The actions of the one, the signatures of the other.
    let (unsigned, signed) = (at(1_600_000_001).to_bytes(), earlier.to_bytes());
    let signature = &signed[at(1_600_000_000).to_bytes().len()..];
    let moved = [unsigned.as_slice(), signature].concat();
    assert!(matches!(UpdateRequest::from_bytes(&moved), Err(IdentityError::InvalidSignature { .. })));
    let twice = [signed.as_slice(), signature].concat();
    assert_eq!(UpdateRequest::from_bytes(&twice).unwrap_err(), IdentityError::UnknownSigner);
}

#[test] // ID.R48
fn signatures_travel_in_one_order() {
    let unsigned = moving(*registered().inbox_id());
    let signed_by = |ids: &[u8]| {
        let mut request = unsigned.clone();
        ids.iter().for_each(|n| request.sign_with_installation(&installation(*n)).unwrap());
        request.to_bytes()
    };
    let [first, second] = [1, 2].map(|n| signed_by(&[n])[unsigned.to_bytes().len()..].to_vec());
    let [there, back] = [[&first, &second], [&second, &first]]
        .map(|signatures| [unsigned.to_bytes().as_slice(), signatures[0], signatures[1]].concat());
    let (good, bad) = if there == signed_by(&[2, 1]) { (there, back) } else { (back, there) };
    assert_eq!(UpdateRequest::from_bytes(&good).unwrap().signed_by().count(), 2);
    assert!(matches!(UpdateRequest::from_bytes(&bad), Err(IdentityError::Malformed(_))));
}

#[test] // ID.R48
fn another_version_another_file_and_too_many_bytes_say_what_they_are() {
    let bytes = moving(*registered().inbox_id()).to_bytes();
    let mut newer = bytes.clone();
    newer[4] = 2;
    assert_eq!(UpdateRequest::from_bytes(&newer).unwrap_err(), IdentityError::UnknownVersion(2));
    for other in [&b""[..], b"XMU", b"XMUR", b"nothing of ours"] {
        assert!(matches!(UpdateRequest::from_bytes(other), Err(IdentityError::Malformed(_))));
    }
    let long = vec![0; MAX_REQUEST_BYTES + 1];
    assert!(matches!(UpdateRequest::from_bytes(&long), Err(IdentityError::TooLarge(_))));
}

#[test] // ID.R48
fn what_is_written_in_any_other_way_than_ours_is_refused() {
    let bytes = moving(*registered().inbox_id()).to_bytes();
    // A field nobody knows, and a field that is there twice: both are skipped by protobuf readers.
    for rest in [&[0x7a, 0x00][..], &[0x10, 0x01]] {
        let other = [bytes.as_slice(), rest].concat();
        assert!(matches!(UpdateRequest::from_bytes(&other), Err(IdentityError::Malformed(_))), "{rest:?}");
    }
    // An address in capitals is another text than the one the request would be signed for.
    let address = wallet(1).address().to_string();
    let at = bytes.windows(42).position(|window| window == address.as_bytes()).unwrap();
    let mut capitals = bytes.clone();
    capitals[at + 2..at + 42].make_ascii_uppercase();
    assert!(matches!(UpdateRequest::from_bytes(&capitals), Err(IdentityError::Malformed(_))));
    // Someone else's creation under this inbox's id.
    let creation = UpdateRequest::create_inbox(&wallet(1).address(), 0, None, NOW).unwrap();
    let id = creation.inbox_id().to_string();
    let mut foreign = creation.to_bytes();
    let at = foreign.windows(64).position(|window| window == id.as_bytes()).unwrap();
    foreign[at..at + 64].copy_from_slice("ab".repeat(32).as_bytes());
    assert!(matches!(UpdateRequest::from_bytes(&foreign), Err(IdentityError::Malformed(_))));
}

/// The wallet of a contract, which signs with bytes of its own making.
fn contract(text: &str) -> (Identifier, Erc1271Signature) {
    let address = Identifier::ethereum("0xabcdef0000000000000000000000000000000001").unwrap();
    let account = AccountId::new(ChainId::new(8453), &address).unwrap();
    let (fresh, _question) = Erc1271Signature::fresh(&account, vec![9, 8, 7], text);
    (address, Erc1271Signature { block_number: 777, ..fresh })
}

#[test] // ID.R20 ID.R48
fn a_contract_that_signed_on_one_device_is_asked_about_on_the_next() {
    let (address, _) = contract("");
    let mut request = UpdateRequest::create_inbox(&address, 0, Some(installation(1).id()), NOW).unwrap();
    let (_, signature) = contract(request.signing_text());
    let mut answers = ContractAnswers::none();
    answers.insert(signature.question(request.signing_text()).unwrap(), &ContractAnswer::Signed { block: Some(777) });
    request.add_signature_with(RawSignature::Erc1271(signature), &answers).unwrap();

    let arrived = UnverifiedRequest::from_bytes(&request.to_bytes()).unwrap();
    let open = arrived.contract_questions().unwrap();
    assert!(matches!(open.as_slice(), [question] if question.block == Some(777)));
    let error = arrived.clone().verify().unwrap_err();
    assert_eq!(error, IdentityError::ChainQuestionOpen(ChainId::new(8453)));
    assert!(error.is_retryable());
    let mut refused = ContractAnswers::none();
    refused.insert(open[0].clone(), &ContractAnswer::NotSigned);
    assert!(matches!(arrived.clone().verify_with(&refused), Err(IdentityError::InvalidSignature { .. })));

    let mut arrived = arrived.verify_with(&answers).unwrap();
    arrived.sign_with_installation(&installation(1)).unwrap();
    let state = arrived.check(None).unwrap();
    assert_eq!(state.member(&address.into()).unwrap().chain_id(), Some(ChainId::new(8453)));
}

#[test] // ID.R48
fn a_request_has_no_chain_asked_about_strangers_nor_more_signatures_than_signers() {
    let creation = UpdateRequest::create_inbox(&contract("").0, 0, None, NOW).unwrap();
    let (_, signature) = contract(creation.signing_text());
    let mut answers = ContractAnswers::none();
    answers.insert(signature.question(creation.signing_text()).unwrap(), &ContractAnswer::Signed { block: None });
    let mut signed = creation.clone();
    signed.add_signature_with(RawSignature::Erc1271(signature), &answers).unwrap();
    let tail = signed.to_bytes()[creation.to_bytes().len()..].to_vec();

    let others = UpdateRequest::create_inbox(&wallet(1).address(), 0, None, NOW).unwrap();
    let with_stranger = [others.to_bytes(), tail.clone()].concat();
    let arrived = UnverifiedRequest::from_bytes(&with_stranger).unwrap();
    assert_eq!(arrived.contract_questions(), Err(IdentityError::UnknownSigner));
    let with_two = [others.to_bytes(), tail.clone(), tail].concat();
    assert!(matches!(UnverifiedRequest::from_bytes(&with_two), Err(IdentityError::Malformed(_))));
}

#[test] // ID.R50
fn a_preview_expects_a_contract_to_sign_on_its_chain() {
    let (address, _) = contract("");
    let mut request = UpdateRequest::create_inbox(&address, 0, None, NOW).unwrap();
    let (_, signature) = contract(request.signing_text());
    let mut answers = ContractAnswers::none();
    answers.insert(signature.question(request.signing_text()).unwrap(), &ContractAnswer::Signed { block: None });
    request.add_signature_with(RawSignature::Erc1271(signature), &answers).unwrap();
    let state = request.check(None).unwrap();
    let next = UpdateRequest::add_installation(*state.inbox_id(), &address, installation(1).id(), NOW).unwrap();
    assert!(next.preview(Some(&state)).unwrap().installations_added().eq([&installation(1).id()]));
}

#[test] // ID.R51
fn a_passkey_is_held_to_the_policy_of_the_application_that_takes_its_signature() {
    let mut request = UpdateRequest::create_inbox(&passkey().identifier(), 0, None, NOW).unwrap();
    let phished = LocalPasskey::from_hex(&passkey().to_hex(), "example.org", "https://evil.example").unwrap();
    let signature = phished.sign_text(request.signing_text());
    let refused = Err(IdentityError::PasskeyPolicy { rule: "ID.R52", violation: PasskeyViolation::Origin });
    assert_eq!(request.add_passkey_signature(signature.clone(), &policy()), refused);
    assert_eq!(request.missing_signers(), [passkey().identifier().into()]);
    // The ledger is not the application: it takes what everyone takes.
    request.add_signature(RawSignature::Passkey(signature)).unwrap();
    assert!(request.check(None).is_ok());
}

#[test] // ID.R11
fn what_can_never_sign_is_not_asked_to() {
    let inbox = InboxId::from_bytes([1; 32]);
    let owner = wallet(1).address();
    let no_point = Identifier::Passkey { key: vec![4; 65], relying_party: None };
    assert_eq!(UpdateRequest::create_inbox(&no_point, 0, None, NOW).unwrap_err(), IdentityError::InvalidPasskey);
    let malformed = MemberIdentifier::MalformedInstallation(vec![1; 31]);
    let builder = || UpdateRequest::builder(inbox, NOW);
    for (builder, error) in [
        (builder().change_recovery(&owner, &no_point), IdentityError::InvalidPasskey),
        (builder().add_identifier(owner.clone(), &no_point), IdentityError::InvalidPasskey),
        (
            builder().add_identifier(malformed.clone(), &wallet(2).address()),
            IdentityError::Malformed("an installation key is not 32 bytes long"),
        ),
        (builder().revoke(&owner, malformed), IdentityError::Malformed("an installation key is not 32 bytes long")),
    ] {
        assert_eq!(builder.change_recovery(&owner, &owner).finish().unwrap_err(), error);
    }
}

#[test] // ID.R48
fn a_request_has_a_largest_size_and_can_be_carried_up_to_it() {
    let of = |count: usize| {
        let installations = (0..count).map(|n| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&n.to_be_bytes());
            InstallationId::from_bytes(id)
        });
        UpdateRequest::revoke_installations(InboxId::from_bytes([1; 32]), &wallet(1).address(), installations, NOW)
    };
    let largest = of(MAX_ACTIONS).unwrap();
    assert_eq!(largest.missing_signers(), [wallet(1).address().into()]);
    assert_eq!(UpdateRequest::from_bytes(&largest.to_bytes()).unwrap().actions().len(), MAX_ACTIONS);
    assert!(matches!(of(MAX_ACTIONS + 1), Err(IdentityError::TooLarge(_))));
}

proptest! {
    #[test] // ID.R48
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), version in 0u8..3) {
        let _answer = UpdateRequest::from_bytes(&bytes);
        let _answer = UpdateRequest::from_bytes(&[b"XMUR", [version].as_slice(), &bytes].concat());
    }

    #[test] // ID.R48
    fn a_request_with_any_bit_flipped_is_refused_or_is_wholly_another(at: prop::sample::Index, bit in 0u8..8) {
        let mut request = moving(*registered().inbox_id());
        request.sign_with_installation(&installation(1)).unwrap();
        let mut bytes = request.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = UpdateRequest::from_bytes(&bytes) {
            // What was signed is unchanged. Who signs, and the fraction of a second, are not in the text.
            prop_assert_eq!(other.signing_text(), request.signing_text());
            prop_assert_eq!(&other.to_bytes(), &bytes);
            // A passkey's relying party is a label and tells no members apart.
            let is_label = bytes.windows(11).enumerate().any(|(start, window)| {
                (start..start + 11).contains(&at) && window.iter().zip(b"example.org").filter(|(a, b)| a != b).count() == 1
            });
            let expected = if is_label { Ok(()) } else { Err(IdentityError::DifferentRequest) };
            prop_assert_eq!(request.merge(other), expected);
        }
    }
}
