//! Accounts that are plain keys: nothing is deployed there.
use crate::support::{ANVIL, TEXT, chains, key, question};
use alloy_primitives::{U256, uint};
use xmtp_anvil::Anvil;
use xmtp_types::{AccountId, ContractAnswer};

/// The order of the group of secp256k1. SEC 2.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

#[tokio::test]
async fn a_plain_key_signs_with_one_form_of_signature() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (owner, stranger) = (key(1), key(2));
    let account = AccountId::new(ANVIL, &owner.address()).unwrap();
    let signature = owner.sign_text(TEXT);
    let mut twin = signature;
    let s = U256::from_be_slice(&signature[32..64]);
    twin[32..64].copy_from_slice(&(ORDER - s).to_be_bytes::<32>());
    twin[64] = 55 - signature[64];
    let mut other_v = signature;
    other_v[64] -= 27;
    let mut zero = signature;
    zero[..64].fill(0);

    let longer = [&signature[..], &[0]].concat();
    let wrong = [
        stranger.sign_text(TEXT).to_vec(),
        twin.to_vec(),
        other_v.to_vec(),
        zero.to_vec(),
        signature[..64].to_vec(),
        longer,
    ];
    let questions: Vec<_> = wrong.into_iter().map(|signature| question(&account, signature)).collect();
    let chains = chains(&anvil);
    for (answer, asked) in chains.ask_all(&questions).await.into_iter().zip(&questions) {
        assert_eq!(answer, Ok(ContractAnswer::NotSigned), "{:?}", asked.signature);
    }
    assert!(matches!(chains.ask(&question(&account, signature)).await, Ok(ContractAnswer::Signed { .. })));
}

#[tokio::test]
async fn nobody_signs_as_the_zero_address() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let account: AccountId = format!("{ANVIL}:0x{}", "00".repeat(20)).parse().unwrap();
    // Nothing is recovered from this one, which the machine tells by the zero address.
    let mut unsound = [0; 65];
    unsound[64] = 27;
    assert_eq!(chains(&anvil).ask(&question(&account, unsound)).await, Ok(ContractAnswer::NotSigned));
}
