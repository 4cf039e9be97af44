//! The append-only log: the one store every API of a node reads.
//!
//! Each kind of envelope has a table and a sequence of its own: ids start at 1, rise over all topics of the table, and
//! are never given twice. One writer thread appends; what arrives while a transaction becomes durable goes into the
//! next one, so many publishers share one flush. Nothing is acknowledged before it is durable, and nothing is shown to
//! a reader before it is committed. A log in memory is the same code over SQLite's memory file system.

mod handle;
mod memory;
mod page;
mod recent;
mod records;
pub(crate) mod sqlite;
pub(crate) mod tables;
mod tails;

pub(crate) use handle::Log;
pub(crate) use page::{Direction, MAX_PAGE_ROWS, Page, Range};
pub(crate) use records::{
    AddressChange, Append, CommitLogEntry, Committed, Follower, GroupMessage, IdentityUpdate, KeyPackage, Logged,
    Streamed, Welcome, WelcomeKind,
};
pub(crate) use tails::Tail;
