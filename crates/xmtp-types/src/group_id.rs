//! The MLS group id of a conversation.
use crate::ParseIdError;
use std::{fmt, str::FromStr};

/// A conversation, DM or group: the MLS group id (RFC 9420 §8.1).
///
/// New groups take 16 random bytes; ids of other lengths are legal and must be accepted. Displays as lowercase
/// hexadecimal characters.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GroupId(Vec<u8>);

impl GroupId {
    /// The bytes of the id.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; 16]> for GroupId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<Vec<u8>> for GroupId {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for GroupId {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl FromStr for GroupId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match hex::decode(text) {
            Ok(bytes) if !bytes.is_empty() => Ok(Self(bytes)),
            _ => Err(ParseIdError {
                expected: "a conversation id of hexadecimal characters",
                length: text.chars().count(),
            }),
        }
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GroupId({})", crate::Redacted(&self.0))
    }
}
