//! Opens the log: takes the folder, checks the file, brings it to this version, starts the readers and the writer.
use super::{
    checkpoint::Checkpointer,
    migrate::{check_file, migrate},
    read::Readers,
    write::{Counters, Folder, Writer, WriterThread},
};
use crate::{
    clock::Clock,
    config::DataLocation,
    error::{LogError, NodeError},
    log::{Follower, memory::Memory},
};
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use std::{
    fs::{DirBuilder, File, TryLockError},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The log's file in the data folder.
const FILE: &str = "node.db3";
/// Held by the node that uses the folder. Its content says nothing.
const LOCK_FILE: &str = "node.lock";

/// Milliseconds a connection waits for another one. In WAL mode only checkpoints and a log in memory make it wait.
const BUSY_TIMEOUT_MS: u32 = 10_000;

/// What every connection is told.
const EVERY_CONNECTION: &str = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;";
/// WAL lets readers go on while the writer writes. The checkpointer brings it into the main file; only if that falls behind
/// does the writer, after 64 MiB.
const FILE_WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384; \
                           PRAGMA journal_size_limit = 67108864;";
const MEMORY_WRITER: &str = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;";
const CHECKPOINTER: &str = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;";
const READER: &str = "PRAGMA query_only = ON;";

/// Tells logs in the memory of one process apart.
static MEMORY_LOGS: AtomicU64 = AtomicU64::new(0);

/// A log that is open.
pub(crate) struct Opened {
    pub(crate) readers: Readers,
    pub(crate) writer: Writer,
    pub(crate) thread: WriterThread,
}

/// Opens the log at `location`, making it if there is none. `follower` hears of everything appended from now on.
///
/// # Errors
/// Every [`NodeError`] about folders and logs; nothing was touched then.
pub(crate) fn open(
    location: &DataLocation,
    readers: usize,
    clock: Clock,
    memory: Arc<Memory>,
    follower: Arc<dyn Follower>,
) -> Result<Opened, NodeError> {
    let (url, path, lock, settings) = match location {
        DataLocation::Folder(folder) => {
            let lock = take_folder(folder)?;
            let path = folder.join(FILE);
            check_file(&path)?;
            (file_url(&path), path, Some(lock), FILE_WRITER)
        }
        DataLocation::Memory => {
            let number = MEMORY_LOGS.fetch_add(1, Ordering::Relaxed);
            (format!("file:/xmtp-node-{}-{number}?vfs=memdb", process::id()), PathBuf::new(), None, MEMORY_WRITER)
        }
    };
    let mut conn = connect(&url, "").map_err(NodeError::Log)?;
    migrate(&mut conn, &path)?;
    conn.batch_execute(settings).map_err(|error| NodeError::Log(error.into()))?;
    let counters = Counters::load(&mut conn).map_err(NodeError::Log)?;
    let readers = (0..readers.max(1)).map(|_| connect(&url, READER)).collect::<Result<Vec<_>, _>>();
    let readers = Readers::new(readers.map_err(NodeError::Log)?);
    let folder = lock.map(|lock| {
        let conn = connect(&url, CHECKPOINTER)?;
        Ok(Folder { checkpointer: Checkpointer::start(conn, counters.rows())?, _lock: lock })
    });
    let folder = folder.transpose().map_err(NodeError::Log)?;
    let (writer, thread) = Writer::start(conn, counters, clock, memory, follower, folder).map_err(NodeError::Log)?;
    Ok(Opened { readers, writer, thread })
}

fn connect(url: &str, settings: &str) -> Result<SqliteConnection, LogError> {
    let mut conn = SqliteConnection::establish(url)?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; {EVERY_CONNECTION} {settings}"))?;
    Ok(conn)
}

/// The path as a URI: what SQLite would read as a query or an escape is escaped.
fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}")
}

fn take_folder(folder: &Path) -> Result<File, NodeError> {
    let failed = |source| NodeError::Folder { folder: folder.to_owned(), source };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(failed)?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE)).map_err(failed)?;
    // NODE.R15
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(NodeError::FolderInUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_question_marks_and_percents_stay_paths() {
        assert_eq!(file_url(Path::new("/a b/50%?x#y")), "file:/a b/50%25%3fx%23y");
    }
}
