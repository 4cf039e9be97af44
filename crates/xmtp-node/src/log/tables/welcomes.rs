//! Welcomes and pointers to them, by destination.
use super::{id_of, time_of};
use crate::{
    error::LogError,
    log::{
        Committed, Direction, Logged, Page, Range, Streamed, Welcome, WelcomeKind,
        memory::Memory,
        sqlite::{
            Counter,
            schema::welcomes::{self as columns, table as rows},
        },
    },
};
use bytes::Bytes;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, insert_or_ignore_into};
use sha2::{Digest, Sha256};
use xmtp_types::{SequenceId, Timestamp};

type Row = (i64, Vec<u8>, i64, bool, Vec<u8>, Vec<u8>, i32, Vec<u8>);

const COLUMNS: (
    columns::id,
    columns::destination,
    columns::created_ns,
    columns::is_pointer,
    columns::data,
    columns::hpke_public_key,
    columns::algorithm,
    columns::metadata,
) = (
    columns::id,
    columns::destination,
    columns::created_ns,
    columns::is_pointer,
    columns::data,
    columns::hpke_public_key,
    columns::algorithm,
    columns::metadata,
);

/// Appends welcomes in order; one that is there already, by the hash of its destination and bytes, is left out.
pub(crate) fn append(
    conn: &mut SqliteConnection,
    counter: &mut Counter,
    now: Timestamp,
    welcomes: &[Welcome],
    committed: &mut Committed,
) -> QueryResult<SequenceId> {
    let mut last = SequenceId::ZERO;
    for welcome in welcomes {
        let next = counter.next(now);
        let (id, created) = next.columns();
        let hash = Sha256::new().chain_update(&welcome.destination).chain_update(&welcome.data).finalize();
        let added = insert_or_ignore_into(rows)
            .values((
                columns::id.eq(id),
                columns::destination.eq(welcome.destination.as_ref()),
                columns::created_ns.eq(created),
                columns::is_pointer.eq(welcome.kind == WelcomeKind::Pointer),
                columns::data.eq(welcome.data.as_ref()),
                columns::hash.eq(hash.as_slice()),
                columns::hpke_public_key.eq(welcome.hpke_public_key.as_ref()),
                columns::algorithm.eq(welcome.algorithm),
                columns::metadata.eq(welcome.metadata.as_ref()),
            ))
            .execute(conn)?;
        if added == 1 {
            *counter = next;
            last = next.id();
            committed.welcomes.push(Logged { id: last, created: next.created(), body: welcome.clone() });
        }
    }
    Ok(last)
}

impl Streamed for Welcome {
    fn topic(&self) -> &Bytes {
        &self.destination
    }

    fn size(&self) -> usize {
        self.data.len() + self.hpke_public_key.len() + self.metadata.len()
    }

    fn page(conn: &mut SqliteConnection, destination: &[u8], range: Range) -> Result<Page<Logged<Self>>, LogError> {
        let (above, below) = range.bounds();
        let query = rows
            .select(COLUMNS)
            .filter(columns::destination.eq(destination))
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

    fn newest_known(_: &Memory, _: &[u8]) -> Option<SequenceId> {
        None
    }

    fn remembered(_: &Memory, _: &[u8], _: Range) -> Option<Page<Logged<Self>>> {
        None
    }
}

fn read((id, destination, created, is_pointer, data, hpke_public_key, algorithm, metadata): Row) -> Logged<Welcome> {
    Logged {
        id: id_of(id),
        created: time_of(created),
        body: Welcome {
            destination: destination.into(),
            kind: if is_pointer { WelcomeKind::Pointer } else { WelcomeKind::Welcome },
            data: data.into(),
            hpke_public_key: hpke_public_key.into(),
            algorithm,
            metadata: metadata.into(),
        },
    }
}
