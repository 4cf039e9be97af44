//! Random logs with real signatures, over the wire, folded by the ledger and by its model.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod model;
mod signers;

use model::{Cast, Planned, Tally, play};
use proptest::{prelude::*, test_runner::TestRunner};
use signers::{by_contract, by_delegate, by_installation, installation, passkey, wallet};
use std::cell::RefCell;
use xmtp_identity::{
    Action, ContractAnswers, IdentityUpdate, MemberIdentifier, RawSignature, SignatureKind, UnverifiedUpdate,
    VerifiedUpdate, inbox_id_for,
};
use xmtp_types::{Identifier, InboxId};

fn cast() -> Cast {
    let wallets: Vec<_> = (1..5).map(|n| wallet(n).address()).collect();
    let created = |nonce| wallets.iter().map(move |wallet| inbox_id_for(wallet, nonce).unwrap());
    Cast {
        passkeys: (1..3).map(|n| passkey(n).identifier()).collect(),
        installations: (1..5).map(|n| installation(n).id().into()).collect(),
        inboxes: created(0).chain(created(1)).chain([InboxId::from_bytes([9; 32])]).collect(),
        wallets,
    }
}

/// The number of `signer` among those of its kind; the first one stands in for whoever cannot sign that way.
fn number(signer: &MemberIdentifier, of: impl Fn(u8) -> MemberIdentifier) -> u8 {
    (1..5).find(|n| of(*n) == *signer).unwrap_or(1)
}

fn sign(planned: Planned, text: &str, answers: &mut ContractAnswers) -> RawSignature {
    let Planned { signer, kind, chain, again } = planned;
    let nth_wallet = number(&signer, |n| wallet(n).address().into());
    match (kind, chain) {
        (SignatureKind::Erc1271, Some(chain)) => {
            let account = match &signer {
                MemberIdentifier::Identifier(Identifier::Ethereum(address)) => address.clone(),
                _ => wallet(1).address().to_string(),
            };
            // A contract may sign everything with the same bytes.
            let bytes = again.map_or_else(|| text.as_bytes().to_vec(), |_| vec![9, 8, 7]);
            by_contract(&account, chain, bytes, text, answers)
        }
        (SignatureKind::LegacyDelegated, _) => by_delegate(nth_wallet, text),
        (SignatureKind::Passkey, _) => {
            RawSignature::Passkey(passkey(number(&signer, |n| passkey(n).identifier().into())).sign_text(text))
        }
        (SignatureKind::Installation, _) => {
            by_installation(&installation(number(&signer, |n| installation(n).id().into())), text)
        }
        _ => wallet(nth_wallet).sign_text(text).into(),
    }
}

/// The update with its signatures made, as it comes out of the wire on the other side.
fn signed(update: IdentityUpdate<Planned>) -> Option<VerifiedUpdate> {
    let mut answers = ContractAnswers::none();
    let text = update.signing_text();
    let mut made = |planned: Planned| sign(planned, &text, &mut answers);
    let actions = update.actions.into_iter().map(|action| match action {
        Action::CreateInbox { initial, nonce, signature } => {
            Action::CreateInbox { initial, nonce, signature: made(signature) }
        }
        Action::Add { new_member, existing_member_signature, new_member_signature } => Action::Add {
            new_member,
            existing_member_signature: made(existing_member_signature),
            new_member_signature: made(new_member_signature),
        },
        Action::Revoke { member, recovery_signature } => {
            Action::Revoke { member, recovery_signature: made(recovery_signature) }
        }
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            Action::ChangeRecovery { new_recovery, recovery_signature: made(recovery_signature) }
        }
    });
    let update = IdentityUpdate {
        actions: actions.collect(),
        inbox_id: update.inbox_id,
        client_timestamp: update.client_timestamp,
    };
    let bytes = UnverifiedUpdate::from(update).encode();
    Some(UnverifiedUpdate::decode(&bytes).unwrap().verify_with(&answers).unwrap())
}

#[test] // ID.R14 ID.R23
fn logs_with_real_signatures_are_folded_as_the_model_folds_them() {
    let (cast, tally) = (cast(), RefCell::new(Tally::default()));
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(80) });
    let outcome = runner.run(&proptest::collection::vec(any::<u8>(), 0..300), |bytes| {
        play(&bytes, &cast, &mut tally.borrow_mut(), signed);
        Ok(())
    });
    outcome.unwrap();
    let tally = tally.into_inner();
    assert!(tally.accepted * 5 > tally.updates() * 2, "logs go on: {tally:?}");
    for rule in ["ID.R25", "ID.R27", "ID.R32", "ID.R33", "ID.R34", "ID.R35", "ID.R36", "ID.R37", "ID.R41", "ID.R42"] {
        assert!(tally.refused.contains_key(rule), "{rule} refused nothing: {tally:?}");
    }
}
