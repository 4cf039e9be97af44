//! DHKEM(X25519, HKDF-SHA256), the KEM of MLS ciphersuite 0x0003.
//!
//! MLS members derive the keys of their tree with [`derive_key_pair`] and compare the public halves, so it follows the
//! RFC to the bit.
//!
//! Source of fact: RFC 9180 §4.1, §7.1.3 and §7.1.4.
use super::schedule::{KemId, SharedSecret, SuiteId};
use crate::{CryptoError, random};
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// Bytes of a public key, a private key and an encapsulated key.
pub const KEY_LENGTH: usize = 32;

const SUITE: SuiteId = SuiteId::kem(KemId::DHKEM_X25519);

/// A private key and its public key.
#[derive(Clone)]
pub struct KeyPair {
    /// The private key, as RFC 7748 encodes it, not clamped.
    pub secret: Zeroizing<[u8; KEY_LENGTH]>,
    /// The public key.
    pub public: [u8; KEY_LENGTH],
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").finish_non_exhaustive()
    }
}

/// `DeriveKeyPair`: the key pair that belongs to input key material, which should have at least 32 secret bytes.
///
/// # Errors
/// None that input can cause.
pub fn derive_key_pair(ikm: &[u8]) -> Result<KeyPair, CryptoError> {
    let prk = SUITE.extract(b"", b"dkp_prk", ikm);
    let mut secret = Zeroizing::new([0; KEY_LENGTH]);
    SUITE.expand(&prk, b"sk", [b"", b""], secret.as_mut_slice())?;
    let public = public_key(&secret);
    Ok(KeyPair { secret, public })
}

/// The public key of a private key.
pub fn public_key(secret: &[u8; KEY_LENGTH]) -> [u8; KEY_LENGTH] {
    PublicKey::from(&StaticSecret::from(*secret)).to_bytes()
}

/// Draws a shared secret for the holder of `recipient`; the first value is the encapsulated key to send.
///
/// # Errors
/// [`CryptoError::InvalidKey`] if `recipient` is a point of small order, [`CryptoError::NoRandomness`].
pub fn encapsulate(recipient: &[u8; KEY_LENGTH]) -> Result<([u8; KEY_LENGTH], SharedSecret), CryptoError> {
    let ephemeral = random::secret()?;
    encapsulate_with(recipient, &ephemeral)
}

/// [`encapsulate`] with a given ephemeral private key. For known-answer tests: a key that is used twice is broken.
///
/// # Errors
/// [`CryptoError::InvalidKey`] if `recipient` is a point of small order.
pub fn encapsulate_with(
    recipient: &[u8; KEY_LENGTH],
    ephemeral: &[u8; KEY_LENGTH],
) -> Result<([u8; KEY_LENGTH], SharedSecret), CryptoError> {
    let ephemeral = StaticSecret::from(*ephemeral);
    let enc = PublicKey::from(&ephemeral).to_bytes();
    let secret = agree(&ephemeral, recipient, [&enc, recipient])?;
    Ok((enc, secret))
}

/// Recovers the shared secret behind an encapsulated key.
///
/// # Errors
/// [`CryptoError::InvalidKey`] if `enc` is a point of small order.
pub fn decapsulate(enc: &[u8; KEY_LENGTH], secret: &[u8; KEY_LENGTH]) -> Result<SharedSecret, CryptoError> {
    agree(&StaticSecret::from(*secret), enc, [enc, &public_key(secret)])
}

/// The Diffie-Hellman value of both keys, bound to the exchange.
fn agree(
    ours: &StaticSecret,
    theirs: &[u8; KEY_LENGTH],
    kem_context: [&[u8; KEY_LENGTH]; 2],
) -> Result<SharedSecret, CryptoError> {
    let dh = ours.diffie_hellman(&PublicKey::from(*theirs));
    if !dh.was_contributory() {
        return Err(CryptoError::InvalidKey("X25519 public key")); // CRYPTO.R4
    }
    let prk = SUITE.extract(b"", b"eae_prk", dh.as_bytes());
    let mut secret = Zeroizing::new([0; KEY_LENGTH]);
    let [enc, recipient] = kem_context;
    SUITE.expand(&prk, b"shared_secret", [enc, recipient], secret.as_mut_slice())?;
    Ok(secret)
}
