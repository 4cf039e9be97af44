//! The id of an installation: its Ed25519 public key.
use crate::{ParseIdError, inbox_id::parse_lower_hex};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A device or process that speaks for an inbox: the Ed25519 public key that is also its MLS leaf key.
///
/// Displays as 64 lowercase hexadecimal characters.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstallationId([u8; 32]);

impl InstallationId {
    /// Wraps the 32 bytes of a public key. They need not be a valid point.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the public key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for InstallationId {
    type Error = ParseIdError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| ParseIdError { expected: "an installation key of 32 bytes", length: bytes.len() })
    }
}

impl FromStr for InstallationId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_lower_hex(text).map(Self).ok_or(ParseIdError {
            expected: "an installation id of 64 lowercase hexadecimal characters",
            length: text.chars().count(),
        })
    }
}

impl TryFrom<String> for InstallationId {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<InstallationId> for String {
    fn from(id: InstallationId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for InstallationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for InstallationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstallationId({})", crate::Redacted(&self.0))
    }
}
