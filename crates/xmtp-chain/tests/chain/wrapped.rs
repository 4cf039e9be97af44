//! Signatures that say how their wallet is deployed or made ready.
use crate::support::{TEXT, chains, key, question};
use xmtp_anvil::Anvil;
use xmtp_types::ContractAnswer;

#[tokio::test]
async fn a_wallet_signs_before_it_is_deployed_and_the_same_signature_holds_after() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (owner, stranger) = (key(1), key(2));
    let wallet = anvil.counterfactual_wallet(&owner.address(), [7; 32]).await.unwrap();
    let chains = chains(&anvil);
    let is_signed = async |account, signature: Vec<u8>| {
        matches!(chains.ask(&question(account, signature)).await.unwrap(), ContractAnswer::Signed { .. })
    };
    let inner = owner.sign_text(TEXT);

    assert!(is_signed(&wallet.account, wallet.wrap(&inner)).await);
    assert!(!is_signed(&wallet.account, wallet.wrap(&stranger.sign_text(TEXT))).await);
    assert!(!is_signed(&wallet.account, inner.to_vec()).await, "nothing is there yet");
    let other = anvil.counterfactual_wallet(&owner.address(), [8; 32]).await.unwrap();
    assert!(!is_signed(&wallet.account, other.wrap(&inner)).await, "the factory makes another wallet");

    anvil.deploy_counterfactual(&wallet).await.unwrap();
    assert!(is_signed(&wallet.account, wallet.wrap(&inner)).await);
    assert!(is_signed(&wallet.account, inner.to_vec()).await);
    assert!(!is_signed(&wallet.account, wallet.wrap(&stranger.sign_text(TEXT))).await);
}

#[tokio::test]
async fn asking_deploys_nothing() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    let wallet = anvil.counterfactual_wallet(&owner.address(), [7; 32]).await.unwrap();
    let before = anvil.block_number().await.unwrap();
    let wrapped = question(&wallet.account, wallet.wrap(&owner.sign_text(TEXT)));
    assert!(matches!(chains(&anvil).ask(&wrapped).await, Ok(ContractAnswer::Signed { .. })));
    assert_eq!(anvil.block_number().await.unwrap(), before);
    anvil.deploy_counterfactual(&wallet).await.unwrap();
}

#[tokio::test]
async fn a_wrapping_that_is_cut_or_points_outside_of_itself_is_not_a_signature() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    let wallet = anvil.counterfactual_wallet(&owner.address(), [7; 32]).await.unwrap();
    let sound = wallet.wrap(&owner.sign_text(TEXT));
    let ending = sound.len() - 32;
    let mut broken: Vec<Vec<u8>> = (0..ending).step_by(32).map(|cut| sound[cut..].to_vec()).skip(1).collect();
    broken.extend((0..ending).step_by(32).map(|cut| [&sound[..cut], &sound[ending..]].concat()));
    // The address, the two offsets, and the two lengths: each made as large as it gets.
    let lengths = [96, 96 + 32 + wallet.calldata.len().next_multiple_of(32)];
    for place in [0, 32, 64].into_iter().chain(lengths) {
        let mut altered = sound.clone();
        altered[place..place + 32].fill(0xff);
        broken.push(altered);
    }
    let questions: Vec<_> = broken.into_iter().map(|signature| question(&wallet.account, signature)).collect();
    let answers = chains(&anvil).ask_all(&questions).await;
    assert!(answers.len() > 20 && answers.iter().all(|answer| *answer == Ok(ContractAnswer::NotSigned)), "{answers:?}");
    assert!(matches!(chains(&anvil).ask(&question(&wallet.account, sound)).await, Ok(ContractAnswer::Signed { .. })));
}

#[tokio::test]
async fn a_deployed_wallet_that_says_no_is_asked_again_after_it_was_made_ready() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = key(1);
    // Its answer changes only by its owner's word, so what anybody else prepares changes nothing.
    let wallet = anvil.counterfactual_wallet(&owner.address(), [7; 32]).await.unwrap();
    anvil.deploy_counterfactual(&wallet).await.unwrap();
    anvil.set_valid(&wallet.account, &owner.address(), false).await.unwrap();
    let inner = owner.sign_text(TEXT);
    let answer = chains(&anvil).ask(&question(&wallet.account, wallet.wrap(&inner))).await;
    assert_eq!(answer, Ok(ContractAnswer::NotSigned));

    let dormant = anvil.deploy_dormant_wallet(&owner.address()).await.unwrap();
    let answers = [dormant.wrap(&inner), inner.to_vec()].map(|signature| question(&dormant.account, signature));
    let answers = chains(&anvil).ask_all(&answers).await;
    assert!(matches!(answers[0], Ok(ContractAnswer::Signed { .. })), "{answers:?}");
    assert_eq!(answers[1], Ok(ContractAnswer::NotSigned));
}
