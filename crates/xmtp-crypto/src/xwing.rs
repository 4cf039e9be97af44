//! X-Wing: X25519 and ML-KEM-768 in one KEM, secure as long as either is.
//!
//! A welcome carries the secrets of a group and may be stored for years by whoever sees it pass; its outer layer is
//! sealed with this KEM so that a later quantum computer does not open it.
//!
//! The KEM itself is the `x-wing` crate. This module adds what it leaves to the caller: lengths are checked, and keys
//! and ciphertexts whose X25519 part would agree on all zeros are refused on both sides.
//!
//! Source of fact: draft-connolly-cfrg-xwing-kem-06, FIPS 203; refusal of all-zero results: observed on released
//! clients.
//!
//! ```
//! use xmtp_crypto::xwing::XWingSecretKey;
//!
//! let secret = XWingSecretKey::generate()?;
//! let (enc, sent) = secret.public_key().encapsulate()?;
//! assert_eq!(secret.decapsulate(&enc)?, sent);
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```
use crate::{CryptoError, error::exactly, hpke::SharedSecret, random};
use std::fmt;
use x_wing::{
    Ciphertext, DecapsulationKeyRejectNonContrib, Decapsulator, EncapsulationKey, KeyExport, TryDecapsulate, TryKeyInit,
};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a secret key: a seed from which both halves are expanded.
pub const SECRET_KEY_LENGTH: usize = 32;
/// Bytes of a public key: ML-KEM-768 (1184), then X25519 (32).
pub const PUBLIC_KEY_LENGTH: usize = 1216;
/// Bytes of an encapsulated key: ML-KEM-768 (1088), then X25519 (32).
pub const ENCAPSULATED_KEY_LENGTH: usize = 1120;
/// Random bytes that one encapsulation takes: 32 for ML-KEM, then 32 for X25519.
pub const ENCAPSULATION_SEED_LENGTH: usize = 64;

/// A secret key: its seed, and the public key, which is made of it once. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct XWingSecretKey(Box<DecapsulationKeyRejectNonContrib>);

impl XWingSecretKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        random::secret().map(|seed| Self::from_seed(&seed))
    }

    /// The key of a seed.
    pub fn from_seed(seed: &[u8; SECRET_KEY_LENGTH]) -> Self {
        Self(Box::new(DecapsulationKeyRejectNonContrib::from(*seed)))
    }

    /// The key of a stored seed.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if there are not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        exactly("X-Wing secret key", bytes).map(Self::from_seed)
    }

    /// The seed, to be kept where only the owner can read it.
    pub fn seed(&self) -> Zeroizing<[u8; SECRET_KEY_LENGTH]> {
        take(&mut self.0.to_bytes().0)
    }

    /// The public key.
    pub fn public_key(&self) -> XWingPublicKey {
        XWingPublicKey(Box::new(self.0.encapsulation_key().clone()))
    }

    /// Recovers the shared secret behind an encapsulated key. A forged one gives a secret that nobody else has.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if there are not 1120 bytes, [`CryptoError::InvalidKey`] if the X25519 part is a
    /// point of small order.
    pub fn decapsulate(&self, enc: &[u8]) -> Result<SharedSecret, CryptoError> {
        let enc: &[u8; ENCAPSULATED_KEY_LENGTH] = exactly("X-Wing encapsulated key", enc)?;
        self.0
            .try_decapsulate(&Ciphertext::from(*enc))
            .map(|mut secret| take(&mut secret.0))
            .map_err(|_| CryptoError::InvalidKey("X-Wing encapsulated key")) // CRYPTO.R5
    }
}

impl fmt::Debug for XWingSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XWingSecretKey").finish_non_exhaustive()
    }
}

/// A public key that has been checked.
#[derive(Clone, Eq, PartialEq)]
pub struct XWingPublicKey(Box<EncapsulationKey>);

impl XWingPublicKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if there are not 1216 bytes, [`CryptoError::InvalidKey`] if an ML-KEM coefficient
    /// is not below the modulus or the X25519 part is a point of small order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        const INVALID: CryptoError = CryptoError::InvalidKey("X-Wing public key");
        let bytes: &[u8; PUBLIC_KEY_LENGTH] = exactly("X-Wing public key", bytes)?;
        let key = EncapsulationKey::new_from_slice(bytes).map_err(|_| INVALID)?;
        let point = bytes.last_chunk::<32>().ok_or(INVALID)?;
        if !contributes(point) {
            return Err(INVALID);
        }
        Ok(Self(Box::new(key)))
    }

    /// The 1216 bytes.
    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY_LENGTH] {
        self.0.to_bytes().0
    }

    /// Draws a shared secret for the holder of this key; the first value is the encapsulated key to send.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn encapsulate(&self) -> Result<([u8; ENCAPSULATED_KEY_LENGTH], SharedSecret), CryptoError> {
        random::secret().map(|seed| self.encapsulate_with(&seed))
    }

    /// [`encapsulate`](Self::encapsulate) with given random bytes. For known-answer tests: a seed that is used twice is
    /// broken.
    pub fn encapsulate_with(
        &self,
        seed: &[u8; ENCAPSULATION_SEED_LENGTH],
    ) -> ([u8; ENCAPSULATED_KEY_LENGTH], SharedSecret) {
        let (enc, mut secret) = self.0.encapsulate_deterministic(seed.into());
        (enc.0, take(&mut secret.0))
    }
}

impl fmt::Debug for XWingPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XWingPublicKey").finish_non_exhaustive()
    }
}

/// Every u-coordinate of small order on the curve and its twist, in each encoding there is: 0, 1, two of order 8, -1, and 0
/// and 1 again above the modulus.
///
/// Source of fact: RFC 7748 §6.1 and <https://cr.yp.to/ecdh.html>, "validate".
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    low(1, 0x00, 0x00),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09,
        0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44,
        0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    low(0xec, 0xff, 0x7f),
    low(0xed, 0xff, 0x7f),
    low(0xee, 0xff, 0x7f),
];

/// Whether an X25519 agreement with `point` depends on the secret of either side.
///
/// Clamped scalars are multiples of the cofactor: they send the points of small order to zero, and no other. Looking one
/// up takes a thousandth of an agreement, and a group of 250 asks for each member.
fn contributes(point: &[u8; 32]) -> bool {
    let mut point = *point;
    let [.., last] = &mut point;
    // X25519 ignores the highest bit.
    *last &= 0x7f;
    !SMALL_ORDER.contains(&point)
}

const fn low(first: u8, rest: u8, last: u8) -> [u8; 32] {
    let mut bytes = [rest; 32];
    let [head, .., tail] = &mut bytes;
    *head = first;
    *tail = last;
    bytes
}

/// Moves a secret into a place that is wiped, and wipes where it was.
fn take(secret: &mut [u8; 32]) -> SharedSecret {
    let taken = Zeroizing::new(*secret);
    secret.zeroize();
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use x25519_dalek::{PublicKey, StaticSecret};

    fn agrees_on_zero(point: [u8; 32]) -> bool {
        !StaticSecret::from([0; 32]).diffie_hellman(&PublicKey::from(point)).was_contributory()
    }

    #[test] // CRYPTO.R5
    fn what_is_listed_agrees_on_zero_with_and_without_the_bit_that_is_ignored() {
        for mut point in SMALL_ORDER {
            assert!(agrees_on_zero(point) && !contributes(&point));
            point[31] |= 0x80;
            assert!(agrees_on_zero(point) && !contributes(&point));
        }
    }

    #[test]
    fn neighbours_of_what_is_listed_contribute() {
        for point in SMALL_ORDER {
            for step in [2, 7] {
                let near = std::array::from_fn(|at| if at == 0 { point[0].wrapping_add(step) } else { point[at] });
                assert_eq!(contributes(&near), !agrees_on_zero(near));
            }
        }
    }

    proptest! {
        #[test]
        fn the_list_says_what_an_agreement_says(point: [u8; 32]) {
            prop_assert_eq!(contributes(&point), !agrees_on_zero(point));
        }
    }
}
