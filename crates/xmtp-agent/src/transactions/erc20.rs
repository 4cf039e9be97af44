//! What a token's contract says: balances and decimals. And what it has to be told to move some.
//!
//! Source of fact: ERC-20.
use super::{Amount, AmountError, NotAnAddress, Token, token::address_of};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, sol};
use thiserror::Error;
use xmtp_client::{ChainError, Chains, Identifier};

mod abi {
    use super::sol;
    sol! {
        function transfer(address to, uint256 amount) external returns (bool);
        function balanceOf(address owner) external view returns (uint256);
        function decimals() external view returns (uint8);
    }
}

/// Why a token's contract did not say.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TokenError {
    /// The chain could not be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no contract, or it is none of a token.
    #[error("there is no token at {address} on chain {chain}: check the address and the chain", address = .0.address, chain = .0.chain)]
    NoToken(Token),
    /// The owner is no Ethereum account, such as a passkey.
    #[error(transparent)]
    NotAnAddress(#[from] NotAnAddress),
    /// The token says of itself what cannot be.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl TokenError {
    /// Whether the same question may be answered later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Chain(error) if error.is_retryable())
    }
}

/// How many of `token` the account `owner` has. Asks the token for its decimals as well.
///
/// # Errors
/// [`TokenError`].
pub async fn erc20_balance(chains: &Chains, token: Token, owner: &Identifier) -> Result<Amount, TokenError> {
    let call = abi::balanceOfCall { owner: address_of(owner)? };
    let (raw, decimals) = futures::try_join!(ask(chains, token, call), erc20_decimals(chains, token))?;
    Ok(Amount::from_raw(raw, decimals)?)
}

/// How many decimals `token` has. They never change, so one answer serves for good.
///
/// # Errors
/// [`TokenError`].
pub async fn erc20_decimals(chains: &Chains, token: Token) -> Result<u8, TokenError> {
    ask(chains, token, abi::decimalsCall {}).await
}

/// What the token's contract is called with to move `amount` of the smallest unit to `to`.
pub(crate) fn transfer_data(to: Address, amount: U256) -> Bytes {
    abi::transferCall { to, amount }.abi_encode().into()
}

async fn ask<C: SolCall>(chains: &Chains, token: Token, call: C) -> Result<C::Return, TokenError> {
    let asked = chains.read(token.chain, token.address.address(), call.abi_encode().into()).await;
    let returned = match asked {
        Err(ChainError::GaveUp(_)) => return Err(TokenError::NoToken(token)),
        asked => asked?,
    };
    C::abi_decode_returns_validate(&returned).map_err(|_| TokenError::NoToken(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_is_its_selector_and_two_words() {
        let data = transfer_data(Address::repeat_byte(0xab), U256::from(1_500_000));
        let expected = format!("0xa9059cbb{:0>64}{:064x}", "ab".repeat(20), 1_500_000);
        assert_eq!(data.to_string(), expected);
    }
}
