//! Balances and decimals of a real token, and what is no token.
use xmtp_agent::transactions::{Token, TokenAddress, TokenError, erc20_balance, erc20_decimals};
use xmtp_anvil::Anvil;
use xmtp_client::{ChainError, ChainId, Chains, Identifier};

fn chains(anvil: &Anvil) -> Chains {
    Chains::none().with_endpoint(anvil.chain_id(), anvil.rpc_url()).unwrap()
}

fn account(byte: &str) -> Identifier {
    Identifier::ethereum(&format!("0x{}", byte.repeat(20))).unwrap()
}

#[tokio::test]
async fn a_balance_has_the_decimals_of_its_token() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let address = anvil.deploy_token(6, 10_000_000).await.unwrap();
    let token = Token { chain: anvil.chain_id(), address: TokenAddress::new(address) };
    let (alice, bob) = (account("aa"), account("bb"));
    anvil.give_token(address, &alice, 1_500_000).await.unwrap();

    let chains = chains(&anvil);
    assert_eq!(erc20_decimals(&chains, token).await, Ok(6));
    assert_eq!(erc20_balance(&chains, token, &alice).await.unwrap().to_string(), "1.5");
    assert!(erc20_balance(&chains, token, &bob).await.unwrap().is_zero());
}

#[tokio::test]
async fn what_is_no_token_is_told_from_a_chain_that_is_away() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (chains, alice) = (chains(&anvil), account("aa"));
    let nothing = Token { chain: anvil.chain_id(), address: TokenAddress::new([0xcc; 20].into()) };
    let names = anvil.deploy_names().await.unwrap();
    let other = Token { chain: anvil.chain_id(), address: TokenAddress::new(names) };
    for token in [nothing, other] {
        let error = erc20_balance(&chains, token, &alice).await.unwrap_err();
        assert!(matches!(error, TokenError::NoToken(_)) && !error.is_retryable(), "{error}");
    }

    let elsewhere = Token { chain: ChainId::new(8453), ..nothing };
    let error = erc20_balance(&chains, elsewhere, &alice).await.unwrap_err();
    assert_eq!(error, TokenError::Chain(ChainError::NoEndpoint(ChainId::new(8453))));
    let away = Chains::none().with_endpoint(anvil.chain_id(), &Anvil::url_of_nobody().unwrap()).unwrap();
    assert!(erc20_balance(&away, nothing, &alice).await.unwrap_err().is_retryable());

    let passkey = Identifier::Passkey { key: vec![2; 33], relying_party: None };
    assert!(matches!(erc20_balance(&chains, nothing, &passkey).await, Err(TokenError::NotAnAddress(_))));
}
