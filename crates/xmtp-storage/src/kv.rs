//! Opaque values by key: the state of the MLS library and the installation's own secrets.
use crate::StorageError;
use zeroize::Zeroizing;

/// Which values a key is among.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Namespace {
    /// State of the MLS library.
    Mls = 1,
    /// This installation: its keys and inbox.
    Installation = 2,
    /// Key packages of this installation and their private keys.
    KeyPackages = 3,
    /// Verified inbox states.
    InboxStates = 4,
    /// Settings and state of the layers above.
    Application = 5,
}

/// Reading values.
pub trait KvReads {
    /// The value of `key`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn value(&mut self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError>;

    /// Every key and value of a namespace whose key starts with `prefix`, in key order.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    #[expect(clippy::type_complexity, reason = "a pair of byte strings has no better name")]
    fn values(
        &mut self,
        namespace: Namespace,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError>;
}

/// Writing values.
pub trait KvWrites {
    /// Sets `key` to `value`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_value(&mut self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError>;

    /// Forgets `key`; no effect if it is not there.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn delete_value(&mut self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError>;
}
