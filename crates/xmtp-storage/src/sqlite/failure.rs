//! What the database and the system say, as errors of a store.
use crate::StorageError;
use diesel::{ConnectionError, result::Error};
use std::{io, path::Path};

/// SQLite's words for its result codes, which diesel passes on without the number.
const FULL: &str = "database or disk is full";
const NOT_A_DATABASE: &str = "file is not a database";
const MALFORMED: &str = "database disk image is malformed";
/// What SQLCipher makes of a page whose HMAC is wrong, if the statement itself is right.
const FAILED: &str = "SQL logic error";

/// An error of a statement. SQLite's messages name tables and columns, never values.
pub(super) fn of_statement(error: Error) -> StorageError {
    match error {
        Error::DatabaseError(_, information) => match information.message() {
            FULL => StorageError::DiskFull,
            NOT_A_DATABASE | MALFORMED | FAILED => StorageError::Damaged("page"),
            message => StorageError::Database(message.to_owned()),
        },
        Error::DeserializationError(_) => StorageError::Damaged("row"),
        error => StorageError::Database(error.to_string()),
    }
}

/// Whether the error of a right statement is that the file, read with this key, is no database.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information) if [NOT_A_DATABASE, FAILED].contains(&information.message()))
}

/// An error of opening a connection.
pub(super) fn of_connection(path: &Path, error: ConnectionError) -> StorageError {
    of_system(path, io::Error::other(error))
}

/// An error of the file system.
pub(super) fn of_system(path: &Path, error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::StorageFull => StorageError::DiskFull,
        _ => StorageError::Io { path: path.to_owned(), source: error },
    }
}
