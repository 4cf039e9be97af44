//! Letter case: what others put into a log must never lock an inbox, and what we build is always lowercase.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    Action, ContractAnswers, Erc1271Signature, IdentityError, IdentityUpdate, InboxState, LocalWallet,
    MemberIdentifier, RawSignature, UnverifiedRequest, UnverifiedUpdate, UpdateRequest, inbox_id_for,
};
use xmtp_types::{ChainId, ContractAnswer, Identifier, InboxId, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
/// The address of a contract as an account id can name it: without `0x`, and in capitals.
const CONTRACT: &str = "ABCDEF0000000000000000000000000000000001";

fn wallet(n: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([n; 32])).unwrap()
}

fn mixed_case(identifier: &Identifier) -> Identifier {
    let text = identifier.to_string().to_uppercase().replace("0X", "0x");
    assert_ne!(text, identifier.to_string());
    Identifier::Ethereum(text)
}

fn installation() -> InstallationKey {
    InstallationKey::from_seed(&[7; 32])
}

/// Signs with whoever is missing: wallets 1 and 2, the installation, and the contract.
fn signed(request: UpdateRequest, state: Option<&InboxState>) -> Result<InboxState, IdentityError> {
    let mut request = request;
    let text = request.signing_text().to_owned();
    for signer in request.missing_signers() {
        if let Some(wallet) = [1, 2].map(wallet).iter().find(|wallet| signer == wallet.address().into()) {
            request.add_signature(wallet.sign_text(&text).into())?;
        } else if signer == installation().id().into() {
            request.sign_with_installation(&installation())?;
        } else {
            let (signature, answers) = by_contract(&text);
            request.add_signature_with(RawSignature::Erc1271(signature), &answers)?;
        }
    }
    request.check(state)
}

fn by_contract(text: &str) -> (Erc1271Signature, ContractAnswers) {
    let account_id = format!("eip155:8453:{CONTRACT}");
    let signature = Erc1271Signature { account_id, block_number: 7, bytes: text.as_bytes().to_vec() };
    let mut answers = ContractAnswers::none();
    answers.insert(signature.question(text).unwrap(), &ContractAnswer::Signed { block: None });
    (signature, answers)
}

fn created() -> InboxState {
    signed(UpdateRequest::create_inbox(&wallet(1).address(), 0, None, NOW).unwrap(), None).unwrap()
}

/// The inbox of wallet 1 after the contract joined under an address that no normalized text equals.
fn with_contract() -> InboxState {
    let inbox = *created().inbox_id();
    let contract = Identifier::Ethereum(CONTRACT.to_lowercase());
    let update = |by_wallet: RawSignature, by_contract| IdentityUpdate {
        inbox_id: inbox,
        client_timestamp: NOW,
        actions: vec![Action::Add {
            new_member: contract.clone().into(),
            existing_member_signature: by_wallet,
            new_member_signature: by_contract,
        }],
    };
    let unsigned = RawSignature::erc191([0; 65]);
    let text = update(unsigned.clone(), unsigned).signing_text();
    let (by_contract, answers) = by_contract(&text);
    let update = update(wallet(1).sign_text(&text).into(), RawSignature::Erc1271(by_contract));
    created().apply(&UnverifiedUpdate::from(update).verify_with(&answers).unwrap()).unwrap()
}

#[test] // ID.R11
fn everyone_a_request_names_is_lowercased() {
    let inbox = *created().inbox_id();
    let (owner, other) = (mixed_case(&wallet(1).address()), mixed_case(&wallet(2).address()));
    let state = signed(UpdateRequest::create_inbox(&owner, 0, Some(installation().id()), NOW).unwrap(), None).unwrap();
    assert_eq!((state.inbox_id(), state.recovery_identifier()), (&inbox, &wallet(1).address()));

    let next = |seconds| UpdateRequest::builder(inbox, Timestamp::from_secs(NOW.as_secs() + seconds));
    let request = next(1).add_identifier(installation().id(), &other).change_recovery(&owner, &other).finish().unwrap();
    let state = signed(request, Some(&state)).unwrap();
    assert_eq!(state.recovery_identifier(), &wallet(2).address());

    let request = next(2).revoke(&other, owner.clone()).finish().unwrap();
    assert!(!request.signing_text().contains(&owner.to_string()));
    let state = signed(request, Some(&state)).unwrap();
    assert!(state.identifiers().eq([&wallet(2).address()]));

    let request = next(3).add_identifier(other.clone(), &owner).finish().unwrap();
    assert!(signed(request, Some(&state)).unwrap().contains_identifier(&wallet(1).address()));
}

#[test] // ID.R7 ID.R47
fn a_member_recorded_under_an_unusual_text_acts_and_is_revoked_as_recorded() {
    let state = with_contract();
    let inbox = *state.inbox_id();
    let contract = Identifier::Ethereum(CONTRACT.to_lowercase());
    let member = state.member(&contract.clone().into()).unwrap();
    assert_eq!(member.chain_id(), Some(ChainId::new(8453)));

    // It adds an installation, named in whatever case.
    let named = Identifier::Ethereum(CONTRACT.to_owned());
    let request = UpdateRequest::add_installation(inbox, &named, installation().id(), NOW).unwrap();
    let state = signed(request, Some(&state)).unwrap();
    assert!(state.contains_installation(&installation().id()));

    // Its text is no address, so it cannot be named as one; its record can.
    let refused = UpdateRequest::remove_identifier(inbox, &wallet(1).address(), &named, NOW);
    assert_eq!(refused.unwrap_err(), IdentityError::InvalidAddress);
    let now = Timestamp::from_secs(NOW.as_secs() + 1);
    let request = UpdateRequest::builder(inbox, now).revoke_member(&wallet(1).address(), member).finish().unwrap();
    let carried = UnverifiedRequest::from_bytes(&request.to_bytes()).unwrap();
    assert_eq!(carried.actions(), request.actions());
    let state = signed(request, Some(&state)).unwrap();
    assert!(state.identifiers().eq([&wallet(1).address()]));
    assert_eq!(state.installations().count(), 0, "the contract had added it");
}

#[test] // ID.R7 ID.R47
fn mixed_case_in_the_updates_of_others_locks_nobody_out_but_as_recovery() {
    let inbox = inbox_id_for(&wallet(1).address(), 0).unwrap();
    let by_owner = |seconds, action: fn(RawSignature) -> Action<RawSignature>| {
        let update = |signature| IdentityUpdate {
            inbox_id: inbox,
            client_timestamp: Timestamp::from_secs(seconds),
            actions: vec![action(signature)],
        };
        let text = update(RawSignature::erc191([0; 65])).signing_text();
        UnverifiedUpdate::from(update(wallet(1).sign_text(&text).into())).verify().unwrap()
    };
    // Someone revokes the owner under a name that nobody has: nothing happens, and the owner can still be revoked.
    let revoke = by_owner(1, |recovery_signature| Action::Revoke {
        member: mixed_case(&wallet(1).address()).into(),
        recovery_signature,
    });
    let state = created().apply(&revoke).unwrap();
    let request = |state: &InboxState| {
        let member = state.member(&MemberIdentifier::from(wallet(1).address())).unwrap();
        UpdateRequest::builder(inbox, NOW).revoke_member(state.recovery_identifier(), member).finish()
    };
    assert_eq!(signed(request(&state).unwrap(), Some(&state)).unwrap().members().count(), 0);

    // Someone makes the owner's checksummed address the recovery identifier: nobody can ever sign for that text. The
    // members can go on to add, and nothing we build writes such a text.
    let change = by_owner(2, |recovery_signature| Action::ChangeRecovery {
        new_recovery: mixed_case(&wallet(1).address()),
        recovery_signature,
    });
    let state = created().apply(&change).unwrap();
    let refused = signed(request(&state).unwrap(), Some(&state)).unwrap_err();
    assert_eq!(refused.refusal().map(|(rule, _)| rule), Some("ID.R42"));
    let add = UpdateRequest::add_installation(inbox, &wallet(1).address(), installation().id(), NOW).unwrap();
    assert!(signed(add, Some(&state)).is_ok());
}

#[test] // ID.R47
fn a_signer_without_0x_is_still_an_address() {
    let inbox = InboxId::from_bytes([1; 32]);
    for nonsense in ["hello", "0X", "", &CONTRACT[1..]] {
        let named = Identifier::Ethereum(nonsense.to_owned());
        let refused = UpdateRequest::add_installation(inbox, &named, installation().id(), NOW);
        assert_eq!(refused.unwrap_err(), IdentityError::InvalidAddress, "{nonsense}");
    }
}
