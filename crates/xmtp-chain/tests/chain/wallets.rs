//! Deployed wallets.
use crate::support::{TEXT, chains, key, question};
use xmtp_anvil::Anvil;
use xmtp_types::{ContractAnswer, ContractQuestion};

#[tokio::test]
async fn a_wallet_vouches_for_what_its_owner_signed_and_for_nothing_else() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (owner, stranger) = (key(1), key(2));
    let wallet = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let chains = chains(&anvil);
    let signed = question(&wallet, owner.sign_text(TEXT));
    let newest = anvil.block_number().await.unwrap();
    assert_eq!(chains.ask(&signed).await, Ok(ContractAnswer::Signed { block: Some(newest) }));
    let mut spoiled = signed.signature.clone();
    spoiled[40] ^= 1;
    for not_signed in [
        question(&wallet, owner.sign_text("another text")),
        question(&wallet, stranger.sign_text(TEXT)),
        question(&wallet, spoiled),
        question(&wallet, []),
        ContractQuestion { hash: [0; 32], ..signed },
    ] {
        assert_eq!(chains.ask(&not_signed).await, Ok(ContractAnswer::NotSigned), "{not_signed:?}");
    }
}

#[tokio::test]
async fn the_block_of_a_question_decides_whatever_happened_since() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    let nothing_there = anvil.block_number().await.unwrap();
    let wallet = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let vouched = anvil.block_number().await.unwrap();
    anvil.set_valid(&wallet, &owner.address(), false).await.unwrap();
    let silenced = anvil.mine().await.unwrap();

    let newest = question(&wallet, owner.sign_text(TEXT));
    let at = |block| ContractQuestion { block: Some(block), ..newest.clone() };
    let questions = [newest.clone(), at(silenced), at(vouched), at(nothing_there), at(vouched)];
    let signed = Ok(ContractAnswer::Signed { block: Some(vouched) });
    let not_signed = Ok(ContractAnswer::NotSigned);
    let expected = [&not_signed, &not_signed, &signed, &not_signed, &signed].map(Clone::clone);
    assert_eq!(chains(&anvil).ask_all(&questions).await, expected);
}

#[tokio::test]
async fn what_was_said_about_a_block_is_known_without_asking_again() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    let wallet = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let chains = chains(&anvil);
    let newest = question(&wallet, owner.sign_text(TEXT));
    let pinned = ContractQuestion { block: anvil.block_number().await.ok(), ..newest.clone() };
    let answer = chains.ask(&pinned).await;
    chains.ask(&newest).await.unwrap();
    drop(anvil);
    assert_eq!(chains.clone().ask(&pinned).await, answer);
    assert!(chains.ask(&newest).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn a_block_that_is_not_there_yet_leaves_the_question_open() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    let wallet = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let chains = chains(&anvil);
    let next = anvil.block_number().await.unwrap() + 1;
    let question = ContractQuestion { block: Some(next), ..question(&wallet, owner.sign_text(TEXT)) };
    let error = chains.ask(&question).await.unwrap_err();
    assert!(matches!(error, xmtp_chain::ChainError::Refused { .. }) && error.is_retryable(), "{error}");
    anvil.mine().await.unwrap();
    assert_eq!(chains.ask(&question).await, Ok(ContractAnswer::Signed { block: Some(next) }));
}
