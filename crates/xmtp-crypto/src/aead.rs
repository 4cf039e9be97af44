//! ChaCha20-Poly1305 over byte vectors: one allocation per call, the tag behind the ciphertext.
//!
//! Source of fact: RFC 8439 §2.8; `AEAD_CHACHA20_POLY1305` is the AEAD of ciphersuite 0x0003 (RFC 9420 §17.1).
use crate::CryptoError;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::AeadInOut};

/// Bytes of a key.
pub(crate) const KEY_LENGTH: usize = 32;
/// Bytes of a nonce.
pub(crate) const NONCE_LENGTH: usize = 12;
/// Bytes a ciphertext is longer than its plaintext.
pub(crate) const TAG_LENGTH: usize = 16;

/// A cipher under `key`.
pub(crate) fn cipher(key: &[u8; KEY_LENGTH]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

/// Seals `plaintext`; the result is ciphertext and tag.
pub(crate) fn seal(
    cipher: &ChaCha20Poly1305,
    nonce: &[u8; NONCE_LENGTH],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let mut buffer = Vec::with_capacity(plaintext.len().saturating_add(TAG_LENGTH));
    buffer.extend_from_slice(plaintext);
    cipher.encrypt_in_place(nonce.into(), aad, &mut buffer).map_err(|_| CryptoError::TooLong("plaintext"))?;
    Ok(buffer)
}

/// Opens ciphertext and tag.
pub(crate) fn open(
    cipher: &ChaCha20Poly1305,
    nonce: &[u8; NONCE_LENGTH],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let mut buffer = ciphertext.to_vec();
    cipher.decrypt_in_place(nonce.into(), aad, &mut buffer).map_err(|_| CryptoError::DecryptionFailed)?;
    Ok(buffer)
}
