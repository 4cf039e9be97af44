//! Signatures that were found to hold before the MLS library asks about them.
//!
//! The library checks the leaves of a ratchet tree one after the other. They can be checked ahead, on all cores, and the
//! leaf that somebody has in two groups, from one key package, need not be checked in both. The rule is the one of
//! [`verify_plain`]; only what holds is remembered.
use crate::{CryptoError, SIGNATURE_LENGTH, hash, signature::verify_plain};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};
use xmtp_types::InstallationId;

/// Signatures that are remembered: the leaves of some thirty large groups, a quarter of a megabyte.
const KEPT: usize = 8192;

type Digest = [u8; hash::DIGEST_LENGTH];

/// Digests of signatures that hold, each with its key and its message.
#[derive(Default)]
pub(crate) struct Verified(Mutex<BTreeSet<Digest>>);

impl Verified {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeSet::new()))
    }

    /// Checks a signature, unless that was done, and remembers it if it holds.
    pub(crate) fn check(
        &self,
        id: &InstallationId,
        message: &[u8],
        signature: &[u8; SIGNATURE_LENGTH],
    ) -> Result<(), CryptoError> {
        let digest = digest(id, message, signature);
        if self.lock().contains(&digest) {
            return Ok(());
        }
        verify_plain(id, message, signature)?;
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(digest);
        Ok(())
    }

    /// Whether a signature was found to hold.
    pub(crate) fn holds(&self, id: &InstallationId, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = signature.try_into() else { return false };
        !self.lock().is_empty() && self.lock().contains(&digest(id, message, signature))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Digest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Key and signature have fixed lengths, so no two triples give the same bytes.
fn digest(id: &InstallationId, message: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> Digest {
    hash::sha256_parts(&[id.as_bytes(), signature, message])
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
        verified.lock().extend(numbers.map(|number| hash::sha256(&number.to_be_bytes())));
        let signature = key.sign_plain(b"message");
        verified.check(&key.id(), b"message", &signature).unwrap();
        assert_eq!(verified.lock().len(), 1);
    }
}
