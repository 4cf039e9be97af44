//! Sealing one commit to many members.
//!
//! The MLS library seals to one key after the other. What does not depend on the text can be drawn before, on all cores,
//! and what a long info contributes is the same for all: without that, a member of 250 hashes the whole ratchet tree once
//! for each newcomer.
use crate::{
    CryptoError,
    hpke::{KemId, KeyScheduleContext, SharedSecret, dhkem},
};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Infos shorter than this are hashed each time: finding them again would take as long.
const LONG_INFO: usize = 1024;

type PublicKey = [u8; dhkem::KEY_LENGTH];
/// An encapsulated key and the secret in it.
type Encapsulated = ([u8; dhkem::KEY_LENGTH], SharedSecret);

/// What is ready for sealings to come.
#[derive(Default)]
pub(crate) struct Sealing {
    ahead: Mutex<BTreeMap<PublicKey, Encapsulated>>,
    /// The newest long info and what became of it.
    newest: Mutex<Option<(Arc<[u8]>, KeyScheduleContext)>>,
}

/// Shared secrets drawn ahead. Those that are not used are wiped when this is dropped.
#[must_use = "what was drawn is wiped when this is dropped"]
pub struct Ahead<'c>(&'c Sealing);

impl Sealing {
    pub(crate) const fn new() -> Self {
        Self { ahead: Mutex::new(BTreeMap::new()), newest: Mutex::new(None) }
    }

    /// Draws a shared secret for each of these keys. One that nothing can be sealed to is passed over: sealing will say so.
    pub(crate) fn encapsulate_ahead(&self, recipients: &[PublicKey]) -> Ahead<'_> {
        let draw = |key: &PublicKey| Some((*key, dhkem::encapsulate(key).ok()?));
        let drawn: Vec<_> = recipients.par_iter().filter_map(draw).collect();
        lock(&self.ahead).extend(drawn);
        Ahead(self)
    }

    /// A shared secret for the holder of `recipient`: the one drawn ahead, which is used once, or a new one.
    pub(crate) fn encapsulate(&self, recipient: &PublicKey) -> Result<Encapsulated, CryptoError> {
        let drawn = lock(&self.ahead).remove(recipient);
        drawn.map_or_else(|| dhkem::encapsulate(recipient), Ok)
    }

    /// What keys under `info` are bound to.
    pub(crate) fn bound_to(&self, info: &[u8]) -> KeyScheduleContext {
        if info.len() < LONG_INFO {
            return KeyScheduleContext::new(KemId::DHKEM_X25519, info);
        }
        let newest = lock(&self.newest).clone();
        if let Some((known, context)) = newest
            && *known == *info
        {
            return context;
        }
        let context = KeyScheduleContext::new(KemId::DHKEM_X25519, info);
        *lock(&self.newest) = Some((info.into(), context.clone()));
        context
    }
}

impl Drop for Ahead<'_> {
    fn drop(&mut self) {
        lock(&self.0.ahead).clear();
        *lock(&self.0.newest) = None;
    }
}

/// Nothing that could panic is done while one of these is locked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealing").finish_non_exhaustive()
    }
}

impl fmt::Debug for Ahead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hpke::SenderContext;

    fn recipient(seed: u8) -> dhkem::KeyPair {
        dhkem::derive_key_pair(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_secret_drawn_ahead_is_that_of_its_recipient_and_used_once() {
        let (sealing, bob) = (Sealing::new(), recipient(1));
        let _ahead = sealing.encapsulate_ahead(&[bob.public, recipient(2).public]);
        let drawn = lock(&sealing.ahead).get(&bob.public).cloned().unwrap();
        let (enc, secret) = sealing.encapsulate(&bob.public).unwrap();
        assert_eq!((enc, &secret), (drawn.0, &drawn.1));
        assert_eq!(dhkem::decapsulate(&enc, &bob.secret).unwrap(), secret);
        assert_ne!(sealing.encapsulate(&bob.public).unwrap().0, enc);
    }

    #[test]
    fn what_was_not_used_is_gone_with_the_guard() {
        let (sealing, bob) = (Sealing::new(), recipient(1));
        let ahead = sealing.encapsulate_ahead(&[bob.public]);
        assert_eq!(lock(&sealing.ahead).len(), 1);
        drop(ahead);
        assert!(lock(&sealing.ahead).is_empty());
    }

    #[test]
    fn a_key_that_nothing_can_be_sealed_to_is_refused_when_it_is_used() {
        let sealing = Sealing::new();
        let _ahead = sealing.encapsulate_ahead(&[[0; 32], recipient(1).public]);
        assert_eq!(lock(&sealing.ahead).len(), 1);
        assert_eq!(sealing.encapsulate(&[0; 32]).unwrap_err(), CryptoError::InvalidKey("X25519 public key"));
    }

    #[test]
    fn keys_are_bound_to_the_info_at_hand_and_not_to_the_one_before() {
        let (sealing, bob) = (Sealing::new(), recipient(1));
        let (one, other) = (vec![1; LONG_INFO], vec![2; LONG_INFO]);
        let (_, secret) = sealing.encapsulate(&bob.public).unwrap();
        for info in [&one, &one, &other, &one, &vec![1; LONG_INFO + 1], &vec![1; 3]] {
            let exported = |sender: SenderContext| sender.export(b"", 32).unwrap();
            let plain = SenderContext::new(KemId::DHKEM_X25519, &secret, info).unwrap();
            let bound = SenderContext::bound(&secret, &sealing.bound_to(info)).unwrap();
            assert_eq!(exported(bound), exported(plain));
        }
    }
}
