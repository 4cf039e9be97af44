//! Signatures that were found to hold before the MLS library asks about them.
//!
//! The library checks the leaves of a ratchet tree one after the other. They can be checked ahead, on all cores, and the
//! leaf that somebody has in two groups, from one key package, need not be checked in both. The rule is the one of
//! [`verify_plain`]; only what holds is remembered.
use crate::{CryptoError, SIGNATURE_LENGTH, hash, signature::verify_plain};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};
use xmtp_types::InstallationId;

/// Signatures that are remembered: the leaves of some thirty large groups, less than a megabyte.
const KEPT: usize = 8192;

type Digest = [u8; hash::DIGEST_LENGTH];

/// Signatures that hold, each with the digest of its key and its message. What is asked about is mostly a message, which is
/// not among them and, in a large group, long: it is found to be new without being hashed.
#[derive(Default)]
pub(crate) struct Verified(Mutex<BTreeMap<[u8; SIGNATURE_LENGTH], Digest>>);

impl Verified {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Checks a signature, unless that was done, and remembers it if it holds.
    pub(crate) fn check(
        &self,
        id: &InstallationId,
        message: &[u8],
        signature: &[u8; SIGNATURE_LENGTH],
    ) -> Result<(), CryptoError> {
        if self.holds(id, message, signature) {
            return Ok(());
        }
        verify_plain(id, message, signature)?;
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(*signature, digest(id, message));
        Ok(())
    }

    /// Whether a signature was found to hold.
    pub(crate) fn holds(&self, id: &InstallationId, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = <&[u8; SIGNATURE_LENGTH]>::try_from(signature) else { return false };
        let held = self.lock().get(signature).copied();
        held.is_some_and(|held| held == digest(id, message))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; SIGNATURE_LENGTH], Digest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key has a fixed length, so no two pairs give the same bytes.
fn digest(id: &InstallationId, message: &[u8]) -> Digest {
    hash::sha256_parts(&[id.as_bytes(), message])
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("kept", &self.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InstallationKey;

    #[test]
    fn what_holds_is_remembered_for_its_key_and_message_alone() {
        let (verified, key) = (Verified::new(), InstallationKey::from_seed(&[1; 32]));
        let signature = key.sign_plain(b"message");
        assert!(!verified.holds(&key.id(), b"message", &signature));
        assert_eq!(verified.check(&key.id(), b"message", &signature), Ok(()));
        assert!(verified.holds(&key.id(), b"message", &signature));
        let stranger = InstallationKey::from_seed(&[2; 32]).id();
        assert!(!verified.holds(&stranger, b"message", &signature));
        assert!(!verified.holds(&key.id(), b"messag", &signature));
        assert!(!verified.holds(&key.id(), b"message", &signature[..63]));
    }

    #[test]
    fn what_does_not_hold_is_refused_and_not_remembered() {
        let (verified, key) = (Verified::new(), InstallationKey::from_seed(&[1; 32]));
        let signature = key.sign_plain(b"message");
        assert_eq!(verified.check(&key.id(), b"another", &signature), Err(CryptoError::InvalidSignature));
        assert!(verified.lock().is_empty() && !verified.holds(&key.id(), b"another", &signature));
    }

    #[test]
    fn a_full_memory_begins_anew() {
        let (verified, key) = (Verified::new(), InstallationKey::from_seed(&[1; 32]));
        let numbers = 0..u64::try_from(KEPT).unwrap();
        let signature_of = |number: u64| {
            let mut signature = [0; SIGNATURE_LENGTH];
            signature[..8].copy_from_slice(&number.to_be_bytes());
            signature
        };
        verified.lock().extend(numbers.map(|number| (signature_of(number), [0; hash::DIGEST_LENGTH])));
        let signature = key.sign_plain(b"message");
        verified.check(&key.id(), b"message", &signature).unwrap();
        assert_eq!(verified.lock().len(), 1);
    }
}
