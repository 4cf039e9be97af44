//! Connections: how one is opened, the one that writes, and the pool of those that read.
use super::{
    failure::{of_connection, of_statement},
    key::Cipher,
    queue::Queue,
};
use crate::{Durability, StorageError};
use diesel::{Connection as _, QueryResult, SqliteConnection, connection::SimpleConnection};
use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};
use xmtp_types::{GroupId, InboxId, InstallationId};

/// Readers kept open while nobody reads. More are opened when more read at once.
const IDLE_READERS: usize = 4;

/// Nothing of a query may reach a temporary file, and deleted rows are overwritten (SQLCipher sees to it by itself).
/// The wait is for programs of the user's that look into the file: within this process nobody ever waits.
const EACH: &str = "PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;";
/// The WAL is folded back every two thousand pages and its file is cut when it grew past 64 MiB.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 2000; \
                      PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8000;";
const READER: &str = "PRAGMA query_only = ON;";

/// Commits after which the WAL is folded back when nobody waits: some half of the pages after which a commit does it, which
/// whoever made the commit then waits for.
const COMMITS_TO_FOLD: u32 = 192;

/// The connection that writes, and what it remembers between transactions.
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    synchronous: Option<Durability>,
    /// Commits since the WAL was folded back.
    pub(super) unfolded: u32,
    /// The position of the next message, once it was looked up.
    pub(super) next_position: Option<i64>,
    /// The id of the next intent, once it was looked up.
    pub(super) next_intent: Option<i64>,
    /// The intents there are, the open transaction's changes included, once they were asked for.
    queue: Option<Queue>,
    /// Numbers of senders that were looked up. What is rolled back may have given them.
    pub(super) senders: HashMap<(InboxId, InstallationId), i64>,
    /// Numbers of conversations that were looked up, which may be undone too.
    pub(super) conversations: HashMap<GroupId, i64>,
}

/// Readers.
pub(super) struct Pool {
    path: PathBuf,
    cipher: Option<Cipher>,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// Opens the database `name`, which stands at `path`, and gives it the key. Nothing is read yet.
pub(super) fn establish(path: &Path, name: &str, cipher: Option<&Cipher>) -> Result<SqliteConnection, StorageError> {
    let mut connection = SqliteConnection::establish(name).map_err(|error| of_connection(path, error))?;
    connection.batch_execute("PRAGMA cipher_log_level = NONE").map_err(of_statement)?;
    if let Some(cipher) = cipher {
        connection.batch_execute(&cipher.pragmas()).map_err(of_statement)?;
    }
    connection.batch_execute(EACH).map_err(of_statement)?;
    Ok(connection)
}

/// A path as text, which SQLite wants.
pub(super) fn utf8(path: &Path) -> Result<&str, StorageError> {
    path.to_str().ok_or_else(|| {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8");
        StorageError::Io { path: path.to_owned(), source }
    })
}

impl Writer {
    pub(super) fn open(path: &Path, cipher: Option<&Cipher>) -> Result<Self, StorageError> {
        let mut connection = establish(path, utf8(path)?, cipher)?;
        connection.batch_execute(WRITER).map_err(of_statement)?;
        Ok(Self {
            connection,
            synchronous: None,
            unfolded: 0,
            next_position: None,
            next_intent: None,
            queue: None,
            senders: HashMap::new(),
            conversations: HashMap::new(),
        })
    }

    /// Whether it is time to fold the WAL back; it is taken to happen then.
    pub(super) const fn should_fold(&mut self) -> bool {
        let is_time = self.unfolded >= COMMITS_TO_FOLD;
        if is_time {
            self.unfolded = 0;
        }
        is_time
    }

    /// The intents there are. To be asked for before the first of them is changed: what was changed before is not undone.
    pub(super) fn queue(&mut self) -> QueryResult<&mut Queue> {
        let queue = match self.queue.take() {
            Some(queue) => queue,
            None => Queue::load(&mut self.connection)?,
        };
        Ok(self.queue.insert(queue))
    }

    /// How often intents were changed in the open transaction.
    pub(super) fn changes_of_intents(&self) -> usize {
        self.queue.as_ref().map_or(0, Queue::changes)
    }

    /// Notes that the transaction was committed.
    pub(super) fn committed(&mut self) {
        self.unfolded = self.unfolded.saturating_add(1);
        if let Some(queue) = &mut self.queue {
            queue.commit();
        }
    }

    /// Forgets what an undone transaction, or a part of one, may have written: all but the first changes of intents.
    pub(super) fn forget(&mut self, changes_kept: usize) {
        self.senders.clear();
        self.conversations.clear();
        if let Some(queue) = &mut self.queue {
            queue.undo(changes_kept);
        }
    }

    /// Begins a transaction; how hard its commit tries can only be set before.
    pub(super) fn begin(&mut self, durability: Durability) -> Result<(), StorageError> {
        // STORE.R3
        if self.synchronous != Some(durability) {
            let pragma = match durability {
                Durability::Full => "PRAGMA synchronous = FULL",
                Durability::Relaxed => "PRAGMA synchronous = NORMAL",
            };
            self.connection.batch_execute(pragma).map_err(of_statement)?;
            self.synchronous = Some(durability);
        }
        self.connection.batch_execute("BEGIN IMMEDIATE").map_err(of_statement)
    }
}

impl Pool {
    pub(super) const fn new(path: PathBuf, cipher: Option<Cipher>) -> Self {
        Self { path, cipher, idle: Mutex::new(Vec::new()) }
    }

    /// A reader on the last committed state, which stays the same until the reader is put back.
    pub(super) fn take(&self) -> Result<SqliteConnection, StorageError> {
        let idle = lock(&self.idle).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => {
                let mut reader = establish(&self.path, utf8(&self.path)?, self.cipher.as_ref())?;
                reader.batch_execute(READER).map_err(of_statement)?;
                reader
            }
        };
        // STORE.R2: a transaction begins with the first thing it reads, so it reads something.
        reader.batch_execute("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1").map_err(of_statement)?;
        Ok(reader)
    }

    /// Folds back what of the WAL no reader needs, beside the writer; if no reader is there it is left to a commit.
    pub(super) fn fold(&self) -> Result<(), StorageError> {
        let Some(mut reader) = lock(&self.idle).pop() else { return Ok(()) };
        let folded = reader.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").map_err(of_statement);
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        folded
    }

    /// Closes the readers that nobody uses.
    pub(super) fn rest(&self) {
        let idle = std::mem::take(&mut *lock(&self.idle));
        drop(idle);
    }

    pub(super) fn put_back(&self, mut reader: SqliteConnection) {
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_READERS && reader.batch_execute("ROLLBACK").is_ok() {
            idle.push(reader);
        }
    }
}

/// A panic while the lock was held leaves nothing half done: an open transaction is rolled back as it is dropped.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
