//! A reader or a writer at work.
use super::{
    connection::{Pool, Writer},
    failure::of_statement,
    queue::Queue,
};
use crate::{Durability, StorageError, StoreRead, StoreTx};
use diesel::{QueryResult, SqliteConnection, connection::SimpleConnection};
use std::sync::MutexGuard;

/// A reader or a writer; the traits are implemented on it, once for both where both have them.
pub(super) struct Session<T>(pub(super) T);

/// Where a session finds its connection.
pub(super) trait Connected {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StorageError>;

    /// The intents there are.
    fn queue(&mut self) -> Result<&Queue, StorageError>;

    /// Runs statements that write nothing.
    ///
    /// One row is asked for with `get_result`, which stops at the first, and not with `first`, which binds a limit: SQLite
    /// prepares a statement anew whenever the value of a limit is bound, and that takes as long as a look-up.
    fn query<T>(&mut self, body: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>) -> Result<T, StorageError> {
        body(self.connection()?).map_err(of_statement)
    }
}

/// A borrowed reader.
pub(super) struct Reading<'s> {
    connection: Option<SqliteConnection>,
    pool: &'s Pool,
    /// The intents there are, once they were asked for.
    queue: Option<Queue>,
}

/// The open write transaction.
pub(super) struct Writing<'s> {
    writer: MutexGuard<'s, Option<Writer>>,
    state: State,
    /// How often intents had been changed at each mark.
    savepoints: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    /// A statement failed. SQLite may have rolled everything back by itself, and what came next would be kept at once
    /// and alone: so nothing comes next.
    Failed,
    Committed,
}

impl<'s> Reading<'s> {
    pub(super) fn begin(pool: &'s Pool) -> Result<Self, StorageError> {
        Ok(Self { connection: Some(pool.take()?), pool, queue: None })
    }
}

impl Connected for Reading<'_> {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StorageError> {
        self.connection.as_mut().ok_or_else(|| StorageError::Database("the reader is closed".to_owned()))
    }

    fn queue(&mut self) -> Result<&Queue, StorageError> {
        let queue = match self.queue.take() {
            Some(queue) => queue,
            None => self.query(Queue::load)?,
        };
        Ok(self.queue.insert(queue))
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.put_back(connection);
        }
    }
}

impl<'s> Writing<'s> {
    pub(super) fn begin(
        mut writer: MutexGuard<'s, Option<Writer>>,
        durability: Durability,
    ) -> Result<Self, StorageError> {
        writer.as_mut().ok_or_else(resting)?.begin(durability)?;
        Ok(Self { writer, state: State::Open, savepoints: Vec::new() })
    }

    /// Runs statements that write. If one fails the transaction can only be dropped.
    pub(super) fn write<T>(&mut self, body: impl FnOnce(&mut Writer) -> QueryResult<T>) -> Result<T, StorageError> {
        self.check()?;
        body(self.writer.as_mut().ok_or_else(resting)?).map_err(|error| {
            self.state = State::Failed;
            of_statement(error)
        })
    }

    /// How often intents had been changed at the newest mark. Marks of one name nest in SQLite.
    fn newest_savepoint(&self) -> Result<usize, StorageError> {
        let newest = self.savepoints.last().copied();
        newest.ok_or_else(|| StorageError::Database("there is no savepoint".to_owned()))
    }

    fn check(&self) -> Result<(), StorageError> {
        // STORE.R4
        match self.state {
            State::Open => Ok(()),
            _ => Err(StorageError::Database("the transaction has failed before: begin a new one".to_owned())),
        }
    }
}

impl Connected for Writing<'_> {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StorageError> {
        self.check()?;
        Ok(&mut self.writer.as_mut().ok_or_else(resting)?.connection)
    }

    fn queue(&mut self) -> Result<&Queue, StorageError> {
        self.check()?;
        let queue = self.writer.as_mut().ok_or_else(resting)?.queue();
        queue.map(|queue| &*queue).map_err(of_statement)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if self.state == State::Committed {
            return;
        }
        let Some(writer) = self.writer.as_mut() else { return };
        writer.forget(0);
        // STORE.R1. Fails if SQLite has rolled back by itself.
        if let Err(error) = writer.connection.batch_execute("ROLLBACK") {
            tracing::debug!(%error, "the transaction was already rolled back");
        }
    }
}

/// The writer is opened before anything is asked of it; whoever finds it closed all the same is told.
pub(super) fn resting() -> StorageError {
    StorageError::Database("the connection that writes is closed".to_owned())
}

impl<T: Connected> StoreRead for Session<T> {}

impl StoreTx for Session<Writing<'_>> {
    fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        self.0.write(|writer| writer.connection.batch_execute("COMMIT"))?;
        self.0.state = State::Committed;
        if let Some(writer) = self.0.writer.as_mut() {
            writer.committed();
        }
        Ok(())
    }

    fn savepoint(&mut self) -> Result<(), StorageError> {
        let changes = self.0.write(|writer| {
            writer.connection.batch_execute("SAVEPOINT mark")?;
            Ok(writer.changes_of_intents())
        })?;
        self.0.savepoints.push(changes);
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), StorageError> {
        let changes = self.0.newest_savepoint()?;
        self.0.write(|writer| {
            writer.forget(changes);
            writer.connection.batch_execute("ROLLBACK TO mark")
        })
    }

    fn release_savepoint(&mut self) -> Result<(), StorageError> {
        self.0.newest_savepoint()?;
        self.0.write(|writer| writer.connection.batch_execute("RELEASE mark"))?;
        self.0.savepoints.pop();
        Ok(())
    }
}
