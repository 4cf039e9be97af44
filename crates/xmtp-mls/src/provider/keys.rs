//! The keys under which the MLS library's values are kept: one byte for the kind of value, then the library's own key.
use super::ProviderError;
use serde::Serialize;

/// The kind of a stored value. The number is the first byte of its key and never changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Label {
    JoinConfig = 1,
    OwnLeafNodes = 2,
    ProposalQueue = 3,
    Tree = 4,
    InterimTranscriptHash = 5,
    GroupContext = 6,
    ConfirmationTag = 7,
    GroupState = 8,
    MessageSecrets = 9,
    ResumptionPsks = 10,
    OwnLeafIndex = 11,
    EpochSecrets = 12,
    EncryptionKeyPair = 13,
    EpochKeyPairs = 14,
    KeyPackage = 15,
    SignatureKeyPair = 16,
    Psk = 17,
    /// Not the library's own: see `group/departed.rs`.
    DepartedLeaves = 18,
    /// The part of the message secrets that every message changes.
    Ratchets = 19,
}

impl Label {
    /// Whether values of this kind need a format that describes itself.
    pub(super) const fn describes_itself(self) -> bool {
        matches!(self, Self::JoinConfig)
    }

    /// The key of a value of this kind.
    pub(super) fn key<K: Serialize>(self, key: &K) -> Result<Vec<u8>, ProviderError> {
        postcard::to_extend(key, vec![self as u8]).map_err(|_| ProviderError::Encode(self))
    }
}
