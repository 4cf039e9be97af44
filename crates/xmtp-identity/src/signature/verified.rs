//! What a signature that holds proves.
use crate::{IdentityError, MemberIdentifier};
use std::fmt;
use xmtp_types::ChainId;

/// How a signature was made.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SignatureKind {
    /// By the key of an Ethereum account over a personal message (EIP-191).
    Erc191,
    /// By a smart contract wallet (ERC-1271, or ERC-6492 before it is deployed).
    Erc1271,
    /// By an installation key.
    Installation,
    /// By a wallet through a key it delegated to in the second version of XMTP.
    LegacyDelegated,
    /// By a passkey on P-256 (WebAuthn).
    Passkey,
}

/// A signature that holds. Only the checking functions of this crate make one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedSignature {
    pub(crate) signer: MemberIdentifier,
    pub(crate) kind: SignatureKind,
    pub(crate) replay_bytes: Vec<u8>,
    pub(crate) chain_id: Option<ChainId>,
}

impl SignatureKind {
    /// The error for a signature of this kind that does not hold.
    pub(crate) const fn invalid(self, cause: &'static str) -> IdentityError {
        IdentityError::InvalidSignature { kind: self, cause }
    }
}

impl fmt::Display for SignatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Erc191 => "erc-191",
            Self::Erc1271 => "erc-1271",
            Self::Installation => "installation-key",
            Self::LegacyDelegated => "legacy-delegated",
            Self::Passkey => "p256",
        })
    }
}

impl VerifiedSignature {
    /// Who signed.
    pub const fn signer(&self) -> &MemberIdentifier {
        &self.signer
    }

    /// How the signature was made.
    pub const fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// What the inbox remembers so that the signature cannot be used again.
    pub fn replay_bytes(&self) -> &[u8] {
        &self.replay_bytes
    }

    /// The chain that vouched, for smart contract wallets alone.
    pub const fn chain_id(&self) -> Option<ChainId> {
        self.chain_id
    }
}
