//! Why an identity operation failed.
use crate::{PasskeyViolation, SignatureKind};
use thiserror::Error;
use xmtp_types::ChainId;

/// Why an identity operation failed. No variant carries a key, a signature or an identifier.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum IdentityError {
    /// An identifier is not an Ethereum address.
    #[error("not an Ethereum address: give 0x and 40 hexadecimal characters")]
    InvalidAddress,
    /// A passkey's public key is none.
    #[error("not a passkey: give the 33 or 65 bytes of a point of P-256")]
    InvalidPasskey,
    /// Bytes or a message from elsewhere are not what they should be.
    #[error("cannot read the identity data: {0}; fetch it again, or update if it was made by a newer release")]
    Malformed(&'static str),
    /// A signature does not prove what it claims.
    #[error("the {kind} signature does not verify: {cause}; sign the exact signing text")]
    InvalidSignature {
        /// How the signature was made.
        kind: SignatureKind,
        /// What is wrong with it.
        cause: &'static str,
    },
    /// A smart contract wallet signed: only its chain can say whether the signature holds, and it was not asked.
    #[error("a smart contract wallet of chain {0} signed, and the chain was not asked; ask it and verify again")]
    ChainQuestionOpen(ChainId),
    /// A passkey signed, and not as the application that takes the signature demands.
    #[error("the passkey's signature breaks rule {rule} of the application: {violation}")]
    PasskeyPolicy {
        /// The rule that was broken, as numbered in `xips/identity.md`.
        rule: &'static str,
        /// What was found.
        violation: PasskeyViolation,
    },
    /// The ledger refuses an update. It will refuse it again unless the state changes.
    #[error("the ledger refuses the update by rule {rule}: {refusal}")]
    Refused {
        /// The rule that refused it, as numbered in `xips/identity.md`.
        rule: &'static str,
        /// What the rule found.
        refusal: Refusal,
    },
    /// A signature was offered by someone whose signature is not wanted, or is already there.
    #[error("the signer is not one the update waits for; see its missing signers")]
    UnknownSigner,
    /// An update was finished before everyone had signed.
    #[error("the update still lacks a signature; see its missing signers")]
    MissingSigner,
    /// Two requests were to be merged that are not copies of one.
    #[error("the requests are for different updates; collect signatures for each of them")]
    DifferentRequest,
    /// A request was written in a format that this release does not read.
    #[error("the update request has format version {0}; update this program, or make the request anew with it")]
    UnknownVersion(u8),
    /// A request has more parts or bytes than are taken.
    #[error("the update request is too large: {0}; split it into several")]
    TooLarge(&'static str),
    /// A text is not the secret key of a wallet or passkey.
    #[error("not a secret key: give 64 hexadecimal characters of a secp256k1 or P-256 secret key")]
    InvalidSecretKey,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness; try again")]
    NoRandomness,
}

/// What the ledger found wrong with an update.
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// An action, or the whole update, speaks of an inbox that no update created.
    #[error("the inbox does not exist yet; create it first")]
    NotCreated,
    /// An inbox is created a second time.
    #[error("the inbox already exists; add to it instead of creating it")]
    MultipleCreate,
    /// The update is for another inbox than the one it changes.
    #[error("the update names another inbox; build it for this one")]
    WrongInboxId,
    /// A signature was already used in an earlier update.
    #[error("a signature was used before; sign a new update")]
    Replay,
    /// The signer is neither a member nor the recovery identifier, whichever the action needs.
    #[error("the signer has no right to act for the inbox; sign with a member or the recovery identifier")]
    MissingExistingMember,
    /// The new member did not sign for itself.
    #[error("the new member's signature is by someone else; let the new member sign")]
    NewMemberMismatch,
    /// A member adds itself.
    #[error("a member cannot add itself")]
    SelfAdd,
    /// A kind of member signed with a kind of signature that it cannot make.
    #[error("this kind of signature is not allowed here; sign with the signer's own kind")]
    SignatureNotAllowed,
    /// A legacy delegated signature is used where it could be used twice.
    #[error("a legacy signature only counts for the first inbox of its wallet; sign with the wallet")]
    LegacySignatureReuse,
    /// A wallet changed chain, or changed between account key and smart contract.
    #[error("the wallet signs on another chain than when it was added; sign on that one")]
    ChainIdMismatch,
    /// One installation adds another.
    #[error("an installation cannot add an installation; sign with a wallet or passkey")]
    MemberNotAllowed,
}

impl IdentityError {
    /// Whether the same call can succeed later with the same arguments.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::NoRandomness | Self::ChainQuestionOpen(_))
    }

    /// What the ledger found and the id of the rule that refused, if the ledger refused.
    pub const fn refusal(&self) -> Option<(&'static str, Refusal)> {
        match self {
            Self::Refused { rule, refusal } => Some((rule, *refusal)),
            _ => None,
        }
    }
}

/// The refusal of `rule`.
pub(crate) const fn refused(rule: &'static str, refusal: Refusal) -> IdentityError {
    IdentityError::Refused { rule, refusal }
}
