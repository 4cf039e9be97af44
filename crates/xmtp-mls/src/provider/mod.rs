//! The MLS library's view of storage, cryptography and randomness: the only files that implement its traits.
//!
//! The library writes its state eagerly: the whole message-secrets blob of a group on every message sent or read. All
//! writes therefore go to an [`Overlay`] in memory, and from there to the store once per transaction, each key once.
//! An overlay can also undo what one job wrote, so that a refused envelope leaves no trace among its neighbours. Of message
//! secrets, which are large, only those are written that a step can change, or none until its transaction ends: see
//! [`Secrets`].
//!
//! ```text
//! openmls ── Provider ── KvStorage ── Overlay ── flush, once per transaction ──▶ StoreTx (Namespace::Mls)
//!                            └────────── reads that the overlay cannot answer ──▶ SharedKv
//! ```

mod codec;
mod keys;
mod kv_storage;
mod overlay;
mod secrets;
mod shared_kv;

use xmtp_crypto::MlsCrypto;

pub(crate) use codec::ProviderError;
pub(crate) use keys::Label;
pub(crate) use kv_storage::KvStorage;
pub(crate) use overlay::Overlay;
pub(crate) use secrets::Secrets;
pub(crate) use shared_kv::{SharedKv, Single};

/// What the MLS library is given for one step: cryptography, randomness, and storage over an [`Overlay`].
#[derive(Debug)]
pub(crate) struct Provider<'t> {
    crypto: &'t MlsCrypto,
    storage: KvStorage<'t>,
}

impl<'t> Provider<'t> {
    /// A provider that reads through `overlay` to `kv` and writes to `overlay` alone.
    ///
    /// `kv` is what a `RefCell` around the open transaction coerces to: `&RefCell<&mut dyn StoreTx>`.
    pub(crate) const fn new(
        crypto: &'t MlsCrypto,
        overlay: &'t std::cell::RefCell<Overlay>,
        kv: &'t dyn SharedKv,
    ) -> Self {
        Self { crypto, storage: KvStorage::new(overlay, kv) }
    }

    /// The same provider, through which of message secrets only these are written.
    pub(crate) const fn writing(&self, secrets: Secrets) -> Self {
        Self { crypto: self.crypto, storage: self.storage.writing(secrets) }
    }

    /// The transaction behind the overlay, for values that are not the MLS library's.
    pub(crate) const fn kv(&self) -> &'t dyn SharedKv {
        self.storage.kv()
    }
}

impl<'t> openmls_traits::OpenMlsProvider for Provider<'t> {
    type CryptoProvider = MlsCrypto;
    type RandProvider = MlsCrypto;
    type StorageProvider = KvStorage<'t>;

    fn storage(&self) -> &Self::StorageProvider {
        &self.storage
    }

    fn crypto(&self) -> &Self::CryptoProvider {
        self.crypto
    }

    fn rand(&self) -> &Self::RandProvider {
        self.crypto
    }
}

#[cfg(test)]
mod tests;
