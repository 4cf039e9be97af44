//! AES-256-GCM in pieces: the key stream and the tag as two things, so that a tag can be checked without decrypting.
//!
//! Source of fact: NIST SP 800-38D §7.1 with a nonce of 96 bits and no associated data.
use crate::CryptoError;
use aes::Aes256;
use ctr::{
    Ctr32BE,
    cipher::{KeyIvInit, StreamCipher},
};
use ghash::{GHash, universal_hash::UniversalHash};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

const BLOCK: usize = 16;

/// The most bytes that one key and nonce may encrypt: 2^39 - 256 bits.
const MAX_LENGTH: u64 = (1 << 36) - 32;

/// The key stream and the tag for one message.
pub(super) fn start(key: &[u8; 32], nonce: &[u8; 12]) -> (KeyStream, Tag) {
    // The first block of the stream under a counter of zero is the encryption of zero, which is the key of GHASH.
    let mut hash_key = ghash::Key::default();
    Ctr32BE::<Aes256>::new(key.into(), &[0; BLOCK].into()).apply_keystream(&mut hash_key);
    let hash = GHash::new(&hash_key);
    hash_key.zeroize();

    let mut counter = [0; BLOCK];
    for (to, from) in counter.iter_mut().zip(nonce.iter().copied().chain([0, 0, 0, 1])) {
        *to = from;
    }
    let mut stream = Ctr32BE::<Aes256>::new(key.into(), &counter.into());
    let mut mask = [0; BLOCK];
    stream.apply_keystream(&mut mask);
    (KeyStream(stream), Tag { hash, mask, tail: [0; BLOCK], filled: 0, length: 0 })
}

/// Encrypts and decrypts, which is the same.
pub(super) struct KeyStream(Ctr32BE<Aes256>);

impl KeyStream {
    pub(super) fn apply(&mut self, piece: &mut [u8]) -> Result<(), CryptoError> {
        self.0.try_apply_keystream(piece).map_err(|_| CryptoError::TooLong("attachment"))
    }
}

/// The tag over ciphertext that comes in pieces.
pub(super) struct Tag {
    hash: GHash,
    mask: [u8; BLOCK],
    /// What does not fill a block yet.
    tail: [u8; BLOCK],
    filled: usize,
    length: u64,
}

impl Tag {
    pub(super) fn update(&mut self, ciphertext: &[u8]) -> Result<(), CryptoError> {
        self.length = u64::try_from(ciphertext.len())
            .ok()
            .and_then(|more| self.length.checked_add(more))
            .filter(|length| *length <= MAX_LENGTH)
            .ok_or(CryptoError::TooLong("attachment"))?;
        let mut rest = ciphertext;
        if self.filled > 0 {
            let (head, others) = rest.split_at(rest.len().min(BLOCK - self.filled));
            self.keep(head);
            rest = others;
            if self.filled == BLOCK {
                self.hash.update_padded(&self.tail);
                self.filled = 0;
            }
        }
        let (blocks, tail) = rest.split_at(rest.len() - rest.len() % BLOCK);
        self.hash.update_padded(blocks);
        self.keep(tail);
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) {
        for (to, from) in self.tail.iter_mut().skip(self.filled).zip(bytes) {
            *to = *from;
        }
        self.filled = BLOCK.min(self.filled + bytes.len());
    }

    /// The tag over all that came.
    pub(super) fn finish(mut self) -> [u8; BLOCK] {
        self.hash.update_padded(self.tail.get(..self.filled).unwrap_or_default());
        let mut lengths = [0; BLOCK];
        let bits = u128::from(self.length) * 8;
        lengths.copy_from_slice(&bits.to_be_bytes());
        self.hash.update_padded(&lengths);
        let mut tag: [u8; BLOCK] = self.hash.clone().finalize().into();
        tag.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
        tag
    }

    /// Whether the tag over all that came is this one.
    pub(super) fn is(self, tag: &[u8; BLOCK]) -> bool {
        self.finish().ct_eq(tag).into()
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        // With a tag at hand the mask gives the hash away, and enough of those the hash's key.
        self.mask.zeroize();
    }
}

impl fmt::Debug for KeyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStream").finish_non_exhaustive()
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag").field("length", &self.length).finish_non_exhaustive()
    }
}
