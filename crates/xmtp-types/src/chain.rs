//! Blockchains, and accounts on them.
//!
//! Source of fact: EIP-155 for the numbers of chains, CAIP-2 and CAIP-10 for the text of an account, and observed on
//! released clients, which write `eip155:<number>:<lowercase address>`.
use crate::Identifier;
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A blockchain by its EIP-155 number.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ChainId(u64);

/// An account on a chain. Displays as `eip155:<number>:<address>`, or as the text it was read from.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountId {
    chain: ChainId,
    address: String,
    text: String,
}

/// A text names no account that a smart contract wallet can have.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum InvalidAccountId {
    /// It is no CAIP-10 account id.
    #[error("not an account id: expected eip155:<chain number>:<address>")]
    Grammar,
    /// Its namespace is not that of Ethereum chains.
    #[error("not an account of an Ethereum chain: expected eip155 in front")]
    Namespace,
    /// Its chain is no number.
    #[error("the chain of the account is no number")]
    Chain,
    /// Its address is not one.
    #[error("the address of the account is not 40 hexadecimal characters")]
    Address,
}

impl ChainId {
    /// The chain with this EIP-155 number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The EIP-155 number of the chain.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// The CAIP-2 text, `eip155:<number>`.
impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "eip155:{}", self.0)
    }
}

impl AccountId {
    /// The account of `identifier` on `chain`.
    ///
    /// # Errors
    /// [`InvalidAccountId::Address`] if the identifier is no well-formed Ethereum address.
    pub fn new(chain: ChainId, identifier: &Identifier) -> Result<Self, InvalidAccountId> {
        match identifier {
            Identifier::Ethereum(address) => {
                let address = normalized(address).ok_or(InvalidAccountId::Address)?;
                let text = format!("{chain}:{address}");
                Ok(Self { chain, address, text })
            }
            Identifier::Passkey { .. } => Err(InvalidAccountId::Address),
        }
    }

    /// The chain it is on.
    pub const fn chain(&self) -> ChainId {
        self.chain
    }

    /// The account as an identifier of an inbox: lowercase, and without `0x` if the text had none.
    pub fn identifier(&self) -> Identifier {
        Identifier::Ethereum(self.address.clone())
    }

    /// The text it was read from, which is what the network is asked about.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, InvalidAccountId> {
        let parts: Vec<&str> = text.split(':').collect();
        let &[namespace, reference, account] = parts.as_slice() else { return Err(InvalidAccountId::Grammar) };
        let is_text = |part: &str, extra: &[u8], min: usize, max: usize| {
            (min..=max).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
        };
        let well_formed = is_text(namespace, b"-", 3, 8)
            && !namespace.bytes().any(|byte| byte.is_ascii_uppercase())
            && is_text(reference, b"-_", 1, 32)
            && is_text(account, b"-.%", 1, 128);
        if !well_formed {
            return Err(InvalidAccountId::Grammar);
        }
        if namespace != "eip155" {
            return Err(InvalidAccountId::Namespace);
        }
        // A chain is looked up by its text, so that only the shortest decimal form names one.
        let chain = reference.parse::<u64>().ok().filter(|number| number.to_string() == reference);
        Ok(Self {
            chain: ChainId(chain.ok_or(InvalidAccountId::Chain)?),
            address: normalized(account).ok_or(InvalidAccountId::Address)?,
            text: text.to_owned(),
        })
    }
}

/// Lowercase, with `0x` left as it was: there or not.
fn normalized(address: &str) -> Option<String> {
    let digits = address.strip_prefix("0x").unwrap_or(address);
    (digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| address.to_ascii_lowercase())
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_written_as_released_clients_write_it() {
        let wallet = Identifier::ethereum("0xABCDEF0000000000000000000000000000000001").unwrap();
        let account = AccountId::new(ChainId::new(8453), &wallet).unwrap();
        assert_eq!(account.to_string(), "eip155:8453:0xabcdef0000000000000000000000000000000001");
        assert_eq!(account.to_string().parse(), Ok(account.clone()));
        assert_eq!((account.chain(), account.identifier()), (ChainId::new(8453), wallet));
    }

    #[test]
    fn an_address_is_lowercased_and_its_text_kept() {
        let text = format!("eip155:1:0x{}", "AB".repeat(20));
        let account: AccountId = text.parse().unwrap();
        assert_eq!(account.as_str(), text);
        assert_eq!(account.identifier(), Identifier::Ethereum(text[9..].to_ascii_lowercase()));
    }

    #[test]
    fn what_is_no_account_is_refused_and_says_why() {
        let address = format!("0x{}", "ab".repeat(20));
        for (text, refused) in [
            (String::new(), InvalidAccountId::Grammar),
            (address.clone(), InvalidAccountId::Grammar),
            (format!("eip155:1:{address}:1"), InvalidAccountId::Grammar),
            (format!("EIP155:1:{address}"), InvalidAccountId::Grammar),
            (format!("eip155::{address}"), InvalidAccountId::Grammar),
            (format!("eip155:+1:{address}"), InvalidAccountId::Grammar),
            (format!("cosmos:1:{address}"), InvalidAccountId::Namespace),
            (format!("eip155:one:{address}"), InvalidAccountId::Chain),
            (format!("eip155:01:{address}"), InvalidAccountId::Chain),
            (format!("eip155:18446744073709551616:{address}"), InvalidAccountId::Chain),
            ("eip155:1:0x12".to_owned(), InvalidAccountId::Address),
            (format!("eip155:1:0X{}", "ab".repeat(20)), InvalidAccountId::Address),
        ] {
            assert_eq!(text.parse::<AccountId>(), Err(refused), "{text}");
        }
    }
}
