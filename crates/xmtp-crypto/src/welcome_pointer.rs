//! The shared layer of a large welcome: sealed once under a symmetric key that welcome pointers carry.
//!
//! A commit that adds many installations would upload the same long welcome once for each. Instead it is uploaded once,
//! to a topic nobody owns, and each new member gets a short pointer with that topic and the key. The thing pointed at
//! is the *pointee*.
//!
//! Source of fact: XIP-74; sizes, empty associated data and bare ciphertexts: observed on released clients.
//!
//! ```
//! use xmtp_crypto::welcome_pointer::PointeeKeys;
//!
//! let keys = PointeeKeys::generate()?;
//! let sealed = keys.seal(b"welcome", b"metadata")?;
//! assert_eq!(keys.open(&sealed.data, &sealed.metadata)?.welcome, b"welcome");
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```
use crate::{
    CryptoError, aead,
    error::exactly,
    random,
    welcome_wrap::{OpenedWelcome, SealedWelcome},
};
use std::fmt;
use zeroize::Zeroizing;

/// What a welcome pointer tells its reader.
#[derive(Clone)]
pub struct PointeeKeys {
    /// Where the pointee waits: takes the place of an installation id in the welcome topic.
    pub destination: [u8; 32],
    /// The ChaCha20-Poly1305 key.
    pub key: Zeroizing<[u8; 32]>,
    /// The nonce of the welcome.
    pub data_nonce: [u8; 12],
    /// The nonce of the metadata, never equal to the other one.
    pub metadata_nonce: [u8; 12],
}

impl PointeeKeys {
    /// Fresh values for one pointee.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        let data_nonce: [u8; 12] = random::array()?;
        let mut metadata_nonce = random::array()?;
        while metadata_nonce == data_nonce {
            metadata_nonce = random::array()?;
        }
        Ok(Self { destination: random::array()?, key: random::secret()?, data_nonce, metadata_nonce })
    }

    /// Reads the values that a pointer carries.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if a value has another length than its field.
    pub fn from_slices(
        destination: &[u8],
        key: &[u8],
        data_nonce: &[u8],
        metadata_nonce: &[u8],
    ) -> Result<Self, CryptoError> {
        Ok(Self {
            destination: *exactly("welcome pointer destination", destination)?,
            key: Zeroizing::new(*exactly("welcome pointer key", key)?),
            data_nonce: *exactly("welcome pointer nonce", data_nonce)?,
            metadata_nonce: *exactly("welcome pointer nonce", metadata_nonce)?,
        })
    }

    /// Seals a welcome and its metadata. These keys must seal nothing else.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] if both nonces are equal.
    pub fn seal(&self, welcome: &[u8], metadata: &[u8]) -> Result<SealedWelcome, CryptoError> {
        if self.data_nonce == self.metadata_nonce {
            return Err(CryptoError::Malformed("pair of equal welcome pointer nonces")); // CRYPTO.R9
        }
        let cipher = aead::cipher(&self.key);
        Ok(SealedWelcome {
            data: aead::seal(&cipher, &self.data_nonce, b"", welcome)?,
            metadata: aead::seal(&cipher, &self.metadata_nonce, b"", metadata)?,
        })
    }

    /// Opens both parts of a pointee. Unlike that of a wrapped welcome, the metadata must be there.
    ///
    /// # Errors
    /// [`CryptoError::DecryptionFailed`] if either part was not sealed with these keys or was altered.
    pub fn open(&self, data: &[u8], metadata: &[u8]) -> Result<OpenedWelcome, CryptoError> {
        let cipher = aead::cipher(&self.key);
        Ok(OpenedWelcome {
            welcome: aead::open(&cipher, &self.data_nonce, b"", data)?,
            metadata: Some(aead::open(&cipher, &self.metadata_nonce, b"", metadata)?),
        })
    }
}

impl fmt::Debug for PointeeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PointeeKeys").finish_non_exhaustive()
    }
}
