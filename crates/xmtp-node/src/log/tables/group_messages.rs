//! Messages and commits of groups.
use super::{id_of, time_of};
use crate::{
    error::LogError,
    log::{
        Committed, Direction, GroupMessage, Logged, Page, Range, Streamed, Tail,
        memory::Memory,
        sqlite::schema::group_messages::{self as columns, table as rows},
    },
};
use bytes::Bytes;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, insert_or_ignore_into,
};
use sha2::{Digest, Sha256};
use xmtp_types::{SequenceId, Timestamp};

use crate::log::sqlite::Counter;

type Row = (i64, Vec<u8>, i64, Vec<u8>, Vec<u8>, bool, bool);

const COLUMNS: (
    columns::id,
    columns::group_id,
    columns::created_ns,
    columns::data,
    columns::sender_hmac,
    columns::should_push,
    columns::is_commit,
) = (
    columns::id,
    columns::group_id,
    columns::created_ns,
    columns::data,
    columns::sender_hmac,
    columns::should_push,
    columns::is_commit,
);

/// Appends messages in order; one that is there already, by the hash of its group and bytes, is left out.
pub(crate) fn append(
    conn: &mut SqliteConnection,
    counter: &mut Counter,
    now: Timestamp,
    messages: &[GroupMessage],
    committed: &mut Committed,
) -> QueryResult<SequenceId> {
    let mut last = SequenceId::ZERO;
    for message in messages {
        let next = counter.next(now);
        let (id, created) = next.columns();
        // NODE.R4
        let hash = Sha256::new().chain_update(&message.group).chain_update(&message.data).finalize();
        let added = insert_or_ignore_into(rows)
            .values((
                columns::id.eq(id),
                columns::group_id.eq(message.group.as_ref()),
                columns::created_ns.eq(created),
                columns::data.eq(message.data.as_ref()),
                columns::hash.eq(hash.as_slice()),
                columns::sender_hmac.eq(message.sender_hmac.as_ref()),
                columns::should_push.eq(message.should_push),
                columns::is_commit.eq(message.is_commit),
            ))
            .execute(conn)?;
        if added == 1 {
            *counter = next;
            last = next.id();
            committed.group_messages.push(Logged { id: last, created: next.created(), body: message.clone() });
        }
    }
    Ok(last)
}

/// The newest message of a group without its content.
pub(crate) fn tail(conn: &mut SqliteConnection, group: &[u8]) -> Result<Option<Tail>, LogError> {
    let row = rows
        .select((columns::id, columns::created_ns, columns::is_commit))
        .filter(columns::group_id.eq(group))
        .order(columns::id.desc())
        .get_result::<(i64, i64, bool)>(conn)
        .optional()?;
    Ok(row.map(|(id, created, is_commit)| Tail { id: id_of(id), created: time_of(created), is_commit }))
}

impl Streamed for GroupMessage {
    fn topic(&self) -> &Bytes {
        &self.group
    }

    fn size(&self) -> usize {
        self.data.len() + self.sender_hmac.len()
    }

    fn page(conn: &mut SqliteConnection, group: &[u8], range: Range) -> Result<Page<Logged<Self>>, LogError> {
        let (above, below) = range.bounds();
        let query = rows
            .select(COLUMNS)
            .filter(columns::group_id.eq(group))
            .filter(columns::id.gt(above))
            .filter(columns::id.lt(below));
        let page = match range.direction {
            Direction::Ascending => {
                let found = query.order(columns::id.asc()).load_iter::<Row, _>(conn)?;
                Page::gather(found.map(|row| row.map(read)), range.rows, Self::size)
            }
            Direction::Descending => {
                let found = query.order(columns::id.desc()).load_iter::<Row, _>(conn)?;
                Page::gather(found.map(|row| row.map(read)), range.rows, Self::size)
            }
        };
        Ok(page?)
    }

    fn newest_known(memory: &Memory, group: &[u8]) -> Option<SequenceId> {
        memory.tails.of(group).map(|tail| tail.id)
    }

    fn remembered(memory: &Memory, group: &[u8], range: Range) -> Option<Page<Logged<Self>>> {
        memory.recent.page(group, range)
    }
}

fn read((id, group, created, data, sender_hmac, should_push, is_commit): Row) -> Logged<GroupMessage> {
    Logged {
        id: id_of(id),
        created: time_of(created),
        body: GroupMessage {
            group: group.into(),
            data: data.into(),
            sender_hmac: sender_hmac.into(),
            should_push,
            is_commit,
        },
    }
}
