//! This installation: its key, its inbox, and how far its registration has come.
//!
//! The key is kept before the network hears of it, so that a crash in the middle of registration is finished with the
//! same key and never leaves an installation nobody holds.
use crate::EngineError;
use serde::{Deserialize, Serialize};
use xmtp_crypto::InstallationKey;
use xmtp_storage::{Namespace, StorageError, StoreRead, StoreTx};
use xmtp_types::{InboxId, InstallationId};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const RECORD: &[u8] = b"self";

/// One device or process that speaks for an inbox.
#[derive(Debug)]
pub struct Installation {
    key: InstallationKey,
    inbox: InboxId,
    registered: bool,
}

#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
struct Record {
    seed: [u8; 32],
    #[zeroize(skip)]
    inbox: [u8; 32],
    registered: bool,
}

impl Installation {
    /// An installation of `inbox` with this key, not registered yet.
    pub const fn new(inbox: InboxId, key: InstallationKey) -> Self {
        Self { key, inbox, registered: false }
    }

    /// Reads the installation a store belongs to; `None` if the store is new.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or its record is damaged.
    pub fn load(store: &mut dyn StoreRead) -> Result<Option<Self>, EngineError> {
        let Some(bytes) = store.value(Namespace::Installation, RECORD)? else {
            return Ok(None);
        };
        let record: Record =
            postcard::from_bytes(&bytes).map_err(|_| StorageError::Damaged("record of the installation"))?;
        Ok(Some(Self {
            key: InstallationKey::from_seed(&record.seed),
            inbox: InboxId::from_bytes(record.inbox),
            registered: record.registered,
        }))
    }

    /// Keeps the installation.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be written.
    pub fn save(&self, tx: &mut dyn StoreTx) -> Result<(), EngineError> {
        let record = Record { seed: *self.key.seed(), inbox: *self.inbox.as_bytes(), registered: self.registered };
        let bytes = Zeroizing::new(postcard::to_stdvec(&record).map_err(EngineError::encoding)?);
        Ok(tx.put_value(Namespace::Installation, RECORD, &bytes)?)
    }

    /// The same installation once the network has associated it with its inbox.
    #[must_use]
    pub(crate) fn as_registered(&self) -> Self {
        Self { key: self.key.clone(), inbox: self.inbox, registered: true }
    }

    /// Whether the network has associated this installation with its inbox.
    pub const fn is_registered(&self) -> bool {
        self.registered
    }

    /// The inbox this installation speaks for.
    pub const fn inbox(&self) -> InboxId {
        self.inbox
    }

    /// The id of this installation.
    pub fn id(&self) -> InstallationId {
        self.key.id()
    }

    /// The key that signs for this installation.
    pub const fn key(&self) -> &InstallationKey {
        &self.key
    }
}
