//! Keys of one attachment, and sealing and opening what fits in memory.
use super::{Checker, Sealer, TAG_LENGTH};
use crate::{CryptoError, error::exactly, hash, random};
use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What the message about an attachment carries so that its reader can open it.
#[derive(Clone)]
pub struct AttachmentKeys {
    /// The secret from which the key is derived.
    pub secret: Zeroizing<[u8; 32]>,
    /// The salt of the derivation.
    pub salt: [u8; 32],
    /// The nonce.
    pub nonce: [u8; 12],
}

/// A sealed attachment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SealedAttachment {
    /// What is uploaded: ciphertext and tag.
    pub payload: Vec<u8>,
    /// SHA-256 of the payload, to be announced in the message.
    pub digest: [u8; 32],
}

impl AttachmentKeys {
    /// Fresh values for one attachment.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        Ok(Self { secret: random::secret()?, salt: random::array()?, nonce: random::array()? })
    }

    /// Reads the values that a message carries.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if a value has another length than its field.
    pub fn from_slices(secret: &[u8], salt: &[u8], nonce: &[u8]) -> Result<Self, CryptoError> {
        Ok(Self {
            secret: Zeroizing::new(*exactly("attachment secret", secret)?),
            salt: *exactly("attachment salt", salt)?,
            nonce: *exactly("attachment nonce", nonce)?,
        })
    }

    /// Seals an encoded attachment. These keys must seal nothing else.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if the plaintext has more than about 64 GiB.
    pub fn seal(&self, plaintext: &[u8]) -> Result<SealedAttachment, CryptoError> {
        let mut payload = Vec::with_capacity(plaintext.len().saturating_add(TAG_LENGTH));
        payload.extend_from_slice(plaintext);
        self.cipher()?
            .encrypt_in_place((&self.nonce).into(), b"", &mut payload)
            .map_err(|_| CryptoError::TooLong("attachment"))?;
        let digest = hash::sha256(&payload);
        Ok(SealedAttachment { payload, digest })
    }

    /// Opens a payload that was fetched, if it is the one that was announced.
    ///
    /// # Errors
    /// [`CryptoError::DigestMismatch`] if it is another one, [`CryptoError::DecryptionFailed`] if it was not sealed
    /// with these keys.
    pub fn open(&self, digest: &[u8; 32], payload: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if !bool::from(hash::sha256(payload).ct_eq(digest)) {
            return Err(CryptoError::DigestMismatch); // CRYPTO.R11
        }
        let mut buffer = payload.to_vec();
        self.cipher()?
            .decrypt_in_place((&self.nonce).into(), b"", &mut buffer)
            .map_err(|_| CryptoError::DecryptionFailed)?;
        Ok(buffer)
    }

    /// Seals a file piece by piece. These keys must seal nothing else.
    ///
    /// # Errors
    /// [`CryptoError`] if the key cannot be derived, which no value of these keys leads to.
    pub fn sealer(&self) -> Result<Sealer, CryptoError> {
        Ok(Sealer::new(&*self.key()?, &self.nonce))
    }

    /// Checks a payload piece by piece, before it is opened.
    ///
    /// # Errors
    /// As for [`Self::sealer`].
    pub fn checker(&self) -> Result<Checker, CryptoError> {
        Ok(Checker::new(&*self.key()?, &self.nonce))
    }

    fn key(&self) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        let mut key = Zeroizing::new([0; 32]);
        hash::hkdf(&self.salt, &[self.secret.as_slice()], &[], key.as_mut_slice())?;
        Ok(key)
    }

    fn cipher(&self) -> Result<Aes256Gcm, CryptoError> {
        Ok(Aes256Gcm::new((&*self.key()?).into()))
    }
}

impl fmt::Debug for AttachmentKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachmentKeys").finish_non_exhaustive()
    }
}
