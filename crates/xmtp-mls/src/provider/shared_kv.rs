//! A transaction's values behind a shared reference: what the MLS library's `&self` methods need.
use std::{cell::RefCell, fmt};
use xmtp_storage::{KvReads, KvWrites, Namespace, StorageError};
use zeroize::Zeroizing;

/// Values of an open transaction, readable and writable through `&self`.
///
/// `&RefCell<&mut dyn StoreTx>` coerces to `&dyn SharedKv`; the cell is borrowed for the length of one call only.
pub(crate) trait SharedKv {
    /// The value of `key`.
    fn value(&self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError>;

    /// Every key and value of a namespace whose key starts with `prefix`, in key order.
    #[expect(clippy::type_complexity, reason = "the type of the store's own method")]
    fn values(&self, namespace: Namespace, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError>;

    /// Sets `key` to `value`.
    fn put_value(&self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError>;

    /// Forgets `key`.
    fn delete_value(&self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError>;
}

impl<T: KvReads + KvWrites + ?Sized> SharedKv for RefCell<&mut T> {
    fn value(&self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        self.borrow_mut().value(namespace, key)
    }

    fn values(&self, namespace: Namespace, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError> {
        self.borrow_mut().values(namespace, prefix)
    }

    fn put_value(&self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError> {
        self.borrow_mut().put_value(namespace, key, value)
    }

    fn delete_value(&self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError> {
        self.borrow_mut().delete_value(namespace, key)
    }
}

/// One value out of a store, for a step that reads no other. Cores can share it. What is written to it is let go.
pub(crate) struct Single {
    pub(super) key: Vec<u8>,
    pub(super) value: Zeroizing<Vec<u8>>,
}

impl SharedKv for Single {
    fn value(&self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        Ok((namespace == Namespace::Mls && key == self.key).then(|| self.value.clone()))
    }

    fn values(&self, namespace: Namespace, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError> {
        let is_among = namespace == Namespace::Mls && self.key.starts_with(prefix);
        Ok(is_among.then(|| (self.key.clone(), self.value.clone())).into_iter().collect())
    }

    fn put_value(&self, _: Namespace, _: &[u8], _: &[u8]) -> Result<(), StorageError> {
        Ok(())
    }

    fn delete_value(&self, _: Namespace, _: &[u8]) -> Result<(), StorageError> {
        Ok(())
    }
}

impl fmt::Debug for dyn SharedKv + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKv")
    }
}
