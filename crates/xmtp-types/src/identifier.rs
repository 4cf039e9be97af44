//! The public identifiers an inbox can hold: Ethereum accounts and passkeys.
//!
//! Source of fact: XIP-46 for accounts, XIP-55 for passkeys. The network compares identifiers as exact text and never
//! normalises them, so a mixed-case address would lock an inbox for ever: build identifiers with
//! [`Identifier::ethereum`], which lowercases; [`Identifier::Ethereum`] holds whatever text the wire carried.
use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};
use thiserror::Error;

/// What kind of identifier a text or key is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum IdentifierKind {
    /// An Ethereum account: externally owned or a smart contract wallet.
    Ethereum,
    /// A WebAuthn passkey on P-256.
    Passkey,
}

/// An identity that can sign for an inbox.
///
/// Two passkeys are equal when their keys are: the relying party is a label.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Identifier {
    /// An account address: `0x` and 40 lowercase hexadecimal characters when made by us, any text when read from the
    /// network.
    Ethereum(String),
    /// A passkey: SEC1 bytes of the public key as given, and the relying party it belongs to if known.
    Passkey {
        /// SEC1 bytes of the P-256 public key, 33 or 65 when well formed.
        key: Vec<u8>,
        /// The WebAuthn relying party, if known.
        relying_party: Option<String>,
    },
}

/// A text is not an Ethereum address.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("not an Ethereum address: expected 0x and 40 hexadecimal characters")]
pub struct InvalidIdentifier;

impl Identifier {
    /// Reads an Ethereum address in any letter case and lowercases it.
    ///
    /// # Errors
    /// [`InvalidIdentifier`] unless the text is `0x` followed by exactly 40 hexadecimal characters.
    pub fn ethereum(address: &str) -> Result<Self, InvalidIdentifier> {
        let digits = address.strip_prefix("0x").ok_or(InvalidIdentifier)?;
        if digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self::Ethereum(address.to_ascii_lowercase()))
        } else {
            Err(InvalidIdentifier)
        }
    }

    /// What kind of identifier this is.
    pub const fn kind(&self) -> IdentifierKind {
        match self {
            Self::Ethereum(_) => IdentifierKind::Ethereum,
            Self::Passkey { .. } => IdentifierKind::Passkey,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Ethereum(address) => address.as_bytes(),
            Self::Passkey { key, .. } => key,
        }
    }
}

impl FromStr for Identifier {
    type Err = InvalidIdentifier;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ethereum(text)
    }
}

/// The text that inbox ids are made from: the address as it is, or the lowercase hex of the passkey.
impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ethereum(address) => f.write_str(address),
            Self::Passkey { key, .. } => f.write_str(&hex::encode(key)),
        }
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.bytes() == other.bytes()
    }
}

impl Eq for Identifier {}

impl Hash for Identifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind().hash(state);
        self.bytes().hash(state);
    }
}

impl Ord for Identifier {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.kind(), self.bytes()).cmp(&(other.kind(), other.bytes()))
    }
}

impl PartialOrd for Identifier {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowercased_and_anything_else_is_refused() {
        let mixed = format!("0x{}", "aB".repeat(20));
        assert_eq!(Identifier::ethereum(&mixed).map(|id| id.to_string()), Ok(mixed.to_lowercase()));
        for text in ["", "0x", &"ab".repeat(20), &format!("0X{}", "ab".repeat(20)), &format!("0x{}", "zz".repeat(20))] {
            assert_eq!(Identifier::ethereum(text), Err(InvalidIdentifier), "{text}");
        }
    }

    #[test]
    fn passkeys_compare_by_key_alone() {
        let with = |relying_party: Option<&str>| Identifier::Passkey {
            key: vec![4, 5],
            relying_party: relying_party.map(str::to_owned),
        };
        assert_eq!(with(None), with(Some("example.org")));
    }
}
