//! Tokens: contracts on a chain that hold balances, as ERC-20 says.
//!
//! Source of fact: the addresses of USDC are those that its issuer publishes and that public example agents use.
use alloy_primitives::{Address, address};
use std::{fmt, str::FromStr};
use thiserror::Error;
use xmtp_client::{ChainId, Identifier};

/// The chain Base.
pub const BASE: ChainId = ChainId::new(8_453);
/// The chain Base Sepolia, where tokens are worth nothing.
pub const BASE_SEPOLIA: ChainId = ChainId::new(84_532);

/// The address of a token's contract. Displays with the letter case that guards against typing errors (EIP-55).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenAddress(Address);

/// A token on a chain.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Token {
    /// The chain.
    pub chain: ChainId,
    /// The contract.
    pub address: TokenAddress,
}

/// A text or an identifier is no Ethereum address.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not an Ethereum address: expected 0x and 40 hexadecimal characters, and in mixed letter case the right one")]
pub struct NotAnAddress;

impl Token {
    /// USDC on Base. It has 6 decimals.
    pub const USDC_BASE: Self =
        Self { chain: BASE, address: TokenAddress(address!("833589fCD6eDb6E08f4c7C32D4f71b54bdA02913")) };
    /// USDC on Base Sepolia. It has 6 decimals.
    pub const USDC_BASE_SEPOLIA: Self =
        Self { chain: BASE_SEPOLIA, address: TokenAddress(address!("036CbD53842c5426634e7929541eC2318f3dCF7e")) };
}

impl TokenAddress {
    /// The contract at `address`.
    pub const fn new(address: Address) -> Self {
        Self(address)
    }

    /// The address.
    pub const fn address(self) -> Address {
        self.0
    }
}

impl FromStr for TokenAddress {
    type Err = NotAnAddress;

    /// Reads an address. One in mixed letter case must be in the right one, so that a mistyped character is found.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let digits = text.strip_prefix("0x").ok_or(NotAnAddress)?;
        let is_mixed = digits.bytes().any(|byte| byte.is_ascii_uppercase())
            && digits.bytes().any(|byte| byte.is_ascii_lowercase());
        let parsed = match is_mixed {
            true => Address::parse_checksummed(text, None).ok(),
            false => digits.parse().ok(),
        };
        parsed.map(Self).ok_or(NotAnAddress)
    }
}

impl fmt::Display for TokenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The address of an account.
pub(crate) fn address_of(account: &Identifier) -> Result<Address, NotAnAddress> {
    match account {
        Identifier::Ethereum(address) => address.parse().map_err(|_| NotAnAddress),
        _ => Err(NotAnAddress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_address_is_refused_by_its_letter_case() {
        let usdc = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
        assert_eq!(usdc.parse(), Ok(Token::USDC_BASE_SEPOLIA.address));
        assert_eq!(usdc.to_lowercase().parse(), Ok(Token::USDC_BASE_SEPOLIA.address));
        assert_eq!(Token::USDC_BASE.address.to_string(), "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");
        for wrong in
            ["0x036cbD53842c5426634e7929541eC2318f3dCF7e", "036CbD53842c5426634e7929541eC2318f3dCF7e", "0x", ""]
        {
            assert_eq!(wrong.parse::<TokenAddress>(), Err(NotAnAddress), "{wrong}");
        }
    }
}
