//! Brings what is in the write-ahead log into the main file while the writer goes on.
//!
//! SQLite would do so at the end of a transaction, and everyone who waits for that one would wait for thousands of
//! scattered pages to be flushed. Here a thread with a connection of its own copies them. The log starts anew only once all
//! of it is copied, which it never is while the writer appends: when little is left, the writer copies that between two
//! transactions. If it comes to that too late, SQLite's own limit holds ([`super::open`]).
use crate::error::LogError;
use diesel::{
    QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, result::Error, sql_query, sql_types::Integer,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// Rows appended between two checkpoints: with their indexes some 16 MiB.
const ROWS_BETWEEN: u64 = 2_048;
/// Pages that the writer may copy itself: about as many as a large transaction writes.
const FEW_PAGES: i32 = 256;
/// Passes after which the writer does what is left, however much it is.
const MAX_PASSES: usize = 4;

/// The thread. Dropping it waits until it has ended.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    little_left: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
    /// How many rows there were at the last one.
    at: u64,
}

#[derive(QueryableByName)]
struct Progress {
    /// Pages in the write-ahead log since it last started anew, copied or not; below 0 if there is none.
    #[diesel(sql_type = Integer)]
    log: i32,
}

impl Checkpointer {
    /// Starts the thread; there are `rows` rows now.
    ///
    /// # Errors
    /// [`LogError::Database`] if the system gives no thread.
    pub(super) fn start(conn: SqliteConnection, rows: u64) -> Result<Self, LogError> {
        let (wake, woken) = sync_channel(1);
        let little_left = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&little_left);
        let thread = thread::Builder::new().name("xmtp-node-checkpoint".to_owned());
        let thread = thread.spawn(move || run(conn, &woken, &told));
        let thread = thread.map_err(|error| LogError::Database(error.to_string()))?;
        Ok(Self { wake: Some(wake), little_left, thread: Some(thread), at: rows })
    }

    /// Called by the writer after each transaction, with its connection: there are `rows` rows now.
    pub(super) fn committed(&mut self, conn: &mut SqliteConnection, rows: u64) {
        if self.little_left.swap(false, Ordering::AcqRel) {
            pass(conn).map_or_else(warn, drop);
        } else if rows.saturating_sub(self.at) >= ROWS_BETWEEN {
            self.at = rows;
            // It is awake already if there is no room.
            self.wake.as_ref().and_then(|wake| wake.try_send(()).ok());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread ended early");
        }
    }
}

fn run(mut conn: SqliteConnection, woken: &Receiver<()>, little_left: &AtomicBool) {
    while woken.recv().is_ok() {
        match passes(&mut conn) {
            Ok(()) => little_left.store(true, Ordering::Release),
            Err(error) => warn(error),
        }
    }
}

/// The next one copies what this one did not.
fn warn(error: Error) {
    tracing::warn!(%error, "a checkpoint failed");
}

/// Copies what there is, then what was added meanwhile, until that is little.
fn passes(conn: &mut SqliteConnection) -> QueryResult<()> {
    let mut copied = 0;
    for _ in 0..MAX_PASSES {
        let pages = pass(conn)?;
        let added = if pages < copied { pages } else { pages - copied };
        if added <= FEW_PAGES {
            break;
        }
        copied = pages;
    }
    Ok(())
}

/// Copies all pages that no reader still needs as they were; waits for nobody.
fn pass(conn: &mut SqliteConnection) -> QueryResult<i32> {
    sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(conn).map(|progress: Progress| progress.log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::{Connection, connection::SimpleConnection, sql_types::BigInt};

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }

    /// A write-ahead log of one table, and the path of its main file.
    fn log() -> (tempfile::TempDir, String, SqliteConnection) {
        let folder = tempfile::tempdir().unwrap();
        let path = format!("file:{}", folder.path().join("log.db3").display());
        let mut writer = SqliteConnection::establish(&path).unwrap();
        writer
            .batch_execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (row BLOB);")
            .unwrap();
        (folder, path, writer)
    }

    fn append(writer: &mut SqliteConnection, rows: u64) {
        for _ in 0..rows {
            writer.batch_execute("INSERT INTO t VALUES (zeroblob(3000));").unwrap();
        }
    }

    /// What a reader finds who does not know of the write-ahead log.
    fn rows_in_main_file(path: &str) -> i64 {
        let mut conn = SqliteConnection::establish(&format!("{path}?immutable=1")).unwrap();
        sql_query("SELECT count(*) AS rows FROM t").get_result::<Count>(&mut conn).unwrap().rows
    }

    #[test]
    fn what_the_writer_appends_reaches_the_main_file_without_it_and_the_log_starts_anew() {
        let (_folder, path, mut writer) = log();
        let mut checkpointer = Checkpointer::start(SqliteConnection::establish(&path).unwrap(), 0).unwrap();
        append(&mut writer, 20);
        checkpointer.committed(&mut writer, ROWS_BETWEEN);
        let told = Arc::clone(&checkpointer.little_left);
        drop(checkpointer);
        assert_eq!(rows_in_main_file(&path), 20);
        assert!(told.load(Ordering::Acquire));

        let mut checkpointer = Checkpointer::start(SqliteConnection::establish(&path).unwrap(), 0).unwrap();
        append(&mut writer, 1);
        checkpointer.little_left.store(true, Ordering::Release);
        checkpointer.committed(&mut writer, 1);
        assert_eq!(rows_in_main_file(&path), 21);
        append(&mut writer, 1);
        assert!(pass(&mut writer).unwrap() < 5);
    }

    #[test]
    fn the_thread_is_woken_once_for_so_many_rows() {
        let (_folder, path, mut writer) = log();
        let mut checkpointer = Checkpointer::start(SqliteConnection::establish(&path).unwrap(), 100).unwrap();
        append(&mut writer, 1);
        for rows in [100, 101, 100 + ROWS_BETWEEN - 1] {
            checkpointer.committed(&mut writer, rows);
        }
        let told = Arc::clone(&checkpointer.little_left);
        drop(checkpointer);
        assert!(!told.load(Ordering::Acquire));
    }
}
