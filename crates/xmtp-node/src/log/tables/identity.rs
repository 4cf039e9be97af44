//! Identity updates, the state they add up to, and which inbox an identifier belongs to.
use super::{id_column, id_of, time_of};
use crate::log::{
    AddressChange, IdentityUpdate, Logged,
    sqlite::{
        Counter,
        schema::{
            addresses,
            identity_updates::{self as columns, table as rows},
            inboxes,
        },
    },
};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, insert_into, update,
    upsert::excluded,
};
use xmtp_types::{IdentifierKind, InboxId, SequenceId, Timestamp};

/// An inbox as its last update left it.
#[derive(Debug)]
pub(crate) struct StoredInbox {
    /// How many updates it has had.
    pub(crate) updates: usize,
    /// The serialized state.
    pub(crate) state: Vec<u8>,
}

/// Appends an update, with the state and the index entries that follow from it.
pub(crate) fn append(
    conn: &mut SqliteConnection,
    counter: &mut Counter,
    now: Timestamp,
    entry: &IdentityUpdate,
) -> QueryResult<SequenceId> {
    let next = counter.next(now);
    let (id, created) = next.columns();
    let inbox = entry.inbox.as_bytes().as_slice();
    insert_into(rows)
        .values((
            columns::id.eq(id),
            columns::inbox_id.eq(inbox),
            columns::created_ns.eq(created),
            columns::identity_update.eq(&entry.update),
        ))
        .execute(conn)?;
    insert_into(inboxes::table)
        .values((inboxes::inbox_id.eq(inbox), inboxes::updates.eq(1), inboxes::state.eq(&entry.state)))
        .on_conflict(inboxes::inbox_id)
        .do_update()
        .set((inboxes::updates.eq(inboxes::updates + 1), inboxes::state.eq(excluded(inboxes::state))))
        .execute(conn)?;
    for change in &entry.addresses {
        index(conn, id, inbox, change)?;
    }
    *counter = next;
    Ok(next.id())
}

/// Joining adds a row; leaving marks the newest row of the identifier in this inbox, so that an older association with
/// another inbox counts again.
fn index(conn: &mut SqliteConnection, id: i64, inbox: &[u8], change: &AddressChange) -> QueryResult<()> {
    let kind = kind_column(change.kind);
    if change.joined {
        insert_into(addresses::table)
            .values((
                addresses::identifier.eq(&change.identifier),
                addresses::kind.eq(kind),
                addresses::association_id.eq(id),
                addresses::inbox_id.eq(inbox),
            ))
            .execute(conn)?;
        return Ok(());
    }
    let newest = addresses::table
        .select(addresses::association_id)
        .filter(addresses::identifier.eq(&change.identifier))
        .filter(addresses::kind.eq(kind))
        .filter(addresses::inbox_id.eq(inbox))
        .order(addresses::association_id.desc())
        .get_result::<i64>(conn)
        .optional()?;
    // NODE.R11
    if let Some(association) = newest {
        update(addresses::table.find((&change.identifier, kind, association)))
            .set(addresses::revocation_id.eq(id))
            .execute(conn)?;
    }
    Ok(())
}

/// The inbox as its last update left it, or `None` if it has had none.
pub(crate) fn inbox(conn: &mut SqliteConnection, inbox: &InboxId) -> QueryResult<Option<StoredInbox>> {
    let row = inboxes::table
        .select((inboxes::updates, inboxes::state))
        .find(inbox.as_bytes().as_slice())
        .get_result::<(i32, Vec<u8>)>(conn)
        .optional()?;
    // A count is never negative, and if it were its inbox would not grow.
    Ok(row.map(|(updates, state)| StoredInbox { updates: usize::try_from(updates).unwrap_or(usize::MAX), state }))
}

/// All updates of an inbox after `id`, oldest first.
pub(crate) fn updates_after(
    conn: &mut SqliteConnection,
    inbox: &InboxId,
    id: SequenceId,
) -> QueryResult<Vec<Logged<Vec<u8>>>> {
    let found = rows
        .select((columns::id, columns::created_ns, columns::identity_update))
        .filter(columns::inbox_id.eq(inbox.as_bytes().as_slice()))
        .filter(columns::id.gt(id_column(id)))
        .order(columns::id.asc())
        .load::<(i64, i64, Vec<u8>)>(conn)?;
    let logged = |(id, created, body)| Logged { id: id_of(id), created: time_of(created), body };
    Ok(found.into_iter().map(logged).collect())
}

/// The inbox an identifier was last associated with and not revoked from since.
pub(crate) fn inbox_of(
    conn: &mut SqliteConnection,
    identifier: &str,
    kind: IdentifierKind,
) -> QueryResult<Option<Vec<u8>>> {
    addresses::table
        .select(addresses::inbox_id)
        .filter(addresses::identifier.eq(identifier))
        .filter(addresses::kind.eq(kind_column(kind)))
        .filter(addresses::revocation_id.is_null())
        .order(addresses::association_id.desc())
        .get_result(conn)
        .optional()
}

/// The number of the kind on the wire.
const fn kind_column(kind: IdentifierKind) -> i32 {
    match kind {
        IdentifierKind::Passkey => 2,
        _ => 1,
    }
}
