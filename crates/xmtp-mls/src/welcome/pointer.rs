//! A welcome pointer: where a shared welcome waits, and the keys that open it.
//!
//! Source of fact: XIP-74; the one cipher in use, and that data and metadata must both be there: observed on released
//! clients.
use super::{
    metadata,
    open::{OpenedWelcome, WelcomeError},
};
use prost::Message as _;
use xmtp_crypto::welcome_pointer::PointeeKeys;
use xmtp_proto::xmtp::mls::message_contents::{
    WelcomePointeeEncryptionAeadType, WelcomePointer as Wire,
    welcome_pointer::{Version, WelcomeV1Pointer},
};
use xmtp_types::{InstallationId, Payload, Topic, WrapperAlgorithm};
use zeroize::{Zeroize as _, Zeroizing};

/// Where a shared welcome waits, and the keys that open it.
#[derive(Debug)]
pub(crate) struct Pointer(PointeeKeys);

impl Pointer {
    /// Reads an opened pointer.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, WelcomeError> {
        let Some(Version::WelcomeV1Pointer(mut pointer)) =
            Wire::decode(bytes).map_err(|_| WelcomeError::BadPointer("does not decode"))?.version
        else {
            return Err(WelcomeError::BadPointer("is of an unknown version"));
        };
        let keys = PointeeKeys::from_slices(
            &pointer.destination,
            &pointer.encryption_key,
            &pointer.data_nonce,
            &pointer.welcome_metadata_nonce,
        );
        pointer.encryption_key.zeroize();
        if pointer.aead_type() != WelcomePointeeEncryptionAeadType::Chacha20Poly1305 {
            return Err(WelcomeError::BadPointer("names a cipher that is not known here"));
        }
        keys.map(Self).map_err(|_| WelcomeError::BadPointer("has a key or nonce of the wrong length"))
    }

    /// The topic on which the welcome waits; the first envelope there is it.
    pub(crate) fn topic(&self) -> Topic {
        topic(&self.0)
    }

    /// Opens what was found on [`Pointer::topic`].
    ///
    /// # Errors
    /// [`WelcomeError`] if it is not what the pointer promised.
    pub(crate) fn open(&self, found: &Payload) -> Result<OpenedWelcome, WelcomeError> {
        let Payload::Welcome { data, algorithm: WrapperAlgorithm::SymmetricKey, metadata, .. } = found else {
            return Err(WelcomeError::BadPointer("leads to something that is not a shared welcome"));
        };
        let opened = self.0.open(data, metadata).map_err(WelcomeError::Sealed)?;
        let message_cursor = opened
            .metadata
            .and_then(|bytes| metadata::decode(&bytes))
            .ok_or(WelcomeError::BadPointer("leads to a welcome without metadata"))?;
        Ok(OpenedWelcome { welcome: opened.welcome, message_cursor })
    }
}

/// The topic on which what `keys` seal is put.
pub(super) fn topic(keys: &PointeeKeys) -> Topic {
    Topic::welcome(&InstallationId::from_bytes(keys.destination))
}

/// The bytes that each recipient gets, to be sealed.
pub(super) fn encode(keys: &PointeeKeys) -> Zeroizing<Vec<u8>> {
    let pointer = WelcomeV1Pointer {
        destination: keys.destination.to_vec(),
        aead_type: WelcomePointeeEncryptionAeadType::Chacha20Poly1305.into(),
        encryption_key: keys.key.to_vec(),
        data_nonce: keys.data_nonce.to_vec(),
        welcome_metadata_nonce: keys.metadata_nonce.to_vec(),
    };
    let mut wire = Wire { version: Some(Version::WelcomeV1Pointer(pointer)) };
    let bytes = Zeroizing::new(wire.encode_to_vec());
    if let Some(Version::WelcomeV1Pointer(pointer)) = &mut wire.version {
        pointer.encryption_key.zeroize();
    }
    bytes
}
