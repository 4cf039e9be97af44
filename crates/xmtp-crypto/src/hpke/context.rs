//! The two ends of an HPKE exchange: messages sealed and opened in sequence, and exported secrets.
//!
//! Source of fact: RFC 9180 §5.2 and §5.3.
use super::schedule::{KemId, KeyScheduleContext, SharedSecret, SuiteId};
use crate::{CryptoError, aead, hash::DIGEST_LENGTH};
use chacha20poly1305::ChaCha20Poly1305;
use std::fmt;
use zeroize::Zeroizing;

/// The end that seals.
pub struct SenderContext(Context);

impl SenderContext {
    /// Sets up the sender of a shared secret that `kem` encapsulated.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn new(kem: KemId, shared_secret: &SharedSecret, info: &[u8]) -> Result<Self, CryptoError> {
        Self::bound(shared_secret, &KeyScheduleContext::new(kem, info))
    }

    /// [`SenderContext::new`] for one of many who share kem and info.
    pub(crate) fn bound(shared_secret: &SharedSecret, to: &KeyScheduleContext) -> Result<Self, CryptoError> {
        Context::new(shared_secret, to).map(Self)
    }

    /// Seals the next message.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if the plaintext has more than about 256 GiB, [`CryptoError::ContextExhausted`] after
    /// 2^64 - 1 messages.
    pub fn seal(&mut self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let sealed = aead::seal(&self.0.cipher, &self.0.nonce(), aad, plaintext)?;
        self.0.advance()?;
        Ok(sealed)
    }

    /// A secret that both ends can derive and nobody else.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if more than 8160 bytes are asked for.
    pub fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.0.export(exporter_context, length)
    }
}

/// The end that opens.
pub struct ReceiverContext(Context);

impl ReceiverContext {
    /// Sets up the receiver of a shared secret that `kem` decapsulated.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn new(kem: KemId, shared_secret: &SharedSecret, info: &[u8]) -> Result<Self, CryptoError> {
        Context::new(shared_secret, &KeyScheduleContext::new(kem, info)).map(Self)
    }

    /// Opens the next message. A message that fails to open does not count.
    ///
    /// # Errors
    /// [`CryptoError::DecryptionFailed`] if it is not the next message of the sender, [`CryptoError::ContextExhausted`]
    /// after 2^64 - 1 messages.
    pub fn open(&mut self, aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let opened = aead::open(&self.0.cipher, &self.0.nonce(), aad, ciphertext)?;
        self.0.advance()?;
        Ok(opened)
    }

    /// A secret that both ends can derive and nobody else.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if more than 8160 bytes are asked for.
    pub fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.0.export(exporter_context, length)
    }
}

impl fmt::Debug for SenderContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderContext").field("sequence", &self.0.sequence).finish_non_exhaustive()
    }
}

impl fmt::Debug for ReceiverContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiverContext").field("sequence", &self.0.sequence).finish_non_exhaustive()
    }
}

struct Context {
    suite: SuiteId,
    cipher: ChaCha20Poly1305,
    base_nonce: [u8; aead::NONCE_LENGTH],
    exporter_secret: Zeroizing<[u8; DIGEST_LENGTH]>,
    sequence: u64,
}

impl Context {
    fn new(shared_secret: &SharedSecret, bound_to: &KeyScheduleContext) -> Result<Self, CryptoError> {
        let keys = bound_to.keys(shared_secret)?;
        Ok(Self {
            suite: bound_to.suite(),
            cipher: aead::cipher(&keys.key),
            base_nonce: keys.base_nonce,
            exporter_secret: keys.exporter_secret,
            sequence: 0,
        })
    }

    /// The base nonce with the sequence number, big-endian, laid over its end.
    fn nonce(&self) -> [u8; aead::NONCE_LENGTH] {
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce.iter_mut().rev().zip(self.sequence.to_le_bytes()) {
            *byte ^= counter;
        }
        nonce
    }

    fn advance(&mut self) -> Result<(), CryptoError> {
        self.sequence = self.sequence.checked_add(1).ok_or(CryptoError::ContextExhausted)?;
        Ok(())
    }

    fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        if length > 255 * DIGEST_LENGTH {
            return Err(CryptoError::TooLong("HPKE export"));
        }
        let mut secret = Zeroizing::new(vec![0; length]);
        self.suite.expand(&self.exporter_secret, b"sec", [exporter_context, b""], &mut secret)?;
        Ok(secret)
    }
}
