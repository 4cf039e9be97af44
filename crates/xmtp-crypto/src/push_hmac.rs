//! Tags by which a push server drops what an inbox sent itself, without learning who sent what.
//!
//! Every group message carries an HMAC under a key that only the installations of the sender's inbox can derive. An
//! installation hands its keys of three epochs to its push server; a message whose tag verifies under one of them is
//! the inbox's own and rings no bell.
//!
//! Source of fact: observed on released clients: 42-byte keys, the salt, and the little-endian epoch of 30 days.
//!
//! ```
//! use xmtp_crypto::push_hmac::{PushEpoch, PushHmacRoot};
//! use xmtp_types::{GroupId, Timestamp};
//!
//! let root = PushHmacRoot::generate()?;
//! let group = GroupId::from([7; 16]);
//! let key = root.group_key(&group, PushEpoch::at(Timestamp::from_secs(1_790_000_000)))?;
//! key.verify(b"message", &key.tag(b"message"))?;
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```
use crate::{CryptoError, error::exactly, hash, random};
use std::fmt;
use xmtp_types::{GroupId, Timestamp};
use zeroize::Zeroizing;

/// Bytes of a root and of a key derived from it.
pub const KEY_LENGTH: usize = 42;

/// Bytes of a tag.
pub const TAG_LENGTH: usize = hash::DIGEST_LENGTH;

/// How long a derived key is used. Unit: seconds; 30 days.
pub const EPOCH_SECONDS: u64 = 2_592_000;

const SALT: &[u8] = b"libXMTP HKDF salt!";

/// The number of a period of 30 days, counted from the Unix epoch. It has nothing to do with a group's epoch.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PushEpoch(i64);

impl PushEpoch {
    /// The period with a given number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The period that `time` falls in.
    pub const fn at(time: Timestamp) -> Self {
        // A u64 of nanoseconds ends in period 7116, so the conversion keeps the value.
        Self((time.as_secs() / EPOCH_SECONDS).cast_signed())
    }

    /// The number of the period.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// This period with the one before and the one after: those whose keys a push server is given.
    pub const fn with_neighbours(self) -> [Self; 3] {
        [Self(self.0.saturating_sub(1)), self, Self(self.0.saturating_add(1))]
    }
}

/// The secret that the installations of an inbox share. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct PushHmacRoot(Zeroizing<[u8; KEY_LENGTH]>);

impl PushHmacRoot {
    /// A fresh root.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        random::secret().map(Self)
    }

    /// A root that was stored, or received from another installation.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if there are not 42 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        exactly("push HMAC root", bytes).map(|root| Self(Zeroizing::new(*root)))
    }

    /// The bytes, to be kept or sent where only installations of the inbox can read them.
    pub fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    /// The key for messages of one group in one period.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn group_key(&self, group: &GroupId, epoch: PushEpoch) -> Result<PushHmacKey, CryptoError> {
        let (root, group, epoch) = (self.0.as_slice(), group.as_bytes(), epoch.0.to_le_bytes());
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        hash::hkdf(SALT, &[root, group], &[group, &epoch], key.as_mut_slice())?; // CRYPTO.R10
        Ok(PushHmacKey(key))
    }
}

/// The key of one group and one period. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct PushHmacKey(Zeroizing<[u8; KEY_LENGTH]>);

impl PushHmacKey {
    /// The bytes, as a push server is given them.
    pub fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    /// The tag of a group message, over its TLS encoding.
    pub fn tag(&self, message: &[u8]) -> [u8; TAG_LENGTH] {
        hash::hmac_sha256(self.0.as_slice(), message)
    }

    /// Checks in constant time that `tag` is that of `message`.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSignature`] if it is not: the message is another inbox's, or of another period.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> Result<(), CryptoError> {
        hash::verify_hmac_sha256(self.0.as_slice(), message, tag)
    }
}

impl fmt::Debug for PushHmacRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushHmacRoot").finish_non_exhaustive()
    }
}

impl fmt::Debug for PushHmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushHmacKey").finish_non_exhaustive()
    }
}
