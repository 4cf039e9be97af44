//! The commit log: what clients say of the commits they applied. Stored as given, never checked, never deduplicated.
use super::{id_of, time_of};
use crate::{
    error::LogError,
    log::{
        CommitLogEntry, Logged, Page, Range,
        sqlite::{
            Counter,
            schema::commit_log::{self as columns, table as rows},
        },
    },
};
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, insert_into};
use xmtp_types::{SequenceId, Timestamp};

type Row = (i64, Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// Appends entries in order.
pub(crate) fn append(
    conn: &mut SqliteConnection,
    counter: &mut Counter,
    now: Timestamp,
    entries: &[CommitLogEntry],
) -> QueryResult<SequenceId> {
    for entry in entries {
        let next = counter.next(now);
        let (id, created) = next.columns();
        insert_into(rows)
            .values((
                columns::id.eq(id),
                columns::group_id.eq(entry.group.as_ref()),
                columns::created_ns.eq(created),
                columns::entry.eq(entry.entry.as_ref()),
                columns::signature.eq(&entry.signature),
                columns::public_key.eq(&entry.public_key),
            ))
            .execute(conn)?;
        *counter = next;
    }
    Ok(counter.id())
}

/// Reads a page of a group's entries, oldest first whatever the direction of `range`.
pub(crate) fn page(
    conn: &mut SqliteConnection,
    group: &[u8],
    range: Range,
) -> Result<Page<Logged<CommitLogEntry>>, LogError> {
    let (above, _) = range.bounds();
    let found = rows
        .select((
            columns::id,
            columns::group_id,
            columns::created_ns,
            columns::entry,
            columns::signature,
            columns::public_key,
        ))
        .filter(columns::group_id.eq(group))
        .filter(columns::id.gt(above))
        .order(columns::id.asc())
        .load_iter::<Row, _>(conn)?;
    Ok(Page::gather(found.map(|row| row.map(read)), range.rows, |entry| entry.entry.len())?)
}

fn read((id, group, created, entry, signature, public_key): Row) -> Logged<CommitLogEntry> {
    Logged {
        id: id_of(id),
        created: time_of(created),
        body: CommitLogEntry { group: group.into(), entry: entry.into(), signature, public_key },
    }
}
