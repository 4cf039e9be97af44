//! The queue of wishes on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    convert::{bound, to_id, to_message_id},
    schema::intents,
    session::{Connected, Session, Writing},
};
use crate::{
    Beginning, DeliveryStatus, IntentId, IntentReads, IntentRow, IntentState, IntentWrites, NewIntent, StorageError,
};
use diesel::{connection::DefaultLoadingMode, dsl::max, prelude::*};
use xmtp_types::{Epoch, GroupId};

const INSERT: &str = "INSERT INTO intents (id, group_id, kind, data, message, should_push, state, payload_hash, payload, \
    epoch, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

const RELEASE: &str = "UPDATE intents SET state = ? WHERE group_id = ? AND state = ?";

const ACKNOWLEDGE: &str = "UPDATE intents SET state = ? WHERE id = ? AND state = ? AND message IS NOT NULL";

const ACKNOWLEDGE_MESSAGE: &str =
    "UPDATE messages SET status = ? WHERE id = (SELECT message FROM intents WHERE id = ?) AND status = ?";

const UPDATE: &str = "UPDATE intents SET group_id = ?, kind = ?, data = ?, message = ?, should_push = ?, state = ?, \
    payload_hash = ?, payload = ?, post_commit = ?, epoch = ?, attempts = ?, error = ? WHERE id = ?";

#[derive(Queryable, Selectable)]
#[diesel(table_name = intents, check_for_backend(diesel::sqlite::Sqlite))]
struct Stored {
    id: i64,
    group_id: Vec<u8>,
    kind: i32,
    data: Vec<u8>,
    message: Option<Vec<u8>>,
    should_push: bool,
    state: i32,
    payload_hash: Option<Vec<u8>>,
    payload: Option<Vec<u8>>,
    post_commit: Option<Vec<u8>>,
    epoch: Option<i64>,
    attempts: i64,
    error: Option<String>,
}

impl<T: Connected> IntentReads for Session<T> {
    fn intent(&mut self, id: IntentId) -> Result<Option<IntentRow>, StorageError> {
        let row = intents::table.find(bound(id.0)).select(Stored::as_select());
        self.0.query(|connection| row.get_result(connection).optional())?.map(IntentRow::try_from).transpose()
    }

    fn intents(&mut self, group: &GroupId, states: &[IntentState]) -> Result<Vec<IntentRow>, StorageError> {
        use IntentState::{Acknowledged, Committed, Error, Held, Published, ToPublish};
        // Six fixed places for the six states: one text, so one prepared statement.
        let [a, b, c, d, e, f] = [ToPublish, Published, Committed, Error, Acknowledged, Held]
            .map(|state| if states.contains(&state) { state as i32 } else { -1 });
        let state = intents::state;
        let any = state.eq(a).or(state.eq(b)).or(state.eq(c)).or(state.eq(d)).or(state.eq(e)).or(state.eq(f));
        let rows = intents::table.filter(intents::group_id.eq(group.as_bytes())).filter(any);
        let rows = rows.order(intents::id).select(Stored::as_select());
        self.0.query(|connection| rows.load(connection))?.into_iter().map(IntentRow::try_from).collect()
    }

    fn first_intents(
        &mut self,
        group: &GroupId,
        state: IntentState,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StorageError> {
        // In the order of the index, so that a long queue is not sorted for its first few.
        let rows =
            intents::table.filter(intents::group_id.eq(group.as_bytes())).filter(intents::state.eq(state as i32));
        let (rows, limit) = (rows.order(intents::id).select(Stored::as_select()), usize::try_from(limit));
        let first = |connection: &mut SqliteConnection| -> QueryResult<Vec<Stored>> {
            let rows = rows.load_iter::<Stored, DefaultLoadingMode>(connection)?;
            rows.take(limit.unwrap_or(usize::MAX)).collect()
        };
        self.0.query(first)?.into_iter().map(IntentRow::try_from).collect()
    }

    fn intent_by_hash(&mut self, payload_hash: &[u8; 32]) -> Result<Option<IntentRow>, StorageError> {
        let row = intents::table.filter(intents::payload_hash.eq(payload_hash.as_slice()));
        let row = row.order(intents::id).select(Stored::as_select());
        self.0.query(|connection| row.get_result(connection).optional())?.map(IntentRow::try_from).transpose()
    }

    fn has_made_envelopes(&mut self, group: &GroupId) -> Result<bool, StorageError> {
        use IntentState::{Acknowledged, Committed, Error, Published};
        let state = intents::state;
        let [a, b, c, d] = [Published, Committed, Error, Acknowledged].map(|made| made as i32);
        let made = state.eq(a).or(state.eq(b)).or(state.eq(c)).or(state.eq(d));
        let one = intents::table.filter(intents::group_id.eq(group.as_bytes())).filter(made).select(intents::id);
        let one: Option<i64> = self.0.query(|connection| one.get_result(connection).optional())?;
        Ok(one.is_some())
    }

    fn groups_with_open_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let open = intents::state.ne_all([IntentState::Error as i32, IntentState::Held as i32]);
        let groups = intents::table.filter(open).select(intents::group_id).distinct().order(intents::group_id);
        let groups: Vec<Vec<u8>> = self.0.query(|connection| groups.load(connection))?;
        Ok(groups.into_iter().map(GroupId::from).collect())
    }

    fn groups_with_held_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let held = intents::state.eq(IntentState::Held as i32);
        let groups = intents::table.filter(held).select(intents::group_id).distinct().order(intents::group_id);
        let groups: Vec<Vec<u8>> = self.0.query(|connection| groups.load(connection))?;
        Ok(groups.into_iter().map(GroupId::from).collect())
    }
}

impl IntentWrites for Session<Writing<'_>> {
    fn begin_intent(&mut self, wish: &NewIntent, beginning: Beginning) -> Result<IntentId, StorageError> {
        let state = beginning.state();
        let (payload, payload_hash, epoch) = match &beginning {
            Beginning::Sealed { payload, payload_hash, epoch } => (Some(payload), Some(payload_hash), Some(*epoch)),
            Beginning::Waiting | Beginning::Held => (None, None, None),
        };
        let id = self.0.write(|writer| {
            let id = next_id(writer)?;
            let values = [
                integer(id),
                Value::Bytes(Some(wish.group.as_bytes())),
                integer(i64::from(wish.kind)),
                Value::Bytes(Some(&wish.data)),
                Value::Bytes(wish.message.as_ref().map(|id| id.as_bytes().as_slice())),
                integer(i64::from(wish.should_push)),
                integer(state as i64),
                Value::Bytes(payload_hash.map(<[u8; 32]>::as_slice)),
                Value::Bytes(payload.map(Vec::as_slice)),
                Value::Integer(epoch.map(|epoch| epoch.as_u64().cast_signed())),
            ];
            execute(&mut writer.connection, INSERT, &values)?;
            writer.next_intent = Some(id.saturating_add(1));
            Ok(id)
        })?;
        to_intent_id(id)
    }

    fn release_intents(&mut self, group: &GroupId) -> Result<usize, StorageError> {
        let values = [
            integer(IntentState::ToPublish as i64),
            Value::Bytes(Some(group.as_bytes())),
            integer(IntentState::Held as i64),
        ];
        self.0.write(|writer| execute(&mut writer.connection, RELEASE, &values))
    }

    fn acknowledge_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let id = integer(bound(id.0));
        let intent = [integer(IntentState::Acknowledged as i64), id, integer(IntentState::Published as i64)];
        let message = [integer(DeliveryStatus::Published as i64), id, integer(DeliveryStatus::Unpublished as i64)];
        self.0.write(|writer| {
            if execute(&mut writer.connection, ACKNOWLEDGE, &intent)? > 0 {
                execute(&mut writer.connection, ACKNOWLEDGE_MESSAGE, &message)?;
            }
            Ok(())
        })
    }

    fn update_intent(&mut self, row: &IntentRow) -> Result<(), StorageError> {
        let values = [
            Value::Bytes(Some(row.wish.group.as_bytes())),
            integer(i64::from(row.wish.kind)),
            Value::Bytes(Some(&row.wish.data)),
            Value::Bytes(row.wish.message.as_ref().map(|id| id.as_bytes().as_slice())),
            integer(i64::from(row.wish.should_push)),
            integer(row.state as i64),
            Value::Bytes(row.payload_hash.as_ref().map(<[u8; 32]>::as_slice)),
            Value::Bytes(row.payload.as_deref()),
            Value::Bytes(row.post_commit.as_deref()),
            Value::Integer(row.epoch.map(|epoch| epoch.as_u64().cast_signed())),
            integer(i64::from(row.attempts)),
            Value::Text(row.error.as_deref()),
            integer(bound(row.id.0)),
        ];
        self.0.write(|writer| execute(&mut writer.connection, UPDATE, &values)).map(drop)
    }

    fn delete_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let row = intents::table.find(bound(id.0));
        self.0.write(|writer| diesel::delete(row).execute(&mut writer.connection)).map(drop)
    }
}

/// The id after all that were ever given since the store was opened. What is not in the table any more is known to nobody
/// by then.
fn next_id(writer: &mut Writer) -> QueryResult<i64> {
    match writer.next_intent {
        Some(next) => Ok(next),
        None => {
            let newest: Option<i64> = intents::table.select(max(intents::id)).get_result(&mut writer.connection)?;
            Ok(newest.unwrap_or(0).saturating_add(1))
        }
    }
}

const fn integer(number: i64) -> Value<'static> {
    Value::Integer(Some(number))
}

impl TryFrom<Stored> for IntentRow {
    type Error = StorageError;

    fn try_from(stored: Stored) -> Result<Self, StorageError> {
        let wish = NewIntent {
            group: GroupId::from(stored.group_id),
            kind: u8::try_from(stored.kind).map_err(|_| StorageError::Damaged("intent kind"))?,
            data: stored.data,
            message: stored.message.as_deref().map(to_message_id).transpose()?,
            should_push: stored.should_push,
        };
        Ok(Self {
            id: to_intent_id(stored.id)?,
            wish,
            state: to_state(stored.state)?,
            payload_hash: stored.payload_hash.map(|hash| to_id(&hash, "payload hash")).transpose()?,
            payload: stored.payload,
            post_commit: stored.post_commit,
            epoch: stored.epoch.map(|epoch| Epoch::from(epoch.cast_unsigned())),
            attempts: u32::try_from(stored.attempts).map_err(|_| StorageError::Damaged("number of attempts"))?,
            error: stored.error,
        })
    }
}

fn to_intent_id(id: i64) -> Result<IntentId, StorageError> {
    u64::try_from(id).map(IntentId).map_err(|_| StorageError::Damaged("intent id"))
}

fn to_state(number: i32) -> Result<IntentState, StorageError> {
    match number {
        1 => Ok(IntentState::ToPublish),
        2 => Ok(IntentState::Published),
        3 => Ok(IntentState::Committed),
        4 => Ok(IntentState::Error),
        5 => Ok(IntentState::Acknowledged),
        6 => Ok(IntentState::Held),
        _ => Err(StorageError::Damaged("intent state")),
    }
}
