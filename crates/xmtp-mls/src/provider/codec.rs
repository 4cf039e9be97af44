//! How the MLS library's values become bytes.
//!
//! All but one are encoded with `postcard`: compact, without field names, stable for a given shape of the types, and
//! the library keeps its enums' storage tags stable for formats of this kind. The exception is the configuration of a
//! group: its decoder accepts two shapes and so needs a format that describes itself. It is small and written once.
use super::keys::Label;
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use xmtp_storage::StorageError;
use zeroize::Zeroizing;

/// The MLS library's storage failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum ProviderError {
    /// The store could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A key or value could not be encoded.
    #[error("the {0:?} of a group cannot be encoded: report this as a defect")]
    Encode(Label),
    /// A stored value could not be decoded.
    #[error("the stored {0:?} of a group is damaged: restore the database from a backup")]
    Damaged(Label),
}

pub(super) fn encode<T: Serialize>(label: Label, value: &T) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
    let bytes = if label.describes_itself() { serde_json::to_vec(value).ok() } else { postcard::to_stdvec(value).ok() };
    bytes.map(Zeroizing::new).ok_or(ProviderError::Encode(label))
}

pub(super) fn decode<T: DeserializeOwned>(label: Label, bytes: &[u8]) -> Result<T, ProviderError> {
    let value =
        if label.describes_itself() { serde_json::from_slice(bytes).ok() } else { postcard::from_bytes(bytes).ok() };
    value.ok_or(ProviderError::Damaged(label))
}
