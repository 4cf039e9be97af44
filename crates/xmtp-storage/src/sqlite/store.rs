//! The store itself: how it is opened.
use super::{
    check::check,
    connection::{Pool, Writer, lock},
    create::{create, create_folder},
    failure::of_statement,
    files::{Files, Form, Lock},
    inspect::inspect,
    key::{Cipher, DatabaseKey},
    migrations,
    session::{Reading, Session, Writing, resting},
};
use crate::{Durability, StorageError, Store, StoreRead, StoreTx};
use diesel::{RunQueryDsl, SqliteConnection, dsl::sql, select, sql_types::BigInt};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

/// A store in one file, encrypted if it has a key.
///
/// Points in time after the year 2262 are kept as the last one that fits 63 bits.
///
/// ```
/// use xmtp_storage::{DatabaseKey, Durability, Namespace, SqliteStore, Store, StorageError};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = &folder.path().join("alice.db3");
///
/// let key = DatabaseKey::from_bytes([7; 32]); // random in earnest
/// let store = SqliteStore::open(path, Some(&key))?;
/// let mut tx = store.begin(Durability::Full)?;
/// tx.put_value(Namespace::Application, b"greeting", b"hello")?;
/// tx.commit()?;
/// drop(store);
///
/// let wrong = SqliteStore::open(path, Some(&DatabaseKey::from_bytes([8; 32])));
/// assert!(matches!(wrong, Err(StorageError::WrongKey { .. })));
/// let store = SqliteStore::open(path, Some(&key))?;
/// assert!(store.read()?.value(Namespace::Application, b"greeting")?.is_some());
/// # Ok::<(), StorageError>(())
/// ```
pub struct SqliteStore {
    // Dropped in this order: the last connection folds the WAL back, then others may come in.
    readers: Pool,
    /// `None` while the store rests.
    writer: Mutex<Option<Writer>>,
    /// The id of the next intent when the store went to rest: whoever has waited since may still ask for those before it.
    next_intent: Mutex<Option<i64>>,
    cipher: Option<Cipher>,
    path: PathBuf,
    _lock: Lock,
}

impl SqliteStore {
    /// Opens the database at `path`, or makes one if there is none. Without a key it is not encrypted.
    ///
    /// # Errors
    /// [`StorageError`] if the file is in use, not ours, too new, damaged or does not open with this key; then it is
    /// as it was. An existing database is never replaced.
    pub fn open(path: &Path, key: Option<&DatabaseKey>) -> Result<Self, StorageError> {
        let files = Files::locate(path)?;
        if files.form()? == Form::Foreign {
            return Err(StorageError::ForeignFile { path: files.main });
        }
        create_folder(&files.main)?;
        let lock = files.lock()?;
        let cipher = match files.form()? {
            Form::Missing => create(&files, key)?,
            form => inspect(&files, form, key)?,
        };
        let writer = Writer::open(&files.main, cipher.as_ref()).and_then(|mut writer| {
            migrations::apply(&mut writer.connection, &files.main)?;
            Ok(writer)
        });
        let writer = writer.map_err(|error| files.explain(error))?;
        let readers = Pool::new(files.main.clone(), cipher.clone());
        let (writer, next_intent) = (Mutex::new(Some(writer)), Mutex::new(None));
        Ok(Self { readers, writer, next_intent, cipher, path: files.main, _lock: lock })
    }

    /// The connection that writes, opened again if the store has rested.
    fn awake(&self) -> Result<MutexGuard<'_, Option<Writer>>, StorageError> {
        let mut writer = lock(&self.writer);
        if writer.is_none() {
            let mut opened = Writer::open(&self.path, self.cipher.as_ref())?;
            opened.next_intent = *lock(&self.next_intent);
            *writer = Some(opened);
        }
        Ok(writer)
    }

    /// The database file, without symbolic links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many rows were inserted, changed or deleted since it was opened (`sqlite3_total_changes`). Waits for the open
    /// write transaction to end.
    ///
    /// # Errors
    /// [`StorageError`] if the database cannot be asked.
    pub fn rows_written(&self) -> Result<u64, StorageError> {
        let count = select(sql::<BigInt>("total_changes()")).get_result::<i64>(connection_of(&mut *self.awake()?)?);
        Ok(u64::try_from(count.map_err(of_statement)?).unwrap_or(0))
    }

    #[cfg(any(fuzzing, test))]
    pub(super) fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        lock(&self.writer)
    }

    #[cfg(test)]
    pub(super) const fn readers(&self) -> &Pool {
        &self.readers
    }
}

impl Store for SqliteStore {
    fn begin(&self, durability: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError> {
        Ok(Box::new(Session(Writing::begin(self.awake()?, durability)?)))
    }

    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError> {
        Ok(Box::new(Session(Reading::begin(&self.readers)?)))
    }

    fn tidy(&self) -> Result<(), StorageError> {
        let is_time = self.writer.try_lock().is_ok_and(|mut writer| writer.as_mut().is_some_and(Writer::should_fold));
        if is_time { self.readers.fold() } else { Ok(()) }
    }

    fn check(&self) -> Result<Vec<String>, StorageError> {
        check(connection_of(&mut *self.awake()?)?, self.cipher.is_some())
    }

    fn rest(&self) {
        self.readers.rest();
        if let Ok(mut writer) = self.writer.try_lock()
            && let Some(writer) = writer.take()
        {
            *lock(&self.next_intent) = writer.next_intent;
        }
    }
}

/// The connection of a writer that is awake.
pub(super) fn connection_of(writer: &mut Option<Writer>) -> Result<&mut SqliteConnection, StorageError> {
    writer.as_mut().map(|writer| &mut writer.connection).ok_or_else(resting)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}
