//! Signatures that someone tampered with, of every kind: each is refused, and by the rule that it breaks.
//!
//! A few bits can be changed without effect, as released clients have it: how V is written, the twin with a high S, the
//! part of a second, the upper bytes of a legacy V, labels. Whatever is accepted must change nobody's rights.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod signers;

use signers::{by_contract, by_delegate, by_installation, installation, passkey, wallet};
use xmtp_identity::{
    Action, ContractAnswers, IdentityError, IdentityUpdate, InboxState, MemberIdentifier, RawSignature, SignatureKind,
    UnverifiedUpdate, inbox_id_for,
};
use xmtp_types::{ChainId, Identifier, InboxId, Timestamp};

const CHAIN: ChainId = ChainId::new(8453);
const CONTRACT: &str = "0xabcdef0000000000000000000000000000000001";
const KINDS: [SignatureKind; 4] =
    [SignatureKind::Erc191, SignatureKind::Erc1271, SignatureKind::LegacyDelegated, SignatureKind::Passkey];

/// Who owns an inbox, signing with one kind of signature.
#[derive(Clone, Copy)]
struct Owner(SignatureKind);

impl Owner {
    fn identifier(self) -> Identifier {
        match self.0 {
            SignatureKind::Erc1271 => Identifier::ethereum(CONTRACT).unwrap(),
            SignatureKind::Passkey => passkey(1).identifier(),
            _ => wallet(1).address(),
        }
    }

    fn inbox(self) -> InboxId {
        inbox_id_for(&self.identifier(), 0).unwrap()
    }

    fn sign(self, text: &str, answers: &mut ContractAnswers) -> RawSignature {
        match self.0 {
            SignatureKind::Erc1271 => by_contract(CONTRACT, CHAIN, text.as_bytes().to_vec(), text, answers),
            SignatureKind::Passkey => RawSignature::Passkey(passkey(1).sign_text(text)),
            SignatureKind::LegacyDelegated => by_delegate(1, text),
            _ => wallet(1).sign_text(text).into(),
        }
    }

    /// Creates the inbox and adds installation 1, at a second.
    fn creation(self, seconds: u64, answers: &mut ContractAnswers) -> UnverifiedUpdate {
        let create = |signature| Action::CreateInbox { initial: self.identifier(), nonce: 0, signature };
        signed(self.inbox(), seconds, answers, |by| vec![create(by(self)), add(installation(1).id().into(), by(self))])
    }

    fn created(self) -> InboxState {
        // Not by legacy, whose signature serves one update alone.
        let owner = if self.0 == SignatureKind::LegacyDelegated { Self(SignatureKind::Erc191) } else { self };
        let mut answers = ContractAnswers::none();
        let update = owner.creation(1, &mut answers).verify_with(&answers).unwrap();
        InboxState::fold([&update]).unwrap()
    }
}

/// Who is to sign in a place: an owner, or the new member itself.
type By<'a> = &'a dyn Fn(Owner) -> RawSignature;

fn add(new_member: MemberIdentifier, existing: RawSignature) -> Action<RawSignature> {
    // The new member's signature is made when the text is known.
    Action::Add { new_member, existing_member_signature: existing, new_member_signature: RawSignature::erc191([]) }
}

/// An update whose actions are built twice: once to know the text, once with the signatures over it.
fn signed(
    inbox_id: InboxId,
    seconds: u64,
    answers: &mut ContractAnswers,
    actions: impl Fn(By<'_>) -> Vec<Action<RawSignature>>,
) -> UnverifiedUpdate {
    let client_timestamp = Timestamp::from_secs(seconds);
    let unsigned = actions(&|_owner| RawSignature::erc191([]));
    let text = IdentityUpdate { inbox_id, client_timestamp, actions: unsigned }.signing_text();
    let made = std::cell::RefCell::new(answers);
    let mut actions = actions(&|owner| owner.sign(&text, &mut made.borrow_mut()));
    for action in &mut actions {
        if let Action::Add { new_member, new_member_signature, .. } = action {
            *new_member_signature = by_new_member(new_member, &text);
        }
    }
    UnverifiedUpdate::from(IdentityUpdate { inbox_id, client_timestamp, actions })
}

fn by_new_member(member: &MemberIdentifier, text: &str) -> RawSignature {
    match member {
        MemberIdentifier::Installation(id) => {
            let key = [1, 2, 3].map(installation).into_iter().find(|key| key.id() == *id).unwrap();
            by_installation(&key, text)
        }
        _ => wallet(2).sign_text(text).into(),
    }
}

/// What an update comes to: nothing if it is accepted, else the rule or the kind of signature that refused it.
fn outcome(state: Option<&InboxState>, update: UnverifiedUpdate, answers: &ContractAnswers) -> String {
    let folded = update.verify_with(answers).and_then(|update| match state {
        Some(state) => state.apply(&update),
        None => InboxState::fold([&update]),
    });
    match folded {
        Ok(_) => "accepted".to_owned(),
        Err(IdentityError::InvalidSignature { kind, .. }) => kind.to_string(),
        Err(IdentityError::ChainQuestionOpen(_)) => "chain not asked".to_owned(),
        Err(error) => error.refusal().unwrap().0.to_owned(),
    }
}

fn edited(update: &UnverifiedUpdate, edit: impl FnOnce(&mut IdentityUpdate<RawSignature>)) -> UnverifiedUpdate {
    let mut parts = IdentityUpdate {
        inbox_id: *update.inbox_id(),
        client_timestamp: update.client_timestamp(),
        actions: update.actions().to_vec(),
    };
    edit(&mut parts);
    parts.into()
}

/// Adds installation 2 and then wallet 2, both by the owner.
fn additions(owner: Owner, seconds: u64, inbox: InboxId, answers: &mut ContractAnswers) -> UnverifiedUpdate {
    signed(inbox, seconds, answers, |by| {
        vec![add(installation(2).id().into(), by(owner)), add(wallet(2).address().into(), by(owner))]
    })
}

/// The signatures of `from` in the places of `to`.
fn with_signatures_of(to: &UnverifiedUpdate, from: &UnverifiedUpdate) -> UnverifiedUpdate {
    edited(to, |update| {
        for (action, signed) in update.actions.iter_mut().zip(from.actions()) {
            if let (
                Action::Add { existing_member_signature: old, .. },
                Action::Add { existing_member_signature: other, .. },
            ) = (action, signed)
            {
                *old = other.clone();
            }
        }
    })
}

#[test] // ID.R14 ID.R20 ID.R21 ID.R22 ID.R37
fn a_signature_over_another_text_inbox_or_time_is_refused() {
    for kind in KINDS {
        let (owner, mut answers) = (Owner(kind), ContractAnswers::none());
        let state = owner.created();
        let update = additions(owner, 100, owner.inbox(), &mut answers);
        assert_eq!(outcome(Some(&state), update.clone(), &answers), "accepted", "{kind}");
        // An account's signature of another text is that of another account, and so is a legacy one's of a delegate.
        let expected = match kind {
            SignatureKind::Erc191 => "ID.R37",
            SignatureKind::Erc1271 => "chain not asked",
            SignatureKind::LegacyDelegated => "legacy-delegated",
            _ => "p256",
        };
        let others = [
            additions(owner, 101, owner.inbox(), &mut answers),
            additions(owner, 100, InboxId::from_bytes([9; 32]), &mut answers),
            signed(owner.inbox(), 100, &mut answers, |by| {
                vec![add(installation(3).id().into(), by(owner)), add(wallet(2).address().into(), by(owner))]
            }),
        ];
        for other in others {
            let moved = with_signatures_of(&update, &other);
            assert_eq!(outcome(Some(&state), moved, &answers), expected, "{kind}");
        }
    }
}

#[test] // ID.R14
fn reordered_actions_are_another_text() {
    for kind in KINDS {
        let (owner, mut answers) = (Owner(kind), ContractAnswers::none());
        let update = additions(owner, 100, owner.inbox(), &mut answers);
        let reordered = edited(&update, |update| update.actions.reverse());
        let outcome = outcome(Some(&owner.created()), reordered, &answers);
        // All signatures are looked at before any action. Where the owner's names its key it fails; an account's only
        // recovers a stranger, and the installation's is the first to fail.
        let expected = match kind {
            SignatureKind::Erc1271 => "chain not asked",
            SignatureKind::LegacyDelegated => "legacy-delegated",
            SignatureKind::Passkey => "p256",
            _ => "installation-key",
        };
        assert_eq!(outcome, expected, "{kind}");
    }
}

#[test] // ID.R33 ID.R34 ID.R42
fn signatures_moved_between_the_places_of_one_update_are_refused() {
    for kind in KINDS {
        let (owner, mut answers) = (Owner(kind), ContractAnswers::none());
        let state = owner.created();
        let update = signed(owner.inbox(), 100, &mut answers, |by| {
            let member = installation(1).id().into();
            vec![add(wallet(2).address().into(), by(owner)), Action::Revoke { member, recovery_signature: by(owner) }]
        });
        let new = |update: &IdentityUpdate<RawSignature>| match &update.actions[0] {
            Action::Add { new_member_signature, .. } => new_member_signature.clone(),
            _ => panic!("not an addition"),
        };
        let swapped = edited(&update, |update| match &mut update.actions[0] {
            Action::Add { existing_member_signature, new_member_signature, .. } => {
                std::mem::swap(existing_member_signature, new_member_signature);
            }
            _ => panic!("not an addition"),
        });
        assert_eq!(outcome(Some(&state), swapped, &answers), "ID.R33", "{kind}");
        let alone = edited(&update, |update| {
            let by_new = new(update);
            if let Action::Add { existing_member_signature, .. } = &mut update.actions[0] {
                *existing_member_signature = by_new;
            }
        });
        assert_eq!(outcome(Some(&state), alone, &answers), "ID.R34", "{kind}");
        let by_newcomer = edited(&update, |update| {
            let recovery_signature = new(update);
            update.actions[1] = Action::Revoke { member: installation(1).id().into(), recovery_signature };
        });
        assert_eq!(outcome(Some(&state), by_newcomer, &answers), "ID.R42", "{kind}");
    }
}

#[test] // ID.R32
fn an_update_that_was_accepted_is_a_replay_ever_after() {
    for kind in KINDS {
        let (owner, mut answers) = (Owner(kind), ContractAnswers::none());
        let update = additions(owner, 100, owner.inbox(), &mut answers);
        let state = owner.created().apply(&update.clone().verify_with(&answers).unwrap()).unwrap();
        assert_eq!(outcome(Some(&state), update.clone(), &answers), "ID.R32", "{kind}");
        // Neither does a part of the update come in again, nor the same under another fraction of the second.
        let shifted = edited(&update, |update| {
            update.client_timestamp = Timestamp::from_nanos(update.client_timestamp.as_nanos() + 1);
        });
        assert_eq!(outcome(Some(&state), shifted, &answers), "ID.R32", "{kind}");
    }
}

#[test] // ID.R36
fn a_wallet_that_signs_on_another_chain_is_refused() {
    let state = Owner(SignatureKind::Erc1271).created();
    let inbox = Owner(SignatureKind::Erc1271).inbox();
    let account = Owner(SignatureKind::Erc191);
    for chain in [ChainId::new(1), ChainId::new(0)] {
        let mut answers = ContractAnswers::none();
        let update = additions(Owner(SignatureKind::Erc1271), 100, inbox, &mut answers);
        let text = update.signing_text();
        let elsewhere = by_contract(CONTRACT, chain, vec![1], &text, &mut answers);
        let update = edited(&update, |update| {
            if let Action::Add { existing_member_signature, .. } = &mut update.actions[0] {
                *existing_member_signature = elsewhere;
            }
        });
        assert_eq!(outcome(Some(&state), update, &answers), "ID.R36");
    }
    // The address of an account signs as a contract, its chain vouching for it.
    let mut answers = ContractAnswers::none();
    let update = additions(account, 100, account.inbox(), &mut answers);
    let address = account.identifier().to_string();
    let as_contract = by_contract(&address, CHAIN, vec![1], &update.signing_text(), &mut answers);
    let update = edited(&update, |update| {
        if let Action::Add { existing_member_signature, .. } = &mut update.actions[0] {
            *existing_member_signature = as_contract;
        }
    });
    assert_eq!(outcome(Some(&account.created()), update, &answers), "ID.R36");
}

#[test] // ID.R14 ID.R17 ID.R22
fn a_flipped_bit_anywhere_in_an_update_refuses_it_or_changes_nobodys_rights() {
    for kind in KINDS {
        let (owner, mut answers) = (Owner(kind), ContractAnswers::none());
        let update = owner.creation(1_700_000_000, &mut answers);
        let rights = |state: &InboxState| {
            let members: Vec<_> = state.members().cloned().collect();
            let who = |member: &xmtp_identity::Member| {
                (member.identifier().clone(), member.added_by().cloned(), member.chain_id())
            };
            (*state.inbox_id(), state.recovery_identifier().clone(), members.iter().map(who).collect::<Vec<_>>())
        };
        let state = InboxState::fold([&update.clone().verify_with(&answers).unwrap()]).unwrap();
        let bytes = update.encode();
        let mut twins = 0;
        // Five is coprime to eight: every byte is met, and in the long run every bit as often.
        for bit in (0..bytes.len() * 8).step_by(5) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Ok(other) = UnverifiedUpdate::decode(&flipped) else { continue };
            let same_text = other.signing_text() == update.signing_text();
            let Ok(other) = other.verify_with(&answers).and_then(|other| InboxState::fold([&other])) else { continue };
            assert!(same_text, "{kind}: bit {bit} changed what was signed");
            assert_eq!(rights(&other), rights(&state), "{kind}: bit {bit}");
            twins += 1;
        }
        assert!(twins < 60, "{kind}: {twins} bits do not matter");
    }
}

/// The first signature of a creation, changed and put into both places of the owner.
fn creation_with(owner: Owner, change: impl Fn(&mut [u8])) -> String {
    let mut answers = ContractAnswers::none();
    let update = owner.creation(1, &mut answers);
    let mut first = update.actions()[0].signatures().next().unwrap().clone();
    match &mut first {
        RawSignature::Erc191(signature) => change(&mut signature.bytes),
        RawSignature::LegacyDelegated(signature) => change(&mut signature.bytes),
        other => panic!("not an account's: {other:?}"),
    }
    let changed = edited(&update, |update| {
        for action in &mut update.actions {
            match action {
                Action::CreateInbox { signature, .. } => *signature = first.clone(),
                Action::Add { existing_member_signature, .. } => *existing_member_signature = first.clone(),
                other => panic!("not of a creation: {other:?}"),
            }
        }
    });
    outcome(None, changed, &answers)
}

fn negate_s(bytes: &mut [u8]) {
    let signature = k256::ecdsa::Signature::from_slice(&bytes[..64]).unwrap();
    let (r, s) = signature.split_scalars();
    bytes[..64].copy_from_slice(&k256::ecdsa::Signature::from_scalars(r, -s).unwrap().to_bytes());
}

#[test] // ID.R16 ID.R17 ID.R22 ID.R29
fn the_twin_that_keeps_v_is_accepted_and_another_parity_is_another_signer() {
    for (kind, stranger) in [(SignatureKind::Erc191, "ID.R29"), (SignatureKind::LegacyDelegated, "legacy-delegated")] {
        let owner = Owner(kind);
        let other_parity = |bytes: &mut [u8]| bytes[64] = 55 - bytes[64];
        assert_eq!(creation_with(owner, negate_s), "accepted", "{kind}");
        assert_eq!(creation_with(owner, other_parity), stranger, "{kind}");
        let true_twin = |bytes: &mut [u8]| {
            negate_s(bytes);
            other_parity(bytes);
        };
        assert_eq!(creation_with(owner, true_twin), stranger, "{kind}");
        for v in [2, 26, 29, 34] {
            assert_eq!(creation_with(owner, |bytes| bytes[64] = v), kind.to_string(), "{v}");
        }
        assert_eq!(creation_with(owner, |bytes| bytes[32..64].fill(0)), kind.to_string());
    }
}
