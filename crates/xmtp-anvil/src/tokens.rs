//! Tokens, and accounts that have some.
//!
//! Source of fact: `tests/chain/contracts/Token.sol`.
use crate::{Anvil, AnvilError, wallets::of};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue, sol};
use xmtp_types::Identifier;

/// What the contract is created with, as hex. A test compiles it again.
const TOKEN: &str = include_str!("../../../tests/chain/contracts/Token.hex");

mod abi {
    use super::sol;
    sol! {
        function transfer(address to, uint256 amount) external returns (bool);
    }
}

impl Anvil {
    /// A new token with `decimals` decimals, and its address. All of it, `supply` of the smallest unit, is given out by
    /// [`Anvil::give_token`].
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn deploy_token(&self, decimals: u8, supply: u64) -> Result<Address, AnvilError> {
        self.create(TOKEN, &(U256::from(decimals), U256::from(supply)).abi_encode_params()).await
    }

    /// Gives `amount` of the smallest unit of a token to `to`.
    ///
    /// # Errors
    /// [`AnvilError`], also if nothing is left.
    pub async fn give_token(&self, token: Address, to: &Identifier, amount: u64) -> Result<(), AnvilError> {
        let call = abi::transferCall { to: of(to)?, amount: U256::from(amount) };
        self.send(token, call.abi_encode().into()).await
    }

    /// Calls the contract at `to` with `data` in a transaction of an account that has money.
    ///
    /// # Errors
    /// [`AnvilError`], also if the contract undid it.
    pub async fn send(&self, to: Address, data: Bytes) -> Result<(), AnvilError> {
        self.rpc.transact(crate::wallets::PAYER, Some(to), data).await.map(drop)
    }
}
