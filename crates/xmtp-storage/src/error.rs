//! What can go wrong with a store.
use std::path::PathBuf;
use thiserror::Error;

/// A store could not be opened, read or written. Whatever was being written was not kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The key does not open the file.
    #[error("the key does not open {path}: check XMTP_DB_ENCRYPTION_KEY, the file was not changed")]
    WrongKey {
        /// The database file.
        path: PathBuf,
    },
    /// The file that holds the salt is gone.
    #[error("{path} is missing: restore it from a backup, without it the database cannot be decrypted")]
    MissingSalt {
        /// The salt file.
        path: PathBuf,
    },
    /// The file is not one of ours.
    #[error("{path} is not an XMTP database of this project: choose another path, the file was not changed")]
    ForeignFile {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of this crate wrote the file.
    #[error("{path} was written by a newer version (schema {found}, this version knows {known}): update the program")]
    NewerSchema {
        /// The database file.
        path: PathBuf,
        /// The schema found in the file.
        found: String,
        /// The newest schema this version knows.
        known: String,
    },
    /// Another process has the file open.
    #[error("{path} is in use by another process: stop it, or give each agent a database of its own")]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// No space is left. Retryable once there is.
    #[error("the disk is full: free some space and try again, nothing was written")]
    DiskFull,
    /// The file cannot be reached.
    #[error("cannot open {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database refused.
    #[error("the database failed: {0}")]
    Database(String),
    /// A number does not fit the 63 bits the database keeps.
    #[error("{0} is too large to be kept: its source is broken, drop what carried it")]
    OutOfRange(&'static str),
    /// A row or a file does not hold what it should.
    #[error("the database holds a damaged {0}: restore it from a backup")]
    Damaged(&'static str),
}

impl StorageError {
    /// Whether the same call can succeed later without a change by a person's hand on the file.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::DiskFull | Self::InUse { .. })
    }
}
