//! Wallets that mean harm to whoever asks them.
use crate::support::{TEXT, chains, key, question};
use xmtp_anvil::{Anvil, Hostile};
use xmtp_chain::{ChainError, MAX_SIGNATURE_LEN};
use xmtp_types::ContractAnswer;

#[tokio::test]
async fn a_wallet_that_loops_floods_or_gives_up_has_not_signed() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let chains = chains(&anvil);
    for manner in Hostile::ALL {
        let wallet = anvil.deploy_hostile_wallet(manner).await.unwrap();
        let answer = chains.ask(&question(&wallet, [1; 65])).await;
        assert_eq!(answer, Ok(ContractAnswer::NotSigned), "{manner:?}");
    }
}

#[tokio::test]
async fn a_factory_that_loops_floods_or_gives_up_deploys_nothing() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let chains = chains(&anvil);
    let owner = key(1);
    let mut wallet = anvil.counterfactual_wallet(&owner.address(), [7; 32]).await.unwrap();
    // The selector of ERC-1271 and two arguments, by which a hostile wallet shows what it is.
    wallet.calldata = hex::decode(format!("1626ba7e{:064x}{:064x}{:064x}", 0, 64, 0)).unwrap();
    for manner in Hostile::ALL {
        wallet.factory = anvil.deploy_hostile_wallet(manner).await.unwrap().identifier();
        let answer = chains.ask(&question(&wallet.account, wallet.wrap(&owner.sign_text(TEXT)))).await;
        assert_eq!(answer, Ok(ContractAnswer::NotSigned), "{manner:?}");
    }
}

#[tokio::test]
async fn the_longest_signature_reaches_its_wallet_and_a_longer_one_is_refused_here() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let chains = chains(&anvil);
    let wallet = anvil.deploy_wallet(&key(1).address()).await.unwrap();
    let longest = question(&wallet, vec![1; MAX_SIGNATURE_LEN]);
    assert_eq!(chains.ask(&longest).await, Ok(ContractAnswer::NotSigned));
    let longer = question(&wallet, vec![1; MAX_SIGNATURE_LEN + 1]);
    let refused = chains.ask(&longer).await.unwrap_err();
    assert_eq!(refused, ChainError::SignatureTooLong(MAX_SIGNATURE_LEN + 1));
    assert!(!refused.is_retryable());
}
