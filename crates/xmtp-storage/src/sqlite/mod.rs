//! The store on disk: SQLite in WAL mode, encrypted by SQLCipher if a key is given.
//!
//! One connection writes, behind a mutex and in `BEGIN IMMEDIATE` transactions; readers come from a small pool and see
//! a snapshot. A lock file keeps other processes out. So no two of them ever wait for each other's lock.
//!
//! An encrypted database has a plaintext header of 32 bytes, as the files of released clients do, and therefore keeps
//! the salt that would stand there in a file beside it (SQLCipher 4, `cipher_plaintext_header_size`).
//!
//! | file | what |
//! |---|---|
//! | `<file>` | the database |
//! | `<file>.sqlcipher_salt` | 16 bytes as 32 hexadecimal characters, if encrypted |
//! | `<file>-wal`, `<file>-shm` | SQLite's own, while the store is open or after a crash |
//! | `<file>.lock` | held while the store is open |

mod cached;
mod check;
mod commit_logs;
mod connection;
mod consents;
mod conversations;
mod convert;
mod create;
mod cursors;
mod deletions;
mod failure;
mod files;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod groups;
mod identities;
mod inspect;
mod intents;
mod key;
mod kv;
mod message_filter;
mod messages;
mod migrations;
mod preferences;
mod queue;
mod removals;
mod schema;
mod senders;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub use key::{DatabaseKey, InvalidDatabaseKey};
pub use store::SqliteStore;
