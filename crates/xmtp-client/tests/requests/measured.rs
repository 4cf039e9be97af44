//! A database that counts: transactions by how durable they are, readers, rows and pages written.
use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;
use xmtp_client::{DatabaseKey, StorageError};
use xmtp_storage::{Durability, SqliteStore, Store, StoreRead, StoreTx};

/// What SQLite puts in front of its write-ahead log, and of each page in it (sqlite.org/fileformat2.html, section 4).
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;
const PAGE: u64 = 2048;
/// SQLite begins its log anew after about so many pages, and then they can no longer be counted by its length.
const LOGGED_PAGES: u64 = 2000;

/// An encrypted database in a folder of its own, that counts.
#[derive(Debug)]
pub(crate) struct Measured {
    store: SqliteStore,
    durable: AtomicU64,
    relaxed: AtomicU64,
    readers: AtomicU64,
    _folder: TempDir,
}

/// What went to a database.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counts {
    /// Write transactions that are on the disk when they return.
    pub(crate) durable: u64,
    /// Write transactions that a power cut may undo.
    pub(crate) relaxed: u64,
    /// Readers that were opened.
    pub(crate) readers: u64,
    /// Rows inserted, changed or deleted.
    pub(crate) rows: u64,
    /// Pages written, 2048 bytes each.
    pub(crate) pages: u64,
}

impl Measured {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let key = DatabaseKey::from_bytes([3; 32]);
        let store = SqliteStore::open(&folder.path().join("measured.db3"), Some(&key)).unwrap();
        let [durable, relaxed, readers] = std::array::from_fn(|_| AtomicU64::new(0));
        Self { store, durable, relaxed, readers, _folder: folder }
    }

    /// All that was counted until now.
    pub(crate) fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::SeqCst);
        Counts {
            durable: read(&self.durable),
            relaxed: read(&self.relaxed),
            readers: read(&self.readers),
            rows: self.store.rows_written().unwrap(),
            pages: self.pages(),
        }
    }

    fn pages(&self) -> u64 {
        let mut log = self.store.path().as_os_str().to_owned();
        log.push("-wal");
        let length = fs::metadata(PathBuf::from(log)).map_or(0, |log| log.len());
        let pages = length.saturating_sub(LOG_HEADER) / (FRAME_HEADER + PAGE);
        assert!(pages < LOGGED_PAGES, "too much is written for the pages to be counted");
        pages
    }
}

impl Counts {
    /// What was counted since `before`.
    pub(crate) const fn since(self, before: Self) -> Self {
        Self {
            durable: self.durable - before.durable,
            relaxed: self.relaxed - before.relaxed,
            readers: self.readers - before.readers,
            rows: self.rows - before.rows,
            pages: self.pages - before.pages,
        }
    }
}

impl Store for Measured {
    fn begin(&self, durability: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError> {
        let count = match durability {
            Durability::Full => &self.durable,
            Durability::Relaxed => &self.relaxed,
        };
        count.fetch_add(1, Ordering::SeqCst);
        self.store.begin(durability)
    }

    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError> {
        self.readers.fetch_add(1, Ordering::SeqCst);
        self.store.read()
    }

    fn check(&self) -> Result<Vec<String>, StorageError> {
        self.store.check()
    }
}
