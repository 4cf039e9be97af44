//! Money: amounts without rounding, tokens, what a wallet is asked to send, and what was sent.
//!
//! ```
//! use xmtp_agent::transactions::{Amount, Token, erc20_transfer_calls};
//!
//! # fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! let (from, to) = ("0x36abcdef0123456789abcdef0123456789abcdef".parse()?, "0x00000000000000000000000000000000000000aa".parse()?);
//! let request = erc20_transfer_calls(Token::USDC_BASE, &from, &to, Amount::parse("1.50", 6)?, "Pay 1.50 USDC")?;
//! # let _: xmtp_content_types::WalletSendCalls = request; // ctx.send(request) asks the person's wallet
//! # Ok(())
//! # }
//! # ask().unwrap();
//! ```
mod amount;
mod calls;
mod erc20;
mod reference;
mod token;

pub use alloy_primitives::{Address, U256};
pub use amount::{Amount, AmountError, MAX_DECIMALS};
pub use calls::{erc20_transfer_calls, native_transfer_calls};
pub use erc20::{TokenError, erc20_balance, erc20_decimals};
pub use reference::{chain_of, explorer_url};
pub use token::{BASE, BASE_SEPOLIA, NotAnAddress, Token, TokenAddress};
