//! The id of an application message, equal on every member.
use crate::{ParseIdError, inbox_id::parse_lower_hex};
use std::{fmt, str::FromStr};

/// A message: a SHA-256 that every member computes from the same bytes, so it is equal everywhere.
///
/// Displays as 64 lowercase hexadecimal characters.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MessageId([u8; 32]);

impl MessageId {
    /// Wraps the 32 bytes of an id.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for MessageId {
    type Error = ParseIdError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| ParseIdError { expected: "a message id of 32 bytes", length: bytes.len() })
    }
}

impl FromStr for MessageId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_lower_hex(text).map(Self).ok_or(ParseIdError {
            expected: "a message id of 64 lowercase hexadecimal characters",
            length: text.chars().count(),
        })
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({})", crate::Redacted(&self.0))
    }
}
