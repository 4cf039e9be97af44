//! The log on SQLite: one writer thread, a pool of readers, a plain file in WAL mode.
//!
//! `synchronous = FULL`: a commit is on the disk before it is acknowledged, so a power cut cannot take back what a
//! client was told. SQLCipher is linked for the client's sake; the node's file has no key, because everything in it
//! was already public to the node.

mod checkpoint;
mod migrate;
mod open;
mod read;
pub(crate) mod schema;
mod write;

pub(crate) use open::{Opened, open};
pub(crate) use read::Readers;
pub(crate) use write::{Counter, Writer, WriterThread};
