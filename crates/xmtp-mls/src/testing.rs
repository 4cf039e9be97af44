//! What the tests of this crate share.
use crate::{
    credential::credential_with_key,
    provider::{Overlay, Provider},
};
use openmls::prelude::CredentialWithKey;
use std::{cell::RefCell, collections::BTreeMap};
use xmtp_crypto::{InstallationKey, MlsCrypto};
use xmtp_storage::{KvReads, KvWrites, Namespace, StorageError};
use xmtp_types::{InboxId, Timestamp};
use zeroize::Zeroizing;

/// Values in memory that count how often each is written.
#[derive(Debug, Default)]
pub(crate) struct CountingKv {
    pub(crate) values: BTreeMap<(Namespace, Vec<u8>), Vec<u8>>,
    pub(crate) writes: BTreeMap<(Namespace, Vec<u8>), u32>,
}

impl KvReads for CountingKv {
    fn value(&mut self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        Ok(self.values.get(&(namespace, key.to_vec())).cloned().map(Zeroizing::new))
    }

    fn values(
        &mut self,
        namespace: Namespace,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError> {
        let found = self.values.iter().filter(|((space, key), _)| *space == namespace && key.starts_with(prefix));
        Ok(found.map(|((_, key), value)| (key.clone(), Zeroizing::new(value.clone()))).collect())
    }
}

impl KvWrites for CountingKv {
    fn put_value(&mut self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError> {
        *self.writes.entry((namespace, key.to_vec())).or_default() += 1;
        self.values.insert((namespace, key.to_vec()), value.to_vec());
        Ok(())
    }

    fn delete_value(&mut self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError> {
        *self.writes.entry((namespace, key.to_vec())).or_default() += 1;
        self.values.remove(&(namespace, key.to_vec()));
        Ok(())
    }
}

/// One installation with a store of its own.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) key: InstallationKey,
    pub(crate) inbox: InboxId,
    pub(crate) overlay: RefCell<Overlay>,
    pub(crate) kv: CountingKv,
}

impl Installation {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            key: InstallationKey::from_seed(&[seed; 32]),
            inbox: InboxId::from_bytes([seed; 32]),
            overlay: RefCell::default(),
            kv: CountingKv::default(),
        }
    }

    pub(crate) fn credential(&self) -> CredentialWithKey {
        credential_with_key(&self.inbox, &self.key)
    }

    /// Runs `job` over the overlay without flushing it.
    pub(crate) fn job<T>(&mut self, job: impl FnOnce(&Provider<'_>, &InstallationKey) -> T) -> T {
        let kv = RefCell::new(&mut self.kv);
        job(&Provider::new(&MlsCrypto::new(), &self.overlay, &kv), &self.key)
    }

    /// Runs `job` and flushes the overlay, as one transaction does.
    pub(crate) fn transaction<T>(&mut self, job: impl FnOnce(&Provider<'_>, &InstallationKey) -> T) -> T {
        let result = self.job(job);
        self.overlay.get_mut().flush(&mut self.kv).unwrap();
        result
    }
}

/// The machine's time: the MLS library compares lifetimes with it.
#[expect(clippy::disallowed_methods, reason = "the MLS library reads this clock when it checks lifetimes")]
pub(crate) fn now() -> Timestamp {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_nanos(u64::try_from(passed.as_nanos()).unwrap())
}
