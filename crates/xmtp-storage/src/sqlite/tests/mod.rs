//! What the store on disk does beyond the suite.

mod concurrent;
mod crash;
mod damaged;
mod open;
mod queue;
mod room;

use super::{DatabaseKey, SqliteStore};
use crate::{Durability, Namespace::Application, StorageError, Store};
use std::{
    collections::BTreeMap,
    fs,
    ops::Deref,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A store in a folder that is deleted with it.
struct Temporary {
    store: SqliteStore,
    folder: TempDir,
}

impl Temporary {
    fn new(key: Option<&DatabaseKey>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("store.db3"), key).unwrap();
        Self { store, folder }
    }

    /// Closes the store and keeps its folder.
    fn close(self) -> (TempDir, PathBuf) {
        let path = self.store.path().to_owned();
        (self.folder, path)
    }
}

impl Deref for Temporary {
    type Target = SqliteStore;

    fn deref(&self) -> &SqliteStore {
        &self.store
    }
}

fn key(byte: u8) -> DatabaseKey {
    DatabaseKey::from_bytes([byte; 32])
}

fn put(store: &SqliteStore, name: &[u8], value: &[u8]) -> Result<(), StorageError> {
    let mut tx = store.begin(Durability::Full)?;
    tx.put_value(Application, name, value)?;
    tx.commit()
}

fn get(store: &SqliteStore, name: &[u8]) -> Option<Vec<u8>> {
    store.read().unwrap().value(Application, name).unwrap().map(|value| value.to_vec())
}

/// Every file of a folder and what is in it, lock files aside.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension() != Some("lock".as_ref()));
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

// The suite: STORE.R1, STORE.R2, STORE.R10, STORE.R11.
mod encrypted {
    use super::*;

    crate::store_conformance!(Temporary::new(Some(&key(7))));
}

mod plain {
    use super::*;

    crate::store_conformance!(Temporary::new(None));
}
