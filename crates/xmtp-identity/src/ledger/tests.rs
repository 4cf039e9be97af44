//! Each rule of the ledger by its id, over signatures that are taken as verified.
use super::*;
use crate::{IdentityUpdate, Refusal::*, SignatureKind, StateDifference};
use proptest::prelude::*;
use std::{cell::Cell, iter::once};
use xmtp_types::{ChainId, InboxId, InstallationId};

thread_local! {
    static SIGNATURES_MADE: Cell<u64> = const { Cell::new(0) };
}

fn wallet(n: u8) -> Identifier {
    Identifier::Ethereum(format!("0x{}", hex::encode([n; 20])))
}

fn passkey(n: u8) -> Identifier {
    Identifier::Passkey { key: vec![n; 33], relying_party: None }
}

fn installation(n: u8) -> InstallationId {
    InstallationId::from_bytes([n; 32])
}

fn inbox() -> InboxId {
    inbox_id_for(&wallet(1), 0).unwrap()
}

/// A signature of the signer's natural kind, never used before.
fn by(signer: impl Into<MemberIdentifier>) -> VerifiedSignature {
    let signer = signer.into();
    let kind = match &signer {
        MemberIdentifier::Identifier(Identifier::Passkey { .. }) => SignatureKind::Passkey,
        MemberIdentifier::Identifier(_) => SignatureKind::Erc191,
        _ => SignatureKind::Installation,
    };
    let number = SIGNATURES_MADE.with(|made| {
        made.set(made.get() + 1);
        made.get()
    });
    VerifiedSignature { signer, kind, replay_bytes: number.to_be_bytes().to_vec(), chain_id: None }
}

fn legacy(signer: Identifier) -> VerifiedSignature {
    VerifiedSignature { kind: SignatureKind::LegacyDelegated, ..by(signer) }
}

fn contract(signer: Identifier, chain: u64) -> VerifiedSignature {
    VerifiedSignature { kind: SignatureKind::Erc1271, chain_id: Some(ChainId::new(chain)), ..by(signer) }
}

fn create(signature: VerifiedSignature) -> Action<VerifiedSignature> {
    Action::CreateInbox { initial: wallet(1), nonce: 0, signature }
}

fn add_signed(
    new_member: impl Into<MemberIdentifier>,
    existing: VerifiedSignature,
    new: VerifiedSignature,
) -> Action<VerifiedSignature> {
    let new_member = new_member.into();
    Action::Add { new_member, existing_member_signature: existing, new_member_signature: new }
}

fn add(new_member: impl Into<MemberIdentifier>, existing: VerifiedSignature) -> Action<VerifiedSignature> {
    let new_member = new_member.into();
    add_signed(new_member.clone(), existing, by(new_member))
}

fn revoke(member: impl Into<MemberIdentifier>, signature: VerifiedSignature) -> Action<VerifiedSignature> {
    Action::Revoke { member: member.into(), recovery_signature: signature }
}

fn change(new_recovery: Identifier, signature: VerifiedSignature) -> Action<VerifiedSignature> {
    Action::ChangeRecovery { new_recovery, recovery_signature: signature }
}

fn update_at(seconds: u64, actions: Vec<Action<VerifiedSignature>>) -> VerifiedUpdate {
    VerifiedUpdate(IdentityUpdate { inbox_id: inbox(), client_timestamp: Timestamp::from_secs(seconds), actions })
}

fn update(actions: Vec<Action<VerifiedSignature>>) -> VerifiedUpdate {
    update_at(100, actions)
}

/// An inbox of wallet 1, who is also its recovery identifier.
fn created() -> InboxState {
    InboxState::fold([&update(vec![create(by(wallet(1)))])]).unwrap()
}

fn after(state: &InboxState, action: Action<VerifiedSignature>) -> InboxState {
    state.apply(&update(vec![action])).unwrap()
}

fn refusal(state: &InboxState, action: Action<VerifiedSignature>) -> Option<(&'static str, Refusal)> {
    state.apply(&update(vec![action])).err().and_then(|error| error.refusal())
}

fn first_refusal(actions: Vec<Action<VerifiedSignature>>) -> Option<(&'static str, Refusal)> {
    InboxState::fold([&update(actions)]).err().and_then(|error| error.refusal())
}

#[test] // ID.R23
fn each_action_sees_what_the_one_before_it_did() {
    let state = created();
    let taken_over = update(vec![change(wallet(2), by(wallet(1))), revoke(wallet(1), by(wallet(2)))]);
    assert_eq!(state.apply(&taken_over).unwrap().members().count(), 0);
}

#[test] // ID.R23
fn one_refused_action_leaves_the_state_as_it_was_and_refuses_the_log() {
    let state = created();
    let before = state.clone();
    let half_good = update(vec![add(installation(1), by(wallet(1))), revoke(wallet(1), by(wallet(9)))]);
    assert!(state.apply(&half_good).is_err());
    assert_eq!(state, before);
    let log = [update(vec![create(by(wallet(1)))]), half_good, update(vec![])];
    assert!(InboxState::fold(&log).is_err());
}

#[test] // ID.R24
fn no_action_but_creation_comes_first() {
    for action in
        [add(installation(1), by(wallet(1))), revoke(installation(1), by(wallet(1))), change(wallet(2), by(wallet(1)))]
    {
        assert_eq!(first_refusal(vec![action, create(by(wallet(1)))]), Some(("ID.R24", NotCreated)));
    }
}

#[test] // ID.R25
fn an_inbox_is_created_once() {
    assert_eq!(refusal(&created(), create(by(wallet(1)))), Some(("ID.R25", MultipleCreate)));
    assert_eq!(first_refusal(vec![create(by(wallet(1))), create(by(wallet(1)))]), Some(("ID.R25", MultipleCreate)));
}

#[test] // ID.R26
fn an_empty_log_and_an_empty_first_update_make_no_inbox() {
    assert_eq!(InboxState::fold([]).unwrap_err().refusal(), Some(("ID.R26", NotCreated)));
    assert_eq!(first_refusal(vec![]), Some(("ID.R26", NotCreated)));
}

#[test] // ID.R26
fn an_empty_update_of_an_existing_inbox_changes_nothing() {
    let state = created();
    assert_eq!(state.apply(&update(vec![])).unwrap(), state);
}

#[test] // ID.R27
fn an_update_for_another_inbox_is_refused() {
    let foreign = InboxId::from_bytes([9; 32]);
    let of =
        |actions| VerifiedUpdate(IdentityUpdate { inbox_id: foreign, client_timestamp: Timestamp::default(), actions });
    let creation = of(vec![create(by(wallet(1)))]);
    assert_eq!(InboxState::fold([&creation]).unwrap_err().refusal(), Some(("ID.R27", WrongInboxId)));
    assert_eq!(created().apply(&of(vec![])).unwrap_err().refusal(), Some(("ID.R27", WrongInboxId)));
}

#[test] // ID.R28
fn one_signature_serves_several_actions_of_one_update() {
    let signature = by(wallet(1));
    let both = vec![create(signature.clone()), add(installation(1), signature.clone())];
    let state = InboxState::fold([&update(both)]).unwrap();
    assert_eq!(state.installations().count(), 1);
    assert_eq!(refusal(&state, add(installation(2), signature)), Some(("ID.R32", Replay)));
}

#[test] // ID.R29
fn only_the_initial_identifier_creates_an_inbox() {
    assert_eq!(first_refusal(vec![create(by(wallet(2)))]), Some(("ID.R29", MissingExistingMember)));
    assert_eq!(first_refusal(vec![create(by(installation(1)))]), Some(("ID.R29", MissingExistingMember)));
}

#[test] // ID.R29
fn the_creator_is_recovery_identifier_and_a_member_without_history() {
    let signature = contract(wallet(1), 8453);
    let state = InboxState::fold([&update(vec![create(signature)])]).unwrap();
    assert_eq!((state.inbox_id(), state.recovery_identifier()), (&inbox(), &wallet(1)));
    let creator = state.member(&wallet(1).into()).unwrap();
    assert_eq!((creator.added_by(), creator.added_at()), (None, None));
    assert_eq!(creator.chain_id(), Some(ChainId::new(8453)));
}

#[test] // ID.R30
fn each_kind_of_member_signs_with_its_own_kinds_of_signature() {
    use SignatureKind::*;
    let kinds = [Erc191, Erc1271, Installation, LegacyDelegated, Passkey];
    let allowed = |member: MemberIdentifier| {
        kinds.into_iter().filter(move |kind| {
            let new = VerifiedSignature { kind: *kind, ..by(member.clone()) };
            let action = add_signed(member.clone(), by(wallet(1)), new);
            match refusal(&created(), action) {
                None => true,
                Some(("ID.R30", SignatureNotAllowed)) => false,
                other => panic!("{other:?}"),
            }
        })
    };
    assert!(allowed(wallet(2).into()).eq([Erc191, Erc1271, LegacyDelegated]));
    assert!(allowed(passkey(2).into()).eq([Passkey]));
    assert!(allowed(installation(2).into()).eq([Installation]));
}

#[test] // ID.R30
fn creators_and_existing_members_are_held_to_their_kinds_too() {
    let wrong = VerifiedSignature { kind: SignatureKind::Passkey, ..by(wallet(1)) };
    assert_eq!(first_refusal(vec![create(wrong.clone())]), Some(("ID.R30", SignatureNotAllowed)));
    assert_eq!(refusal(&created(), add(installation(1), wrong)), Some(("ID.R30", SignatureNotAllowed)));
}

#[test] // ID.R31
fn a_legacy_signature_creates_only_the_inbox_of_nonce_zero() {
    assert_eq!(first_refusal(vec![create(legacy(wallet(1)))]), None);
    let second = Action::CreateInbox { initial: wallet(1), nonce: 1, signature: legacy(wallet(1)) };
    assert_eq!(first_refusal(vec![second]), Some(("ID.R31", LegacySignatureReuse)));
}

#[test] // ID.R32
fn a_signature_of_an_earlier_update_is_not_used_again() {
    let existing = by(wallet(1));
    let new = by(wallet(2));
    let state = after(&created(), add_signed(wallet(2), existing.clone(), new.clone()));
    for action in [
        add(wallet(3), existing.clone()),
        add_signed(wallet(2), by(wallet(1)), new),
        revoke(wallet(2), existing.clone()),
        change(wallet(2), existing),
    ] {
        assert_eq!(refusal(&state, action), Some(("ID.R32", Replay)));
    }
}

#[test] // ID.R33
fn the_new_member_signs_for_itself() {
    let mismatch = Some(("ID.R33", NewMemberMismatch));
    assert_eq!(refusal(&created(), add_signed(wallet(2), by(wallet(1)), by(wallet(3)))), mismatch);
    let malformed = MemberIdentifier::MalformedInstallation(vec![1; 31]);
    assert_eq!(refusal(&created(), add_signed(malformed, by(wallet(1)), by(installation(1)))), mismatch);
}

#[test] // ID.R34
fn nobody_adds_itself() {
    assert_eq!(refusal(&created(), add(wallet(1), by(wallet(1)))), Some(("ID.R34", SelfAdd)));
}

#[test] // ID.R35
fn a_legacy_signature_counts_only_in_the_first_inbox_of_the_existing_signer() {
    assert_eq!(refusal(&created(), add(installation(1), legacy(wallet(1)))), None);
    assert_eq!(refusal(&created(), add_signed(wallet(2), by(wallet(1)), legacy(wallet(2)))), None);

    let reuse = Some(("ID.R35", LegacySignatureReuse));
    let state = after(&created(), add(wallet(2), by(wallet(1))));
    assert_eq!(refusal(&state, add(installation(1), legacy(wallet(2)))), reuse);
    assert_eq!(refusal(&state, add_signed(wallet(3), by(wallet(2)), legacy(wallet(3)))), reuse);
}

#[test] // ID.R35
fn an_installation_may_add_a_wallet_by_its_legacy_signature() {
    let state = after(&created(), add(installation(1), by(wallet(1))));
    assert_eq!(refusal(&state, add_signed(wallet(2), by(installation(1)), legacy(wallet(2)))), None);
}

#[test] // ID.R36
fn a_member_stays_on_its_chain() {
    let mismatch = Some(("ID.R36", ChainIdMismatch));
    let account = created();
    let smart = InboxState::fold([&update(vec![create(contract(wallet(1), 10))])]).unwrap();
    for make in [
        |signature| add(installation(1), signature),
        |signature| revoke(wallet(1), signature),
        |signature| change(wallet(2), signature),
    ] {
        assert_eq!(refusal(&account, make(contract(wallet(1), 10))), mismatch);
        assert_eq!(refusal(&smart, make(by(wallet(1)))), mismatch);
        assert_eq!(refusal(&smart, make(contract(wallet(1), 137))), mismatch);
        assert_eq!(refusal(&smart, make(contract(wallet(1), 10))), None);
    }
}

#[test] // ID.R36
fn a_recovery_identifier_that_is_no_member_is_bound_to_no_chain() {
    let state = after(&created(), change(wallet(9), by(wallet(1))));
    for signature in [by(wallet(9)), contract(wallet(9), 10)] {
        assert_eq!(refusal(&state, add(installation(1), signature.clone())), None);
        assert_eq!(refusal(&state, revoke(wallet(1), signature)), None);
    }
}

#[test] // ID.R37
fn a_stranger_adds_nobody_and_a_recovery_identifier_does() {
    let denied = Some(("ID.R37", MissingExistingMember));
    assert_eq!(refusal(&created(), add(installation(1), by(wallet(2)))), denied);
    assert_eq!(refusal(&created(), add(wallet(2), by(installation(2)))), denied);

    let state = after(&created(), change(wallet(9), by(wallet(1))));
    let state = after(&state, add(installation(1), by(wallet(9))));
    let added = state.member(&installation(1).into()).unwrap();
    assert_eq!(added.added_by(), Some(&wallet(9).into()));
}

#[test] // ID.R38
fn a_recovery_identifier_that_is_no_member_adds_nobody_by_a_legacy_signature() {
    let state = after(&created(), revoke(wallet(1), by(wallet(1))));
    assert_eq!(refusal(&state, add(installation(1), legacy(wallet(1)))), Some(("ID.R38", LegacySignatureReuse)));
    assert_eq!(refusal(&state, add(installation(1), by(wallet(1)))), None);
}

#[test] // ID.R39
fn an_installation_adds_anyone_but_an_installation() {
    let state = after(&created(), add(installation(1), by(wallet(1))));
    let denied = Some(("ID.R39", MemberNotAllowed));
    assert_eq!(refusal(&state, add(installation(2), by(installation(1)))), denied);
    assert_eq!(refusal(&state, add(wallet(2), by(installation(1)))), None);
    assert_eq!(refusal(&state, add(passkey(2), by(installation(1)))), None);
    assert_eq!(refusal(&state, add(passkey(2), by(wallet(1)))), None);
    let state = after(&state, add(passkey(2), by(wallet(1))));
    assert_eq!(refusal(&state, add(installation(2), by(passkey(2)))), None);
}

#[test] // ID.R40
fn a_member_remembers_who_added_it_when_and_on_which_chain() {
    let action = add_signed(wallet(2), by(wallet(1)), contract(wallet(2), 10));
    let state = created().apply(&update_at(7, vec![action])).unwrap();
    let member = state.member(&wallet(2).into()).unwrap();
    assert_eq!(member.identifier(), &wallet(2).into());
    assert_eq!(member.added_by(), Some(&wallet(1).into()));
    assert_eq!(member.added_at(), Some(Timestamp::from_secs(7)));
    assert_eq!(member.chain_id(), Some(ChainId::new(10)));
}

#[test] // ID.R40
fn adding_a_member_again_replaces_its_record() {
    let state = after(&created(), add(wallet(2), by(wallet(1))));
    let state = after(&state, add(installation(1), by(wallet(1))));
    let again = state.apply(&update_at(200, vec![add(installation(1), by(wallet(2)))])).unwrap();
    let member = again.member(&installation(1).into()).unwrap();
    assert_eq!(member.added_by(), Some(&wallet(2).into()));
    assert_eq!(member.added_at(), Some(Timestamp::from_secs(200)));
    assert!(InboxState::difference(Some(&state), &again).is_empty());
}

#[test] // ID.R41
fn a_legacy_signature_neither_revokes_nor_changes_recovery() {
    let denied = Some(("ID.R41", SignatureNotAllowed));
    assert_eq!(refusal(&created(), revoke(wallet(1), legacy(wallet(1)))), denied);
    assert_eq!(refusal(&created(), change(wallet(2), legacy(wallet(1)))), denied);
}

#[test] // ID.R42
fn only_the_recovery_identifier_revokes_and_changes_recovery() {
    let denied = Some(("ID.R42", MissingExistingMember));
    let state = after(&created(), add(wallet(2), by(wallet(1))));
    let state = after(&state, add(installation(1), by(wallet(1))));
    for signer in [MemberIdentifier::from(wallet(2)), installation(1).into(), wallet(9).into()] {
        assert_eq!(refusal(&state, revoke(installation(1), by(signer.clone()))), denied);
        assert_eq!(refusal(&state, change(wallet(2), by(signer))), denied);
    }
}

#[test] // ID.R43
fn revoking_a_member_takes_the_installations_it_added_and_no_wallets() {
    let mut state = after(&created(), add(wallet(2), by(wallet(1))));
    state = after(&state, add(installation(2), by(wallet(2))));
    state = after(&state, add(wallet(3), by(wallet(2))));
    state = after(&state, add(wallet(4), by(installation(2))));
    state = after(&state, add(installation(4), by(wallet(4))));
    let left = after(&state, revoke(wallet(2), by(wallet(1))));
    let difference = InboxState::difference(Some(&state), &left);
    assert_eq!(difference.removed, [wallet(2).into(), installation(2).into()]);
    assert!(left.contains_identifier(&wallet(3)) && left.contains_identifier(&wallet(4)));
    assert!(left.contains_installation(&installation(4)));
}

#[test] // ID.R43
fn revoking_someone_absent_changes_no_members_except_those_it_added() {
    let state = created();
    for absent in [wallet(7).into(), installation(7).into(), MemberIdentifier::MalformedInstallation(vec![1, 2, 3])] {
        let left = after(&state, revoke(absent, by(wallet(1))));
        assert!(InboxState::difference(Some(&state), &left).is_empty());
    }
    let state = after(&state, change(wallet(9), by(wallet(1))));
    let state = after(&state, add(installation(1), by(wallet(9))));
    let left = after(&state, revoke(wallet(9), by(wallet(9))));
    assert!(!left.contains_installation(&installation(1)));
}

#[test] // ID.R43
fn a_recovery_identifier_outlives_its_membership_and_can_bring_itself_back_through_another() {
    let empty = after(&created(), revoke(wallet(1), by(wallet(1))));
    assert_eq!((empty.members().count(), empty.recovery_identifier()), (0, &wallet(1)));
    let state = after(&empty, add(wallet(2), by(wallet(1))));
    let state = after(&state, add(wallet(1), by(wallet(2))));
    assert_eq!(state.members().count(), 2);
}

#[test] // ID.R44
fn a_new_recovery_identifier_is_taken_as_it_is() {
    let nonsense = Identifier::Ethereum("hello".into());
    let state = after(&created(), change(nonsense.clone(), by(wallet(1))));
    assert_eq!(state.recovery_identifier(), &nonsense);
    assert_eq!(refusal(&state, revoke(wallet(1), by(wallet(1)))), Some(("ID.R42", MissingExistingMember)));
}

#[test] // ID.R45
fn members_are_listed_by_age_and_the_creator_comes_last() {
    let mut state = created();
    for (seconds, id) in [(30, 3), (10, 1), (20, 2)] {
        state = state.apply(&update_at(seconds, vec![add(installation(id), by(wallet(1)))])).unwrap();
    }
    state = state.apply(&update_at(5, vec![add(wallet(2), by(wallet(1)))])).unwrap();
    assert!(state.installations().eq(&[installation(1), installation(2), installation(3)]));
    assert!(state.identifiers().eq(&[wallet(2), wallet(1)]));
    assert_eq!(state.members().last().map(Member::identifier), Some(&wallet(1).into()));
}

#[test] // ID.R46
fn a_difference_is_who_came_and_who_went() {
    let old = after(&created(), add(installation(1), by(wallet(1))));
    let new = after(&old, add(installation(2), by(wallet(1))));
    let new = after(&new, revoke(installation(1), by(wallet(1))));
    let difference = InboxState::difference(Some(&old), &new);
    assert!(difference.installations_added().eq(&[installation(2)]));
    assert!(difference.installations_removed().eq(&[installation(1)]));
    let all = InboxState::difference(None, &old);
    assert_eq!(all, StateDifference { added: vec![wallet(1).into(), installation(1).into()], removed: vec![] });
    let back = update(vec![revoke(installation(2), by(wallet(1))), add(installation(2), by(wallet(1)))]);
    assert!(InboxState::difference(Some(&new), &new.apply(&back).unwrap()).is_empty());
}

fn actors() -> impl Strategy<Value = MemberIdentifier> {
    prop_oneof![
        (1u8..4).prop_map(|n| wallet(n).into()),
        (1u8..3).prop_map(|n| passkey(n).into()),
        (1u8..4).prop_map(|n| installation(n).into()),
        Just(MemberIdentifier::MalformedInstallation(vec![1, 2, 3])),
    ]
}

fn signatures(signer: impl Strategy<Value = MemberIdentifier>) -> impl Strategy<Value = VerifiedSignature> {
    (signer, 0u8..10, 0u64..40).prop_map(|(signer, oddity, number)| {
        let mut signature = by(signer);
        match oddity {
            0 => signature.kind = SignatureKind::LegacyDelegated,
            1 => (signature.kind, signature.chain_id) = (SignatureKind::Erc1271, Some(ChainId::new(1))),
            2 => signature.replay_bytes = number.to_be_bytes().to_vec(),
            _ => {}
        }
        signature
    })
}

fn actions() -> impl Strategy<Value = Action<VerifiedSignature>> {
    let recoverers = || prop_oneof![3 => Just(MemberIdentifier::from(wallet(1))), 1 => actors()];
    prop_oneof![
        1 => (signatures(recoverers()), 0u64..2)
            .prop_map(|(signature, nonce)| Action::CreateInbox { initial: wallet(1), nonce, signature }),
        6 => (actors(), signatures(actors())).prop_map(|(new, existing)| add(new, existing)),
        1 => (actors(), signatures(actors()), signatures(actors()))
            .prop_map(|(new, existing, signed)| add_signed(new, existing, signed)),
        2 => (actors(), signatures(recoverers())).prop_map(|(member, signature)| revoke(member, signature)),
        1 => ((1u8..4).prop_map(wallet), signatures(recoverers()))
            .prop_map(|(new_recovery, signature)| change(new_recovery, signature)),
    ]
}

proptest! {
    #[test]
    fn any_log_keeps_the_invariants(
        steps in proptest::collection::vec((0u64..50, proptest::collection::vec(actions(), 0..3)), 0..30),
    ) {
        let mut accepted = vec![update(vec![create(by(wallet(1)))])];
        let mut state = created();
        for (seconds, actions) in steps {
            let update = update_at(seconds, actions);
            let before = state.clone();
            let outcome = state.apply(&update);
            prop_assert_eq!(&state, &before, "applying never changes the state it is applied to");
            let Ok(next) = outcome else { continue };

            prop_assert_eq!(next.inbox_id(), &inbox());
            prop_assert!(next.seen_signatures.is_superset(&before.seen_signatures));
            for member in next.members() {
                let malformed = matches!(member.identifier, MemberIdentifier::MalformedInstallation(_));
                prop_assert!(!malformed, "a malformed key is never a member");
                let parent = member.added_by.as_ref().and_then(MemberIdentifier::as_installation);
                prop_assert!(
                    parent.is_none() || member.identifier.as_installation().is_none(),
                    "no installation was added by an installation"
                );
            }
            if update.actions().iter().any(|action| !matches!(action, Action::CreateInbox { .. })) {
                let again = next.apply(&update).unwrap_err().refusal();
                prop_assert!(matches!(again, Some((_, Replay))), "no update is accepted twice: {again:?}");
            }
            let difference = InboxState::difference(Some(&before), &next);
            let mut members: BTreeSet<_> = before.members.keys().cloned().collect();
            members.retain(|member| !difference.removed.contains(member));
            members.extend(difference.added);
            prop_assert!(members.iter().eq(next.members.keys()));
            prop_assert_eq!(InboxState::from_bytes(&next.to_bytes()), Ok(next.clone()));
            accepted.push(update);
            state = next;
        }
        prop_assert_eq!(&InboxState::fold(&accepted).unwrap().members, &state.members);
        prop_assert_eq!(InboxState::fold(accepted.iter().chain(once(&update(vec![])))).unwrap().recovery, state.recovery);
    }
}

#[test] // ID.R58
fn the_ledger_takes_more_installations_than_clients_register() {
    let mut state = created();
    for n in 1..=12 {
        assert_eq!(state.installation_slots_left(), 11usize.saturating_sub(n.into()));
        state = after(&state, add(installation(n), by(wallet(1))));
    }
    assert_eq!((state.installation_slots_left(), state.installations().count()), (0, 12));
    assert_eq!((crate::MAX_INSTALLATIONS, crate::MAX_UPDATES), (10, 256));
}
