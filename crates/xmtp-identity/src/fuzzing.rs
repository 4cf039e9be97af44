//! A door for the fuzz target of the ledger, which needs signatures by the thousand and can make none: here they are
//! taken as verified.
//!
//! Compiled for cargo-fuzz, which sets the cfg `fuzzing`, and for the test below. It is no part of the API.
use crate::{IdentityUpdate, MemberIdentifier, VerifiedSignature, VerifiedUpdate, inbox_id_for};
use model::{Cast, Planned, Tally, play};
use xmtp_types::{Identifier, InboxId, InstallationId};

#[path = "../tests/model/mod.rs"]
mod model;

/// Folds the log that `bytes` choose with the ledger and with its model.
///
/// # Panics
/// If the two disagree: that is what fuzzing looks for.
pub fn fold_beside_model(bytes: &[u8]) {
    fold(bytes, &mut Tally::default());
}

fn fold(bytes: &[u8], tally: &mut Tally) {
    let mut made = Vec::new();
    let sign = |update: IdentityUpdate<Planned>| {
        let signed = update.try_map(|planned| Ok::<_, std::convert::Infallible>(taken(planned, &mut made)));
        signed.ok().map(VerifiedUpdate)
    };
    play(bytes, &cast(), tally, sign);
}

/// The planned signature as if it had been verified; its bytes are new, or those of an earlier one.
fn taken(planned: Planned, made: &mut Vec<Vec<u8>>) -> VerifiedSignature {
    let again = planned.again.and_then(|number| number.checked_rem(made.len())).and_then(|at| made.get(at)).cloned();
    let replay_bytes = again.unwrap_or_else(|| made.len().to_be_bytes().to_vec());
    made.push(replay_bytes.clone());
    VerifiedSignature { signer: planned.signer, kind: planned.kind, replay_bytes, chain_id: planned.chain }
}

fn cast() -> Cast {
    let wallets: Vec<_> =
        (1..5).map(|n: u8| Identifier::Ethereum(format!("0x{}", hex::encode([0xa0 + n; 20])))).collect();
    let created = |nonce| wallets.iter().filter_map(move |wallet| inbox_id_for(wallet, nonce).ok());
    Cast {
        passkeys: (1..3).map(|n| Identifier::Passkey { key: vec![n; 65], relying_party: None }).collect(),
        installations: (1..5).map(|n| MemberIdentifier::from(InstallationId::from_bytes([n; 32]))).collect(),
        inboxes: created(0).chain(created(1)).chain([InboxId::from_bytes([9; 32])]).collect(),
        wallets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::TestRunner};
    use std::cell::RefCell;

    /// All rules of the ledger that refuse.
    const REFUSING: [&str; 17] = [
        "ID.R24", "ID.R25", "ID.R26", "ID.R27", "ID.R29", "ID.R30", "ID.R31", "ID.R32", "ID.R33", "ID.R34", "ID.R35",
        "ID.R36", "ID.R37", "ID.R38", "ID.R39", "ID.R41", "ID.R42",
    ];

    #[test] // ID.R23
    fn the_ledger_and_its_model_agree_on_every_log_and_every_rule_is_met() {
        let tally = RefCell::new(Tally::default());
        let mut runner =
            TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) });
        let outcome = runner.run(&proptest::collection::vec(any::<u8>(), 0..500), |bytes| {
            fold(&bytes, &mut tally.borrow_mut());
            Ok(())
        });
        outcome.unwrap();
        let tally = tally.into_inner();
        for rule in REFUSING {
            assert!(tally.refused.contains_key(rule), "{rule} refused nothing: {tally:?}");
        }
        assert!(tally.accepted * 2 > tally.updates(), "most updates are accepted: {tally:?}");
    }
}
