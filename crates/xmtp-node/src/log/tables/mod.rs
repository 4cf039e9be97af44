//! One file a table: how rows go in and come out.
//!
//! Queries have no `LIMIT`: diesel binds its value, and SQLite prepares a statement anew each time such a value is bound.
//! They are sorted by an index, so that taking the first rows reads no others.
use xmtp_types::{SequenceId, Timestamp};

pub(crate) mod commit_log;
pub(crate) mod group_messages;
pub(crate) mod identity;
pub(crate) mod key_packages;
pub(crate) mod welcomes;

fn id_of(column: i64) -> SequenceId {
    SequenceId::new(column.unsigned_abs())
}

fn time_of(column: i64) -> Timestamp {
    Timestamp::from_nanos(column.unsigned_abs())
}

fn id_column(id: SequenceId) -> i64 {
    i64::try_from(id.as_u64()).unwrap_or(i64::MAX)
}
