//! Opaque values in memory.
use super::session::{Holds, Session, Writing};
use crate::{KvReads, KvWrites, Namespace, StorageError};
use zeroize::Zeroizing;

impl<T: Holds> KvReads for Session<T> {
    fn value(&mut self, namespace: Namespace, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        Ok(self.0.tables().kv.get(&(namespace, key.to_vec())).cloned())
    }

    fn values(
        &mut self,
        namespace: Namespace,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError> {
        let from = (namespace, prefix.to_vec());
        let rows = self.0.tables().kv.range(from..);
        let rows = rows.take_while(|((found, key), _)| *found == namespace && key.starts_with(prefix));
        Ok(rows.map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }
}

impl KvWrites for Session<Writing<'_>> {
    fn put_value(&mut self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError> {
        let value = Zeroizing::new(value.to_vec());
        self.0.set(|tables| &mut tables.kv, (namespace, key.to_vec()), Some(value));
        Ok(())
    }

    fn delete_value(&mut self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.kv, (namespace, key.to_vec()), None);
        Ok(())
    }
}
