//! Welcomes that are opened before their turn, many at a time, on all cores.
//!
//! Opening one takes half a dozen agreements and signatures, and nothing of this installation but a key package. Nothing
//! is decided here: what does not open is opened again in its turn, and refused there. What opens waits for its turn,
//! also while something must be fetched for it.
use super::{offer::Offer, open, validate};
use crate::{
    EngineError, Session, key_package,
    ports::Missing,
    provider::{Provider, Single},
};
use openmls_traits::OpenMlsProvider as _;
use rayon::prelude::*;
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap, VecDeque, hash_map::Entry},
    fmt,
};
use xmtp_crypto::{MlsCrypto, welcome_wrap::WelcomeSecretKey};
use xmtp_types::{Cursor, Delivered, InstallationId, Payload, TopicKind, WrapperAlgorithm};

/// Welcomes opened ahead at most.
const WELCOMES: usize = 64;
/// Bytes of them at most, as they are sent. Opened, a welcome to a large group takes some ten times as much.
const BYTES: usize = 1 << 20;

/// Welcomes that wait for their turn.
#[derive(Default)]
pub(crate) struct Ahead {
    waiting: VecDeque<(Payload, Offer)>,
    /// How far it was tried: what is not waiting of these does not open, or only with something that must be fetched.
    tried: Cursor,
}

/// What opens the welcomes to one key package.
struct Opener {
    secret: WelcomeSecretKey,
    key_package: Single,
}

impl Ahead {
    /// What a welcome offers, if it was opened.
    pub(super) fn take(&mut self, payload: &Payload) -> Option<Offer> {
        let at = self.waiting.iter().position(|(opened, _)| opened == payload)?;
        self.waiting.remove(at).map(|(_, offer)| offer)
    }

    /// Keeps what a welcome offers until its turn comes again.
    pub(super) fn keep(&mut self, payload: Payload, offer: Offer) {
        self.waiting.push_front((payload, offer));
    }
}

impl Session<'_> {
    /// Opens the welcomes at the beginning of `batch`, unless that was tried before.
    ///
    /// # Errors
    /// [`EngineError::Storage`].
    pub(crate) fn open_ahead(&mut self, batch: &[Delivered]) -> Result<(), EngineError> {
        if batch.first().is_none_or(|first| self.ahead.tried.covers(first.originator, first.sequence_id)) {
            return Ok(());
        }
        self.ahead.waiting.clear();
        let due = due(batch);
        due.iter().for_each(|welcome| self.ahead.tried.advance(welcome.originator, welcome.sequence_id));
        if due.len() < 2 {
            return Ok(());
        }
        let mut openers = HashMap::new();
        for key in due.iter().filter_map(|welcome| sealed_to(&welcome.payload)) {
            if let Entry::Vacant(unknown) = openers.entry(key) {
                unknown.insert(self.opener(key.0, key.1)?);
            }
        }
        let (crypto, own) = (self.provider.crypto(), self.own.id());
        let opened = due.par_iter().filter_map(|welcome| {
            let opener = openers.get(&sealed_to(&welcome.payload)?)?.as_ref()?;
            Some((welcome.payload.clone(), opener.open(crypto, &own, &welcome.payload)?))
        });
        self.ahead.waiting = opened.collect::<Vec<_>>().into();
        Ok(())
    }

    /// What the welcomes that wait will need of others.
    ///
    /// # Errors
    /// [`EngineError::Storage`].
    pub(crate) fn needed_soon(&self) -> Result<BTreeSet<Missing>, EngineError> {
        let mut needed = BTreeSet::new();
        for (_, offer) in &self.ahead.waiting {
            match validate::ask_for_members(self, offer.staged.group_context().extensions()) {
                Err(EngineError::Missing(missing)) => needed.extend(missing),
                asked => asked?,
            }
        }
        Ok(needed)
    }

    /// What opens welcomes to this key, if it is here and in order.
    fn opener(&self, algorithm: WrapperAlgorithm, key: &[u8]) -> Result<Option<Opener>, EngineError> {
        let found = key_package::private_key_for(&self.provider, algorithm, key)
            .and_then(|secret| Ok(secret.zip(key_package::kept_for(&self.provider, key)?)));
        match found {
            Ok(found) => Ok(found.map(|(secret, key_package)| Opener { secret, key_package })),
            Err(error @ EngineError::Storage(_)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

impl Opener {
    fn open(&self, crypto: &MlsCrypto, own: &InstallationId, payload: &Payload) -> Option<Offer> {
        let opened = open::open_with(&self.secret, payload).ok()?;
        // The key package is of last resort: the library writes nothing when it opens a welcome to it.
        let overlay = RefCell::default();
        Offer::read(&Provider::new(crypto, &overlay, &self.key_package), own, &opened).ok()
    }
}

/// The welcomes at the beginning of `batch` that are opened together.
fn due(batch: &[Delivered]) -> &[Delivered] {
    let mut bytes = 0;
    let fits = |welcome: &&Delivered| {
        if let Payload::Welcome { data, .. } = &welcome.payload {
            bytes += data.len();
        }
        welcome.topic.kind() == TopicKind::Welcome && bytes <= BYTES
    };
    let count = batch.iter().take(WELCOMES).take_while(fits).count();
    batch.get(..count).unwrap_or_default()
}

/// The key that a welcome says it is sealed to; `None` if it is a pointer to one.
fn sealed_to(payload: &Payload) -> Option<(WrapperAlgorithm, &[u8])> {
    match payload {
        Payload::Welcome { hpke_public_key, algorithm, .. } => Some((*algorithm, hpke_public_key)),
        _ => None,
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
