//! The store itself, its readers and its one writer.
use super::tables::{Change, Counter, Direction, Table, Tables};
use crate::{Durability, StorageError, Store, StoreRead, StoreTx};
use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A store that lives as long as the process.
///
/// ```
/// use xmtp_storage::{Durability, MemoryStore, Namespace, Store};
///
/// let store = MemoryStore::new();
/// let mut tx = store.begin(Durability::Full)?;
/// tx.put_value(Namespace::Application, b"greeting", b"hello")?;
/// assert!(store.read()?.value(Namespace::Application, b"greeting")?.is_none());
/// tx.commit()?;
/// assert!(store.read()?.value(Namespace::Application, b"greeting")?.is_some());
/// # Ok::<(), xmtp_storage::StorageError>(())
/// ```
#[derive(Default)]
pub struct MemoryStore {
    working: Mutex<Tables>,
    committed: Mutex<Tables>,
}

/// A reader or a writer; the traits are implemented on it, once for both where both have them.
pub(super) struct Session<T>(pub(super) T);

/// Where a session finds its tables.
pub(super) trait Holds {
    fn tables(&self) -> &Tables;
}

/// What the writer holds: its tables, and a note of each change since it began.
pub(super) struct Writing<'s> {
    working: MutexGuard<'s, Tables>,
    committed: &'s Mutex<Tables>,
    changes: Vec<Change>,
    savepoints: Vec<usize>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for MemoryStore {
    fn begin(&self, _: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError> {
        let working = lock(&self.working);
        Ok(Box::new(Session(Writing {
            working,
            committed: &self.committed,
            changes: Vec::new(),
            savepoints: Vec::new(),
        })))
    }

    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError> {
        Ok(Box::new(Session(lock(&self.committed).clone())))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

/// A panicking writer took its changes back while it unwound, so the tables are whole.
fn lock(tables: &Mutex<Tables>) -> MutexGuard<'_, Tables> {
    tables.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Holds for Tables {
    fn tables(&self) -> &Tables {
        self
    }
}

impl Holds for Writing<'_> {
    fn tables(&self) -> &Tables {
        &self.working
    }
}

impl Writing<'_> {
    /// Sets or removes the row of `key`.
    pub(super) fn set<K, V>(&mut self, table: fn(&mut Tables) -> &mut Table<K, V>, key: K, row: Option<V>)
    where
        K: Ord + Clone + Send + 'static,
        V: Send + Sync + 'static,
    {
        let change = self.working.change(table, key, row);
        self.changes.push(change);
    }

    /// The next number of `counter`; the first is 1.
    pub(super) fn count(&mut self, counter: Counter) -> u64 {
        let next = self.working.counters.get(&counter).map_or(1, |last| last.saturating_add(1));
        self.set(|tables| &mut tables.counters, counter, Some(next));
        next
    }

    fn undo_after(&mut self, kept: usize) {
        for change in self.changes.drain(kept..).rev() {
            change(&mut self.working, Direction::Undo);
        }
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        // STORE.R1
        self.undo_after(0);
    }
}

impl<T: Holds> StoreRead for Session<T> {}

impl StoreTx for Session<Writing<'_>> {
    fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        let mut committed = lock(self.0.committed);
        for change in self.0.changes.drain(..) {
            change(&mut committed, Direction::Redo);
        }
        Ok(())
    }

    fn savepoint(&mut self) -> Result<(), StorageError> {
        self.0.savepoints.push(self.0.changes.len());
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), StorageError> {
        let kept = *self.0.savepoints.last().ok_or_else(no_savepoint)?;
        self.0.undo_after(kept);
        Ok(())
    }

    fn release_savepoint(&mut self) -> Result<(), StorageError> {
        self.0.savepoints.pop().map(drop).ok_or_else(no_savepoint)
    }
}

fn no_savepoint() -> StorageError {
    StorageError::Database("there is no savepoint".to_owned())
}
