//! Money: amounts without rounding, tokens, and what a wallet is asked to send.
mod amount;
mod erc20;
mod token;

pub use alloy_primitives::{Address, U256};
pub use amount::{Amount, AmountError, MAX_DECIMALS};
pub use erc20::{TokenError, erc20_balance, erc20_decimals};
pub use token::{BASE, BASE_SEPOLIA, NotAnAddress, Token, TokenAddress};
