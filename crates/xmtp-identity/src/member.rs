//! Who can be a member of an inbox.
//!
//! Source of fact: XIP-46 and `proto/identity/associations/association.proto`.
use std::fmt;
use xmtp_types::{ChainId, Identifier, InstallationId, Redacted, Timestamp};

/// Anyone an update can name: a wallet or passkey, or an installation.
///
/// Two members are equal when kind and content are; for passkeys the key alone is the content. Displays as the text
/// that a signing text shows.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MemberIdentifier {
    /// A wallet or passkey: it can own and recover an inbox.
    Identifier(Identifier),
    /// An installation: it speaks for an inbox in groups.
    Installation(InstallationId),
    /// An installation key on the wire that is not 32 bytes. It can be named, for instance to revoke it, but it can
    /// never sign, so it is never a member.
    MalformedInstallation(Vec<u8>),
}

/// A member of an inbox and how it came to be one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    pub(crate) identifier: MemberIdentifier,
    pub(crate) added_by: Option<MemberIdentifier>,
    pub(crate) added_at: Option<Timestamp>,
    pub(crate) chain_id: Option<ChainId>,
}

impl MemberIdentifier {
    /// The wallet or passkey, unless it is an installation.
    pub const fn as_identifier(&self) -> Option<&Identifier> {
        match self {
            Self::Identifier(identifier) => Some(identifier),
            Self::Installation(_) | Self::MalformedInstallation(_) => None,
        }
    }

    /// The installation, unless it is a wallet or passkey or has no well-formed key.
    pub const fn as_installation(&self) -> Option<&InstallationId> {
        match self {
            Self::Installation(installation) => Some(installation),
            Self::Identifier(_) | Self::MalformedInstallation(_) => None,
        }
    }
}

impl From<Identifier> for MemberIdentifier {
    fn from(identifier: Identifier) -> Self {
        Self::Identifier(identifier)
    }
}

impl From<InstallationId> for MemberIdentifier {
    fn from(installation: InstallationId) -> Self {
        Self::Installation(installation)
    }
}

impl fmt::Display for MemberIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(identifier) => identifier.fmt(f),
            Self::Installation(installation) => installation.fmt(f),
            Self::MalformedInstallation(key) => f.write_str(&hex::encode(key)),
        }
    }
}

impl fmt::Debug for MemberIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(identifier) => identifier.fmt(f),
            Self::Installation(installation) => installation.fmt(f),
            Self::MalformedInstallation(key) => write!(f, "MalformedInstallation({})", Redacted(key)),
        }
    }
}

impl Member {
    /// Who it is.
    pub const fn identifier(&self) -> &MemberIdentifier {
        &self.identifier
    }

    /// Who added it; nothing for the identifier that created the inbox.
    pub const fn added_by(&self) -> Option<&MemberIdentifier> {
        self.added_by.as_ref()
    }

    /// When it was added by the clock of the client that added it, which nobody checks; nothing for the identifier
    /// that created the inbox.
    pub const fn added_at(&self) -> Option<Timestamp> {
        self.added_at
    }

    /// The chain it signs on, for smart contract wallets alone.
    pub const fn chain_id(&self) -> Option<ChainId> {
        self.chain_id
    }
}
