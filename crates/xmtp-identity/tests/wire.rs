//! What is read from and written to the network, and what becomes of content that no official client writes.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use proptest::prelude::*;
use prost::Message;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    Action, Erc1271Signature, IdentityError, IdentityUpdate, InboxState, InstallationSignature,
    LegacyDelegatedSignature, LocalWallet, MemberIdentifier, PasskeySignature, RawSignature, Refusal, UnverifiedUpdate,
    WalletSignature, WalletSignatureForm, inbox_id_for,
};
use xmtp_proto::xmtp::identity::associations::{self as proto, identity_action::Kind};
use xmtp_types::{ChainId, Identifier, InboxId, InstallationId, Timestamp};

/// Signs a text.
type Sign = fn(&str) -> RawSignature;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

fn wallet() -> LocalWallet {
    LocalWallet::from_hex(&"11".repeat(32)).unwrap()
}

fn mixed_case(identifier: &Identifier) -> Identifier {
    let text = identifier.to_string().to_uppercase().replace("0X", "0x");
    assert_ne!(text, identifier.to_string());
    Identifier::Ethereum(text)
}

fn inbox() -> InboxId {
    inbox_id_for(&wallet().address(), 0).unwrap()
}

/// An update with these actions, each signature made by `sign` over the text of the whole, sent over the wire.
fn sent(seconds: u64, actions: Vec<Action<Sign>>) -> UnverifiedUpdate {
    let update = IdentityUpdate { inbox_id: inbox(), client_timestamp: Timestamp::from_secs(seconds), actions };
    let text = update.signing_text();
    let actions = update.actions.into_iter().map(|action| fill(action, &text)).collect();
    let update = IdentityUpdate { inbox_id: inbox(), client_timestamp: update.client_timestamp, actions };
    UnverifiedUpdate::decode(&UnverifiedUpdate::from(update).encode()).unwrap()
}

fn fill(action: Action<Sign>, text: &str) -> Action<RawSignature> {
    match action {
        Action::CreateInbox { initial, nonce, signature } => {
            Action::CreateInbox { initial, nonce, signature: signature(text) }
        }
        Action::Add { new_member, existing_member_signature, new_member_signature } => Action::Add {
            new_member,
            existing_member_signature: existing_member_signature(text),
            new_member_signature: new_member_signature(text),
        },
        Action::Revoke { member, recovery_signature } => {
            Action::Revoke { member, recovery_signature: recovery_signature(text) }
        }
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            Action::ChangeRecovery { new_recovery, recovery_signature: recovery_signature(text) }
        }
    }
}

fn by_wallet(text: &str) -> RawSignature {
    wallet().sign_text(text).into()
}

fn by_second_wallet(text: &str) -> RawSignature {
    LocalWallet::from_hex(&"22".repeat(32)).unwrap().sign_text(text).into()
}

fn by_installation(text: &str) -> RawSignature {
    let key = InstallationKey::from_seed(&[7; 32]);
    RawSignature::Installation(InstallationSignature {
        bytes: key.sign_identity_update(text).to_vec(),
        public_key: key.id().as_bytes().to_vec(),
    })
}

fn create(initial: Identifier) -> Action<Sign> {
    Action::CreateInbox { initial, nonce: 0, signature: by_wallet }
}

fn created() -> InboxState {
    InboxState::fold([&sent(1, vec![create(wallet().address())]).verify().unwrap()]).unwrap()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, IdentityError>) -> Option<Refusal> {
    outcome.unwrap_err().refusal().map(|(_rule, refusal)| refusal)
}

#[test] // ID.R7
fn creating_with_a_mixed_case_address_is_refused() {
    let update = sent(1, vec![create(mixed_case(&wallet().address()))]).verify().unwrap();
    assert_eq!(refusal(InboxState::fold([&update])), Some(Refusal::MissingExistingMember));
}

#[test] // ID.R7
fn adding_a_mixed_case_address_is_refused() {
    let second = LocalWallet::from_hex(&"22".repeat(32)).unwrap().address();
    let add = Action::Add {
        new_member: mixed_case(&second).into(),
        existing_member_signature: by_wallet as Sign,
        new_member_signature: by_second_wallet,
    };
    assert_eq!(refusal(created().apply(&sent(2, vec![add]).verify().unwrap())), Some(Refusal::NewMemberMismatch));
}

#[test] // ID.R7
fn revoking_a_mixed_case_address_is_accepted_and_removes_nobody() {
    let revoke =
        Action::Revoke { member: mixed_case(&wallet().address()).into(), recovery_signature: by_wallet as Sign };
    let state = created().apply(&sent(2, vec![revoke]).verify().unwrap()).unwrap();
    assert!(InboxState::difference(Some(&created()), &state).is_empty());
}

#[test] // ID.R7
fn a_mixed_case_recovery_address_locks_everyone_out() {
    let change =
        Action::ChangeRecovery { new_recovery: mixed_case(&wallet().address()), recovery_signature: by_wallet as Sign };
    let state = created().apply(&sent(2, vec![change]).verify().unwrap()).unwrap();
    let revoke = Action::Revoke { member: wallet().address().into(), recovery_signature: by_wallet as Sign };
    let attempt = state.apply(&sent(3, vec![revoke]).verify().unwrap());
    assert_eq!(refusal(attempt), Some(Refusal::MissingExistingMember));
}

#[test] // ID.R7
fn an_installation_key_of_another_length_can_be_named_but_never_added() {
    let short = MemberIdentifier::MalformedInstallation(vec![1, 2, 3]);
    let revoke = Action::Revoke { member: short.clone(), recovery_signature: by_wallet as Sign };
    let update = sent(2, vec![revoke]);
    assert!(update.signing_text().contains("(ID: 010203)"));
    assert!(created().apply(&update.verify().unwrap()).is_ok());
    let add = Action::Add {
        new_member: short,
        existing_member_signature: by_wallet as Sign,
        new_member_signature: by_installation,
    };
    assert_eq!(refusal(created().apply(&sent(2, vec![add]).verify().unwrap())), Some(Refusal::NewMemberMismatch));
}

fn creation() -> proto::IdentityUpdate {
    (&sent(1, vec![create(wallet().address())])).into()
}

/// The creation with its one action replaced.
fn with(kind: Option<Kind>) -> Result<UnverifiedUpdate, IdentityError> {
    let actions = vec![proto::IdentityAction { kind }];
    UnverifiedUpdate::try_from(proto::IdentityUpdate { actions, ..creation() })
}

fn create_message(change: impl FnOnce(&mut proto::CreateInbox)) -> Result<UnverifiedUpdate, IdentityError> {
    let Some(Kind::CreateInbox(mut create)) = creation().actions.remove(0).kind else { panic!("not a creation") };
    change(&mut create);
    with(Some(Kind::CreateInbox(create)))
}

fn signature() -> proto::Signature {
    let bytes = vec![1; 65];
    proto::Signature {
        signature: Some(proto::signature::Signature::Erc191(proto::RecoverableEcdsaSignature { bytes })),
    }
}

#[test] // ID.R5
fn a_missing_part_refuses_the_whole_update() {
    let member = || {
        let kind = proto::member_identifier::Kind::EthereumAddress(wallet().address().to_string());
        Some(proto::MemberIdentifier { kind: Some(kind) })
    };
    let add = proto::AddAssociation {
        new_member_identifier: member(),
        existing_member_signature: Some(signature()),
        new_member_signature: Some(signature()),
        relying_party: None,
    };
    assert!(with(Some(Kind::Add(add.clone()))).is_ok());
    let no_kind = Some(proto::MemberIdentifier { kind: None });
    let legacy = proto::LegacyDelegatedSignature { delegated_key: None, signature: None };
    let legacy = proto::Signature { signature: Some(proto::signature::Signature::DelegatedErc191(legacy)) };
    for outcome in [
        with(None),
        create_message(|create| create.initial_identifier_signature = None),
        create_message(|create| create.initial_identifier_signature = Some(proto::Signature { signature: None })),
        create_message(|create| create.initial_identifier_signature = Some(legacy)),
        with(Some(Kind::Add(proto::AddAssociation { new_member_identifier: None, ..add.clone() }))),
        with(Some(Kind::Add(proto::AddAssociation { new_member_identifier: no_kind, ..add.clone() }))),
        with(Some(Kind::Add(proto::AddAssociation { existing_member_signature: None, ..add.clone() }))),
        with(Some(Kind::Add(proto::AddAssociation { new_member_signature: None, ..add }))),
        with(Some(Kind::Revoke(proto::RevokeAssociation { member_to_revoke: member(), ..Default::default() }))),
        with(Some(Kind::ChangeRecoveryAddress(proto::ChangeRecoveryAddress::default()))),
    ] {
        assert!(matches!(outcome, Err(IdentityError::Malformed(_))), "{outcome:?}");
    }
}

#[test] // ID.R5
fn an_action_of_a_kind_not_known_refuses_the_whole_update() {
    // Field 1 of an update is an action; field 9 of an action is one nobody has invented.
    let mut bytes = creation().encode_to_vec();
    bytes.extend([0x0a, 0x02, 0x4a, 0x00]);
    assert!(matches!(UnverifiedUpdate::decode(&bytes), Err(IdentityError::Malformed(_))));
}

#[test] // ID.R6
fn a_kind_that_is_absent_or_not_known_means_ethereum() {
    for kind in [0, 1, 3, 99, -1] {
        let update = create_message(|create| create.initial_identifier_kind = kind).unwrap();
        let written = proto::IdentityUpdate::from(&update);
        let Some(Kind::CreateInbox(create)) = &written.actions[0].kind else { panic!("not a creation") };
        assert_eq!(create.initial_identifier_kind, 1);
        assert_eq!(create.initial_identifier, wallet().address().to_string());
    }
}

#[test] // ID.R8
fn a_passkey_text_is_hexadecimal_in_any_case_and_written_lowercase() {
    for text in ["04aabb", "04AABB", "0x04AABB"] {
        let update = create_message(|create| {
            create.initial_identifier = text.to_owned();
            create.initial_identifier_kind = 2;
        })
        .unwrap();
        assert!(update.signing_text().contains("(Owner: 04aabb)"));
        let Some(Kind::CreateInbox(create)) = proto::IdentityUpdate::from(&update).actions.remove(0).kind else {
            panic!("not a creation");
        };
        assert_eq!((create.initial_identifier.as_str(), create.initial_identifier_kind), ("04aabb", 2));
    }
    let nonsense = create_message(|create| create.initial_identifier_kind = 2);
    assert!(nonsense.is_ok(), "an address is hexadecimal too");
    let nonsense = create_message(|create| {
        create.initial_identifier = "hello".to_owned();
        create.initial_identifier_kind = 2;
    });
    assert!(matches!(nonsense, Err(IdentityError::Malformed(_))));
}

#[test] // ID.R9
fn the_relying_party_of_an_addition_is_that_of_its_passkey() {
    let passkey = proto::Passkey { key: vec![2; 33], relying_party: Some("passkey.example".into()) };
    let member = proto::MemberIdentifier { kind: Some(proto::member_identifier::Kind::Passkey(passkey)) };
    let update = with(Some(Kind::Add(proto::AddAssociation {
        new_member_identifier: Some(member),
        existing_member_signature: Some(signature()),
        new_member_signature: Some(signature()),
        relying_party: Some("elsewhere.example".into()),
    })))
    .unwrap();
    let Some(Action::Add { new_member, .. }) = update.actions().first() else { panic!("not an addition") };
    let Some(Identifier::Passkey { relying_party, .. }) = new_member.as_identifier() else { panic!("not a passkey") };
    assert_eq!(relying_party.as_deref(), Some("passkey.example"));
}

#[test] // ID.R10
fn an_inbox_id_is_64_lowercase_hexadecimal_characters() {
    let good = creation();
    for inbox_id in [String::new(), good.inbox_id.to_uppercase(), format!("0x{}", good.inbox_id), "zz".repeat(32)] {
        let update = proto::IdentityUpdate { inbox_id, ..good.clone() };
        assert!(matches!(UnverifiedUpdate::try_from(update), Err(IdentityError::Malformed(_))));
    }
}

#[test] // ID.R20
fn an_update_signed_by_a_contract_asks_its_chain() {
    let by_contract: Sign = |_text| {
        RawSignature::Erc1271(Erc1271Signature {
            account_id: "eip155:8453:0xabcdef0000000000000000000000000000000001".into(),
            block_number: 777,
            bytes: vec![9, 8, 7],
        })
    };
    let update = sent(1, vec![Action::CreateInbox { initial: wallet().address(), nonce: 0, signature: by_contract }]);
    let chain = ChainId::new(8453);
    assert_eq!(update.verify(), Err(IdentityError::ChainQuestionOpen(chain)));
}

#[test]
fn a_state_survives_its_cache_and_damage_to_the_cache_is_an_error() {
    let state = created();
    let bytes = state.to_bytes();
    assert_eq!(InboxState::from_bytes(&bytes), Ok(state));
    let message = proto::AssociationState::decode(bytes.as_slice()).unwrap();
    let mut swapped = message.clone();
    swapped.members[0].key =
        Some(proto::MemberIdentifier { kind: Some(proto::member_identifier::Kind::EthereumAddress("another".into())) });
    let mut empty = message;
    empty.members[0].value = None;
    for damaged in [swapped.encode_to_vec(), empty.encode_to_vec(), vec![0xff], vec![]] {
        assert!(matches!(InboxState::from_bytes(&damaged), Err(IdentityError::Malformed(_))));
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..70)
}

fn identifiers() -> impl Strategy<Value = Identifier> {
    prop_oneof![
        ".{0,45}".prop_map(Identifier::Ethereum),
        (bytes(), proptest::option::of(".{0,9}"))
            .prop_map(|(key, relying_party)| Identifier::Passkey { key, relying_party }),
    ]
}

fn members() -> impl Strategy<Value = MemberIdentifier> {
    prop_oneof![
        identifiers().prop_map(MemberIdentifier::from),
        any::<[u8; 32]>().prop_map(|key| InstallationId::from_bytes(key).into()),
        bytes()
            .prop_filter("a key of 32 bytes is an installation", |key| key.len() != 32)
            .prop_map(MemberIdentifier::MalformedInstallation),
    ]
}

fn signatures() -> impl Strategy<Value = RawSignature> {
    prop_oneof![
        bytes().prop_map(RawSignature::erc191),
        (".{0,40}", any::<u64>(), bytes()).prop_map(|(account_id, block_number, bytes)| RawSignature::Erc1271(
            Erc1271Signature { account_id, block_number, bytes }
        )),
        (bytes(), bytes())
            .prop_map(|(bytes, public_key)| RawSignature::Installation(InstallationSignature { bytes, public_key })),
        (bytes(), bytes(), bytes(), any::<u32>(), any::<bool>()).prop_map(
            |(key_bytes, by_wallet, bytes, recovery, compact)| {
                let form = if compact { WalletSignatureForm::Compact } else { WalletSignatureForm::WalletCompact };
                let wallet_signature = WalletSignature { form, bytes: by_wallet, recovery };
                RawSignature::LegacyDelegated(LegacyDelegatedSignature { key_bytes, wallet_signature, bytes })
            }
        ),
        (bytes(), bytes(), bytes(), bytes()).prop_map(|(public_key, bytes, authenticator_data, client_data_json)| {
            RawSignature::Passkey(PasskeySignature { public_key, bytes, authenticator_data, client_data_json })
        }),
    ]
}

fn actions() -> impl Strategy<Value = Action<RawSignature>> {
    prop_oneof![
        (identifiers(), any::<u64>(), signatures()).prop_map(|(initial, nonce, signature)| Action::CreateInbox {
            initial,
            nonce,
            signature
        }),
        (members(), signatures(), signatures()).prop_map(|(new_member, existing, new)| Action::Add {
            new_member,
            existing_member_signature: existing,
            new_member_signature: new,
        }),
        (members(), signatures())
            .prop_map(|(member, recovery_signature)| Action::Revoke { member, recovery_signature }),
        (identifiers(), signatures())
            .prop_map(|(new_recovery, recovery_signature)| Action::ChangeRecovery { new_recovery, recovery_signature }),
    ]
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(update) = UnverifiedUpdate::decode(&bytes) {
            let _answer = update.verify();
        }
        let _answer = InboxState::from_bytes(&bytes);
    }

    #[test]
    fn a_known_update_with_any_bytes_changed_gets_an_answer(at in 0usize..400, to in any::<u8>()) {
        let mut bytes = sent(1, vec![create(wallet().address())]).encode();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(update) = UnverifiedUpdate::decode(&bytes).and_then(UnverifiedUpdate::verify) {
            let _answer = InboxState::fold([&update]);
        }
    }

    #[test]
    fn any_update_survives_the_wire_and_verifying_it_gets_an_answer(
        inbox in any::<[u8; 32]>(),
        nanos in any::<u64>(),
        actions in proptest::collection::vec(actions(), 0..4),
    ) {
        let update = UnverifiedUpdate::from(IdentityUpdate {
            inbox_id: InboxId::from_bytes(inbox),
            client_timestamp: Timestamp::from_nanos(nanos),
            actions,
        });
        let bytes = update.encode();
        let decoded = UnverifiedUpdate::decode(&bytes);
        prop_assert_eq!(decoded.as_ref(), Ok(&update));
        prop_assert_eq!(decoded.map(|update| update.encode()), Ok(bytes));
        if let Ok(verified) = update.verify() {
            let _answer = InboxState::fold([&verified]);
        }
    }
}

#[test]
fn time_is_kept_to_the_nanosecond() {
    let update = sent(NOW.as_secs(), vec![create(wallet().address())]);
    assert_eq!(update.client_timestamp(), NOW);
}
