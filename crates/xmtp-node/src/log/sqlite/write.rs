//! The writer: one thread, one connection, many requests to a transaction.
//!
//! While one transaction becomes durable, requests queue; the next transaction takes all that wait, up to a limit. Ids
//! and times are counted here, in memory: a transaction that fails leaves no trace, and after it the counters are read
//! from the log again, because a failed commit may still have reached the disk.
use super::{
    checkpoint::Checkpointer,
    schema::{commit_log, group_messages, identity_updates, key_packages, welcomes},
};
use crate::{
    clock::Clock,
    error::LogError,
    log::{Append, Committed, Follower, memory::Memory, tables},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use std::{fs::File, sync::Arc, thread};
use tokio::sync::{mpsc, oneshot};
use xmtp_types::{SequenceId, Timestamp};

/// Requests that may wait before publishers wait for room.
const QUEUE: usize = 4_096;
/// Requests in one transaction: enough to share a flush, few enough to answer soon.
const MAX_BATCH: usize = 512;

/// Hands requests to the writer. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Job>);

/// The thread; it ends once every [`Writer`] is gone and the last request is answered.
#[derive(Debug)]
pub(crate) struct WriterThread(thread::JoinHandle<()>);

/// What a log in a folder needs beside its connection, let go in this order.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) checkpointer: Checkpointer,
    /// Held by the node that uses the folder.
    pub(super) _lock: File,
}

#[derive(Debug)]
struct Job {
    append: Append,
    done: oneshot::Sender<Result<SequenceId, LogError>>,
}

/// The last id and time given in a table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counter {
    last: SequenceId,
    at: Timestamp,
}

/// One counter per table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) group_messages: Counter,
    pub(crate) welcomes: Counter,
    pub(crate) key_packages: Counter,
    pub(crate) commit_log: Counter,
    pub(crate) identity_updates: Counter,
}

impl Writer {
    /// Starts the thread. It keeps `folder` until it ends.
    ///
    /// # Errors
    /// [`LogError::Database`] if the system gives no thread.
    pub(super) fn start(
        conn: SqliteConnection,
        counters: Counters,
        clock: Clock,
        memory: Arc<Memory>,
        follower: Arc<dyn Follower>,
        folder: Option<Folder>,
    ) -> Result<(Self, WriterThread), LogError> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let state = State { conn, counters, clock, memory, follower, folder };
        let thread = thread::Builder::new().name("xmtp-node-writer".to_owned()).spawn(move || state.run(receiver));
        let thread = thread.map_err(|error| LogError::Database(error.to_string()))?;
        Ok((Self(sender), WriterThread(thread)))
    }

    /// Appends and waits until it is durable. Answers the last id given, or [`SequenceId::ZERO`] if all of it was there
    /// already.
    ///
    /// # Errors
    /// [`LogError::Database`] if the transaction failed, [`LogError::Closed`] if the node is stopping.
    pub(crate) async fn append(&self, append: Append) -> Result<SequenceId, LogError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Job { append, done }).await.map_err(|_| LogError::Closed)?;
        answer.await.map_err(|_| LogError::Closed)?
    }
}

impl WriterThread {
    /// Waits for the last transaction. Blocks until every [`Writer`] is dropped.
    pub(crate) fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the writer thread ended early");
        }
    }
}

struct State {
    conn: SqliteConnection,
    counters: Counters,
    clock: Clock,
    memory: Arc<Memory>,
    follower: Arc<dyn Follower>,
    folder: Option<Folder>,
}

impl State {
    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < MAX_BATCH
                && let Ok(job) = jobs.try_recv()
            {
                batch.push(job);
            }
            self.commit(batch);
        }
    }

    fn commit(&mut self, batch: Vec<Job>) {
        let mut counters = self.counters;
        let mut committed = Committed::default();
        let now = self.clock.now();
        // NODE.R1
        let ids = self.conn.immediate_transaction(|conn| {
            batch.iter().map(|job| apply(conn, &mut counters, now, &job.append, &mut committed)).collect()
        });
        match ids {
            Ok(ids) => {
                self.counters = counters;
                self.memory.committed(&committed);
                self.follower.committed(&committed);
                answer(batch, ids);
                if let Some(folder) = &mut self.folder {
                    folder.checkpointer.committed(&mut self.conn, counters.rows());
                }
            }
            Err(error) => self.failed(batch, error),
        }
    }

    fn failed(&mut self, batch: Vec<Job>, error: diesel::result::Error) {
        let error = LogError::from(error);
        tracing::error!(%error, requests = batch.len(), "a transaction failed");
        // NODE.R2
        for job in batch {
            job.done.send(Err(error.clone())).ok();
        }
        if let Ok(counters) = Counters::load(&mut self.conn) {
            self.counters = self.counters.max(counters);
        }
        self.memory.forget();
        self.follower.uncertain();
    }
}

fn answer(batch: Vec<Job>, ids: Vec<SequenceId>) {
    for (job, id) in batch.into_iter().zip(ids) {
        job.done.send(Ok(id)).ok();
    }
}

fn apply(
    conn: &mut SqliteConnection,
    counters: &mut Counters,
    now: Timestamp,
    append: &Append,
    committed: &mut Committed,
) -> diesel::QueryResult<SequenceId> {
    match append {
        Append::GroupMessages(messages) => {
            tables::group_messages::append(conn, &mut counters.group_messages, now, messages, committed)
        }
        Append::Welcomes(welcomes) => tables::welcomes::append(conn, &mut counters.welcomes, now, welcomes, committed),
        Append::KeyPackage(package) => tables::key_packages::append(conn, &mut counters.key_packages, now, package),
        Append::CommitLog(entries) => tables::commit_log::append(conn, &mut counters.commit_log, now, entries),
        Append::IdentityUpdate(update) => tables::identity::append(conn, &mut counters.identity_updates, now, update),
    }
}

impl Counter {
    /// The id and time of the next row: ids without gaps, times that rise even when the clock does not.
    pub(crate) fn next(self, now: Timestamp) -> Self {
        // NODE.R3
        Self {
            last: SequenceId::new(self.last.as_u64() + 1),
            at: now.max(Timestamp::from_nanos(self.at.as_nanos() + 1)),
        }
    }

    pub(crate) const fn id(self) -> SequenceId {
        self.last
    }

    pub(crate) const fn created(self) -> Timestamp {
        self.at
    }

    /// The id and time as SQLite keeps them.
    pub(crate) fn columns(self) -> (i64, i64) {
        let column = |number| i64::try_from(number).unwrap_or(i64::MAX);
        (column(self.last.as_u64()), column(self.at.as_nanos()))
    }

    fn from_row(row: Option<(i64, i64)>) -> Self {
        let (id, at) = row.unwrap_or_default();
        Self { last: SequenceId::new(id.unsigned_abs()), at: Timestamp::from_nanos(at.unsigned_abs()) }
    }

    fn max(self, other: Self) -> Self {
        Self { last: self.last.max(other.last), at: self.at.max(other.at) }
    }
}

/// The last id and time of a table.
macro_rules! last_row {
    ($conn:expr, $table:ident) => {
        Counter::from_row(
            $table::table
                .select(($table::id, $table::created_ns))
                .order($table::id.desc())
                .get_result::<(i64, i64)>($conn)
                .optional()?,
        )
    };
}

impl Counters {
    /// Reads where each table stands.
    ///
    /// # Errors
    /// [`LogError::Database`] if SQLite refuses.
    pub(super) fn load(conn: &mut SqliteConnection) -> Result<Self, LogError> {
        Ok(Self {
            group_messages: last_row!(conn, group_messages),
            welcomes: last_row!(conn, welcomes),
            key_packages: last_row!(conn, key_packages),
            commit_log: last_row!(conn, commit_log),
            identity_updates: last_row!(conn, identity_updates),
        })
    }

    /// How many rows the tables have.
    pub(super) const fn rows(self) -> u64 {
        let Self { group_messages, welcomes, key_packages, commit_log, identity_updates } = self;
        let given = group_messages.last.as_u64() + welcomes.last.as_u64() + key_packages.last.as_u64();
        given + commit_log.last.as_u64() + identity_updates.last.as_u64()
    }

    fn max(self, other: Self) -> Self {
        Self {
            group_messages: self.group_messages.max(other.group_messages),
            welcomes: self.welcomes.max(other.welcomes),
            key_packages: self.key_packages.max(other.key_packages),
            commit_log: self.commit_log.max(other.commit_log),
            identity_updates: self.identity_updates.max(other.identity_updates),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test] // NODE.R3
    fn times_rise_with_ids_even_when_the_clock_goes_back() {
        let first = Counter::default().next(Timestamp::from_secs(100));
        let second = first.next(Timestamp::from_secs(50));
        assert!(first.created() < second.created());
        assert_eq!((first.id(), second.id()), (SequenceId::new(1), SequenceId::new(2)));
    }
}
