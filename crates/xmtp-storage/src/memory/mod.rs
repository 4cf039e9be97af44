//! A store in memory: for tests, and for installations that are meant to be forgotten.
//!
//! The writer works on tables of its own and notes each change. A commit replays the notes on the tables that readers
//! see; a drop takes them back. Readers hold those tables by reference count, so opening one copies nothing and a
//! commit copies a table only while a reader of it is open.

mod commit_logs;
mod consents;
mod cursors;
mod deletions;
mod groups;
mod identities;
mod intents;
mod kv;
mod messages;
mod preferences;
mod removals;
mod session;
mod tables;

pub use session::MemoryStore;

#[cfg(test)]
mod tests {
    use super::*;

    crate::store_conformance!(Box::new(MemoryStore::new()));
}
