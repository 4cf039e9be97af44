//! Key packages: every one is kept, the newest of an installation counts. Fetching never uses one up.
use crate::log::{
    KeyPackage,
    sqlite::{
        Counter,
        schema::key_packages::{self as columns, table as rows},
    },
};
use bytes::Bytes;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, insert_into};
use xmtp_types::{SequenceId, Timestamp};

/// Appends a key package unless it already is the newest of its installation.
pub(crate) fn append(
    conn: &mut SqliteConnection,
    counter: &mut Counter,
    now: Timestamp,
    package: &KeyPackage,
) -> QueryResult<SequenceId> {
    let installation = package.installation.as_bytes();
    if newest(conn, installation)?.is_some_and(|newest| newest == package.data) {
        return Ok(SequenceId::ZERO);
    }
    let next = counter.next(now);
    let (id, created) = next.columns();
    insert_into(rows)
        .values((
            columns::id.eq(id),
            columns::installation_id.eq(installation.as_slice()),
            columns::created_ns.eq(created),
            columns::data.eq(package.data.as_ref()),
        ))
        .execute(conn)?;
    *counter = next;
    Ok(next.id())
}

/// The newest key package of an installation.
pub(crate) fn newest(conn: &mut SqliteConnection, installation: &[u8]) -> QueryResult<Option<Bytes>> {
    let data = rows
        .select(columns::data)
        .filter(columns::installation_id.eq(installation))
        .order(columns::id.desc())
        .get_result::<Vec<u8>>(conn)
        .optional()?;
    Ok(data.map(Bytes::from))
}
