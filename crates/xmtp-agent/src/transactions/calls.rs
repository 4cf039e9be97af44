//! What a wallet is asked to send.
//!
//! Source of fact: XIP-59 for the request, ERC-20 for the call, and observed on released agents: a version of 1.0, numbers
//! in hexadecimal, a value of 0x0 beside the call of a token, and `transfer` as the type.
use super::{Amount, NotAnAddress, Token, erc20::transfer_data, token::address_of};
use xmtp_client::{ChainId, Identifier};
use xmtp_content_types::{WalletCall, WalletCallMetadata, WalletSendCalls};

/// What a transfer is called in the metadata of a call.
const TRANSFER: &str = "transfer";

/// Asks the wallet of `from` to send `amount` of `token` to `to`. `description` is shown to the person who decides.
///
/// # Errors
/// [`NotAnAddress`] if one of the accounts is no Ethereum account.
pub fn erc20_transfer_calls(
    token: Token,
    from: &Identifier,
    to: &Identifier,
    amount: Amount,
    description: impl Into<String>,
) -> Result<WalletSendCalls, NotAnAddress> {
    let call = WalletCall {
        to: Some(format!("{:#x}", token.address.address())),
        data: Some(transfer_data(address_of(to)?, amount.raw()).to_string()),
        value: Some("0x0".to_owned()),
        ..transfer(description)
    };
    request(token.chain, from, call)
}

/// Asks the wallet of `from` to send `amount` of the coin of `chain` to `to`. The amount has 18 decimals on most chains.
///
/// # Errors
/// [`NotAnAddress`] if one of the accounts is no Ethereum account.
pub fn native_transfer_calls(
    chain: ChainId,
    from: &Identifier,
    to: &Identifier,
    amount: Amount,
    description: impl Into<String>,
) -> Result<WalletSendCalls, NotAnAddress> {
    let call = WalletCall {
        to: Some(format!("{:#x}", address_of(to)?)),
        value: Some(format!("{:#x}", amount.raw())),
        ..transfer(description)
    };
    request(chain, from, call)
}

fn transfer(description: impl Into<String>) -> WalletCall {
    let metadata = WalletCallMetadata {
        description: description.into(),
        transaction_type: TRANSFER.to_owned(),
        ..WalletCallMetadata::default()
    };
    WalletCall { metadata: Some(metadata), ..WalletCall::default() }
}

fn request(chain: ChainId, from: &Identifier, call: WalletCall) -> Result<WalletSendCalls, NotAnAddress> {
    Ok(WalletSendCalls::new(chain.as_u64(), format!("{:#x}", address_of(from)?), [call]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_content_types::Content;

    fn account(byte: &str) -> Identifier {
        Identifier::ethereum(&format!("0x{}", byte.repeat(20))).unwrap()
    }

    fn json(request: WalletSendCalls) -> String {
        let encoded = Content::WalletSendCalls(request).encode();
        String::from_utf8(encoded.content().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_token_is_sent_by_a_call_of_its_contract_that_pays_nothing() {
        let amount = Amount::parse("1.5", 6).unwrap();
        let token = Token::USDC_BASE_SEPOLIA;
        let request = erc20_transfer_calls(token, &account("aa"), &account("bb"), amount, "a coffee").unwrap();
        let data = format!("0xa9059cbb{:0>64}{:064x}", "bb".repeat(20), 1_500_000);
        let expected = format!(
            r#"{{"version":"1.0","chainId":"0x14a34","from":"0x{}","calls":[{{"to":"0x036cbd53842c5426634e7929541ec2318f3dcf7e","data":"{data}","value":"0x0","metadata":{{"description":"a coffee","transactionType":"transfer"}}}}]}}"#,
            "aa".repeat(20)
        );
        assert_eq!(json(request), expected);
    }

    #[test]
    fn the_coin_of_a_chain_is_sent_as_value_without_data() {
        let amount = Amount::parse("0.000000000000000255", 18).unwrap();
        let request = native_transfer_calls(ChainId::new(8453), &account("aa"), &account("bb"), amount, "tip").unwrap();
        let expected = format!(
            r#"{{"version":"1.0","chainId":"0x2105","from":"0x{}","calls":[{{"to":"0x{}","value":"0xff","metadata":{{"description":"tip","transactionType":"transfer"}}}}]}}"#,
            "aa".repeat(20),
            "bb".repeat(20)
        );
        assert_eq!(json(request), expected);
    }

    #[test]
    fn a_passkey_has_no_tokens_to_send() {
        let passkey = Identifier::Passkey { key: vec![2; 33], relying_party: None };
        let amount = Amount::parse("1", 6).unwrap();
        assert_eq!(erc20_transfer_calls(Token::USDC_BASE, &passkey, &account("bb"), amount, ""), Err(NotAnAddress));
        assert_eq!(native_transfer_calls(ChainId::new(1), &account("aa"), &passkey, amount, ""), Err(NotAnAddress));
    }
}
