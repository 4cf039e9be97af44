//! The id of an inbox: a SHA-256 over its first identifier and a nonce.
//!
//! Source of fact: XIP-46; on the wire the id is 64 lowercase hexadecimal characters.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// An inbox: a set of identities and installations that speak for one person or agent.
///
/// Displays as 64 lowercase hexadecimal characters. `Debug` shortens it: see [`crate::Redacted`].
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct InboxId([u8; 32]);

/// A text is not the id it should be.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("not {expected}: got {length} characters or a character outside 0-9 and a-f")]
pub struct ParseIdError {
    /// What was expected, as words for a person.
    pub expected: &'static str,
    /// How many characters the text had.
    pub length: usize,
}

impl InboxId {
    /// Wraps the 32 bytes of an id.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for InboxId {
    type Err = ParseIdError;

    /// Reads exactly 64 lowercase hexadecimal characters: the network compares inbox ids as text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_lower_hex(text).map(Self).ok_or(ParseIdError {
            expected: "an inbox id of 64 lowercase hexadecimal characters",
            length: text.chars().count(),
        })
    }
}

/// Reads exactly 32 bytes from lowercase hexadecimal text.
pub(crate) fn parse_lower_hex(text: &str) -> Option<[u8; 32]> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

impl TryFrom<String> for InboxId {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<InboxId> for String {
    fn from(id: InboxId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for InboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for InboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InboxId({})", crate::Redacted(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uppercase_short_and_foreign_texts_are_refused() {
        for text in ["", "00", &"A".repeat(64), &"0".repeat(63), &"g".repeat(64), &format!("0x{}", "0".repeat(64))] {
            assert!(text.parse::<InboxId>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_does_not_show_the_whole_id() {
        assert_eq!(format!("{:?}", InboxId([0xab; 32])), "InboxId(abababab…)");
    }
}
