//! Conversations on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    consents::CONVERSATION,
    conversations::arrive,
    convert::{bound, from_sequence_id, from_time, to_id, to_sequence_id, to_time},
    schema::{consents, conversations, groups, messages},
    session::{Connected, Session, Writing},
};
use crate::{ConsentState, ConversationKind, GroupQuery, GroupReads, GroupRow, GroupStatus, GroupWrites, StorageError};
use diesel::{
    define_sql_function,
    dsl::max,
    prelude::*,
    sql_types::{Integer, Nullable},
};
use std::collections::HashSet;
use xmtp_types::{GroupId, InboxId};

const LIFT: &str = "UPDATE groups SET last_message_at = ? \
    WHERE id = ? AND (last_message_at IS NULL OR last_message_at < ?)";

/// The number of the status in which a conversation can move on.
const ACTIVE: i32 = 0;

define_sql_function! {
    /// The first of the two that is there.
    #[sql_name = "coalesce"]
    fn state_or(first: Nullable<Integer>, second: Integer) -> Integer;
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = groups, check_for_backend(diesel::sqlite::Sqlite), treat_none_as_default_value = false)]
struct Stored {
    id: Vec<u8>,
    kind: i32,
    status: i32,
    status_detail: Option<String>,
    status_commit: Option<i64>,
    created_at: i64,
    added_by: Vec<u8>,
    dm_peer: Option<Vec<u8>>,
    welcome: Option<i64>,
    installations_checked_at: i64,
    rotated_at: i64,
    last_message_at: Option<i64>,
    disappear_from_ns: Option<i64>,
    disappear_in_ns: Option<i64>,
}

impl<T: Connected> GroupReads for Session<T> {
    fn group(&mut self, id: &GroupId) -> Result<Option<GroupRow>, StorageError> {
        let row = groups::table.find(id.as_bytes()).select(Stored::as_select());
        let row = self.0.query(|connection| row.get_result(connection).optional())?;
        let row = row.map(|row| lifted(&mut self.0, row)).transpose()?;
        row.map(GroupRow::try_from).transpose()
    }

    fn groups(&mut self, query: &GroupQuery) -> Result<Vec<GroupRow>, StorageError> {
        let same = consents::entity.eq(groups::id).and(consents::kind.eq(CONVERSATION));
        let mut rows = groups::table.left_join(consents::table.on(same)).into_boxed();
        rows = match query.kind {
            Some(kind) => rows.filter(groups::kind.eq(kind as i32)),
            None if query.include_sync => rows.filter(groups::kind.ne(ConversationKind::Oneshot as i32)),
            None => rows.filter(groups::kind.lt(ConversationKind::Sync as i32)),
        };
        if let Some(peer) = &query.dm_peer {
            rows = rows.filter(groups::dm_peer.eq(peer.as_bytes().as_slice()));
        }
        if !query.consent.is_empty() {
            // Three fixed places for the three states: one text, so one prepared statement.
            let state = || state_or(consents::state.nullable(), ConsentState::Unknown as i32);
            let [a, b, c] = [ConsentState::Unknown, ConsentState::Allowed, ConsentState::Denied]
                .map(|state| if query.consent.contains(&state) { state as i32 } else { -1 });
            rows = rows.filter(state().eq(a).or(state().eq(b)).or(state().eq(c)));
        }
        if let Some(is_active) = query.is_active {
            rows =
                if is_active { rows.filter(groups::status.eq(ACTIVE)) } else { rows.filter(groups::status.ne(ACTIVE)) };
        }
        if let Some(after) = query.created_after {
            rows = rows.filter(groups::created_at.gt(from_time(after)));
        }
        if let Some(before) = query.created_before {
            rows = rows.filter(groups::created_at.lt(from_time(before)));
        }
        let rows = rows.select(Stored::as_select());
        let rows: Vec<Stored> = self.0.query(|connection| rows.load(connection))?;
        let sending: HashSet<_> = self.0.queue()?.groups(|_| true).into_iter().collect();
        let to_row = |row: Stored| {
            let row = if sending.contains(&row.id) { lifted(&mut self.0, row)? } else { row };
            GroupRow::try_from(row)
        };
        let mut rows = rows.into_iter().map(to_row).collect::<Result<Vec<_>, _>>()?;
        rows.retain(|row| query.fits(row));
        Ok(query.arrange(rows))
    }

    fn conversations_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, GroupRow)>, StorageError> {
        let rows = conversations::table.inner_join(groups::table.on(groups::id.eq(conversations::group_id)));
        let rows = rows.filter(conversations::position.gt(bound(position))).order(conversations::position);
        let rows = rows.limit(i64::from(limit)).select((conversations::position, Stored::as_select()));
        let rows: Vec<(i64, Stored)> = self.0.query(|connection| rows.load(connection))?;
        let to_row = |(position, row): (i64, Stored)| {
            Ok((position.cast_unsigned(), GroupRow::try_from(lifted(&mut self.0, row)?)?))
        };
        rows.into_iter().map(to_row).collect()
    }

    fn conversation_position(&mut self, id: &GroupId) -> Result<Option<u64>, StorageError> {
        let row = conversations::table.filter(conversations::group_id.eq(id.as_bytes()));
        let position = row.select(conversations::position);
        let position: Option<i64> = self.0.query(|connection| position.get_result(connection).optional())?;
        Ok(position.map(i64::cast_unsigned))
    }

    fn newest_conversation(&mut self) -> Result<u64, StorageError> {
        let newest = conversations::table.select(conversations::position).order(conversations::position.desc());
        let newest: Option<i64> = self.0.query(|connection| newest.get_result(connection).optional())?;
        Ok(newest.map_or(0, i64::cast_unsigned))
    }
}

/// A conversation with the time of its newest message. A message that is being sent is not noted in its row: that would
/// be a page more to write before it can go.
fn lifted(session: &mut impl Connected, row: Stored) -> Result<Stored, StorageError> {
    let number = conversations::table.filter(conversations::group_id.eq(&row.id)).select(conversations::position);
    let newest = messages::table.filter(messages::conversation.nullable().eq(number.single_value()));
    let newest = newest.select(max(messages::sent_at));
    let newest: Option<i64> = session.query(|connection| newest.get_result(connection))?;
    Ok(Stored { last_message_at: row.last_message_at.max(newest), ..row })
}

impl GroupWrites for Session<Writing<'_>> {
    fn put_group(&mut self, row: &GroupRow) -> Result<(), StorageError> {
        let stored = Stored::try_from(row)?;
        self.0.write(|writer| {
            diesel::replace_into(groups::table).values(stored).execute(&mut writer.connection)?;
            arrive(writer, &row.id)
        })
    }
}

/// Notes that a message of `group` was sent at `sent_at`.
pub(super) fn lift_last_message(writer: &mut Writer, group: &[u8], sent_at: i64) -> QueryResult<()> {
    let sent_at = Value::Integer(Some(sent_at));
    execute(&mut writer.connection, LIFT, &[sent_at, Value::Bytes(Some(group)), sent_at]).map(drop)
}

impl TryFrom<&GroupRow> for Stored {
    type Error = StorageError;

    fn try_from(row: &GroupRow) -> Result<Self, StorageError> {
        let (status, status_detail, commit) = match &row.status {
            GroupStatus::Active => (ACTIVE, None, None),
            GroupStatus::Removed => (1, None, None),
            GroupStatus::Paused { version } => (2, Some(version.clone()), None),
            GroupStatus::Stuck { reason, commit } => (3, Some(reason.clone()), Some(*commit)),
        };
        Ok(Self {
            id: row.id.as_bytes().to_vec(),
            kind: row.kind as i32,
            status,
            status_detail,
            status_commit: commit.map(from_sequence_id).transpose()?,
            created_at: from_time(row.created_at),
            added_by: row.added_by.as_bytes().to_vec(),
            dm_peer: row.dm_peer.map(|peer| peer.as_bytes().to_vec()),
            welcome: row.welcome.map(from_sequence_id).transpose()?,
            installations_checked_at: from_time(row.installations_checked_at),
            rotated_at: from_time(row.rotated_at),
            last_message_at: row.last_message_at.map(from_time),
            disappear_from_ns: row.disappear_from_ns,
            disappear_in_ns: row.disappear_in_ns,
        })
    }
}

impl TryFrom<Stored> for GroupRow {
    type Error = StorageError;

    fn try_from(stored: Stored) -> Result<Self, StorageError> {
        let to_inbox = |bytes: Vec<u8>| to_id(&bytes, "inbox id").map(InboxId::from_bytes);
        Ok(Self {
            kind: to_kind(stored.kind)?,
            status: to_status(stored.status, stored.status_detail, stored.status_commit)?,
            id: GroupId::from(stored.id),
            created_at: to_time(stored.created_at)?,
            added_by: to_inbox(stored.added_by)?,
            dm_peer: stored.dm_peer.map(to_inbox).transpose()?,
            welcome: stored.welcome.map(to_sequence_id).transpose()?,
            installations_checked_at: to_time(stored.installations_checked_at)?,
            rotated_at: to_time(stored.rotated_at)?,
            last_message_at: stored.last_message_at.map(to_time).transpose()?,
            disappear_from_ns: stored.disappear_from_ns,
            disappear_in_ns: stored.disappear_in_ns,
        })
    }
}

fn to_kind(number: i32) -> Result<ConversationKind, StorageError> {
    match number {
        1 => Ok(ConversationKind::Group),
        2 => Ok(ConversationKind::Dm),
        3 => Ok(ConversationKind::Sync),
        4 => Ok(ConversationKind::Oneshot),
        _ => Err(StorageError::Damaged("conversation kind")),
    }
}

fn to_status(number: i32, detail: Option<String>, commit: Option<i64>) -> Result<GroupStatus, StorageError> {
    match (number, detail, commit) {
        (ACTIVE, _, _) => Ok(GroupStatus::Active),
        (1, _, _) => Ok(GroupStatus::Removed),
        (2, Some(version), _) => Ok(GroupStatus::Paused { version }),
        (3, Some(reason), Some(commit)) => Ok(GroupStatus::Stuck { reason, commit: to_sequence_id(commit)? }),
        _ => Err(StorageError::Damaged("conversation status")),
    }
}
