//! The example that has to do with money, on a chain of its own.
use xmtp_agent::{
    prelude::*,
    testing::TestNetwork,
    transactions::{Token, TokenAddress},
};
use xmtp_anvil::Anvil;
use xmtp_client::{ChainId, Chains};
use xmtp_content_types::TransactionReference;

#[path = "../../examples/transactions.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn balances_are_told_and_the_wallet_of_the_sender_is_asked() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let contract = anvil.deploy_token(6, 10_000_000).await.unwrap();
    let token = Token { chain: anvil.chain_id(), address: TokenAddress::new(contract) };
    let chains = Chains::none().with_endpoint(anvil.chain_id(), anvil.rpc_url()).unwrap();
    let network = TestNetwork::new();
    let agent = network.agent(|agent| example::transactions(agent, chains, token)).await.unwrap();
    let mut alice = network.user().await.unwrap();
    let address = alice.address().await.unwrap().unwrap();
    anvil.give_token(contract, &address, 2_500_000).await.unwrap();

    alice.say_to(&agent, "/balance").await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "You have 2.5 USDC\nI have 0 USDC");
    alice.say_to(&agent, "/tx 1.5").await.unwrap();
    let Content::WalletSendCalls(request) = alice.hears().await.unwrap() else { panic!("no request") };
    assert_eq!((&request.from, request.chain()), (&address.to_string(), Some(31_337)));
    let data = request.calls[0].data.as_ref().unwrap();
    assert!(
        data.ends_with(&format!("{:064x}", 1_500_000)) && data.contains(&agent.address().to_string()[2..]),
        "{data}"
    );
    for (said, answer) in [
        ("/tx 0.0000001", "too many decimals: the token has 6"),
        ("/tx lots", "not an amount: write digits, with a point before the decimals, such as 1.5"),
        ("/tx 0", "That is nothing."),
        ("hi", "I know /balance and /tx <amount>"),
    ] {
        alice.say_to(&agent, said).await.unwrap();
        assert_eq!(alice.hears_text().await.unwrap(), answer, "{said}");
    }
    drop(anvil);
    alice.say_to(&agent, "/balance").await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "I cannot reach the chain now. Please try again later.");
}

#[tokio::test]
async fn a_transaction_is_answered_with_a_link_also_in_the_form_of_a_wallet_that_wraps_it() {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| example::transactions(agent, Chains::none(), Token::USDC_BASE)).await.unwrap();
    let mut alice = network.user().await.unwrap();
    let hash = format!("0x{}", "a1".repeat(32));
    let plain = TransactionReference::ethereum(8453, &hash);
    let wrapped = format!(r#"{{"transactionReference":{{"networkId":"0x2105","reference":"{hash}"}}}}"#);
    let wrapped = EncodedContent::new(ContentTypeId::TRANSACTION_REFERENCE, wrapped);
    for content in [Content::from(plain), Content::from(wrapped)] {
        alice.say_to(&agent, content).await.unwrap();
        let answer = format!("Thank you! It can be seen at https://basescan.org/tx/{hash}");
        assert_eq!(alice.hears_text().await.unwrap(), answer);
    }
    let elsewhere = TransactionReference::ethereum(ChainId::new(31_337).as_u64(), hash);
    alice.say_to(&agent, elsewhere).await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "Thank you! I know no page for that transaction.");
}
