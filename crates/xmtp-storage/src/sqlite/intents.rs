//! The queue of wishes on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    convert::{bound, to_id, to_message_id},
    queue::Entry,
    schema::intents,
    session::{Connected, Session, Writing},
};
use crate::{
    Beginning, DeliveryStatus, IntentId, IntentReads, IntentRow, IntentState, IntentWrites, NewIntent, StorageError,
};
use diesel::{dsl::max, prelude::*};
use std::collections::BTreeSet;
use xmtp_types::{Epoch, GroupId};

const INSERT: &str = "INSERT INTO intents (id, group_id, kind, data, message, should_push, state, payload_hash, payload, \
    epoch, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

const MOVE: &str = "UPDATE intents SET state = ? WHERE id = ?";

const ACKNOWLEDGE: &str = "UPDATE intents SET state = ? WHERE id = ? AND state = ? AND message IS NOT NULL";

const ACKNOWLEDGE_MESSAGE: &str = "UPDATE messages SET status = ? WHERE position = (SELECT messages.position \
    FROM intents JOIN messages ON substr(messages.id, 1, 8) = substr(message, 1, 8) AND messages.id = message \
    WHERE intents.id = ?) AND status = ?";

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
        self.row(bound(id.0))
    }

    fn intents(&mut self, group: &GroupId, states: &[IntentState]) -> Result<Vec<IntentRow>, StorageError> {
        let queue = self.0.queue()?;
        let states: BTreeSet<_> = states.iter().map(|state| *state as i32).collect();
        let mut ids: Vec<_> = states.into_iter().flat_map(|state| queue.in_state(group.as_bytes(), state)).collect();
        ids.sort_unstable();
        self.rows(&ids)
    }

    fn first_intents(
        &mut self,
        group: &GroupId,
        state: IntentState,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StorageError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let ids: Vec<_> = self.0.queue()?.in_state(group.as_bytes(), state as i32).take(limit).collect();
        self.rows(&ids)
    }

    fn intent_by_hash(&mut self, payload_hash: &[u8; 32]) -> Result<Option<IntentRow>, StorageError> {
        let id = self.0.queue()?.with_hash(payload_hash);
        Ok(self.rows(id.as_slice())?.pop())
    }

    fn has_made_envelopes(&mut self, group: &GroupId) -> Result<bool, StorageError> {
        use IntentState::{Acknowledged, Committed, Error, Published};
        let queue = self.0.queue()?;
        let mut made = [Published, Committed, Error, Acknowledged].into_iter();
        Ok(made.any(|state| queue.in_state(group.as_bytes(), state as i32).next().is_some()))
    }

    fn groups_with_open_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let closed = [IntentState::Error as i32, IntentState::Held as i32];
        let groups = self.0.queue()?.groups(|state| !closed.contains(&state));
        Ok(groups.into_iter().map(GroupId::from).collect())
    }

    fn groups_with_held_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        let groups = self.0.queue()?.groups(|state| state == IntentState::Held as i32);
        Ok(groups.into_iter().map(GroupId::from).collect())
    }
}

impl<T: Connected> Session<T> {
    fn rows(&mut self, ids: &[i64]) -> Result<Vec<IntentRow>, StorageError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(self.row(*id)?);
        }
        Ok(rows)
    }

    fn row(&mut self, id: i64) -> Result<Option<IntentRow>, StorageError> {
        let row = intents::table.find(id).select(Stored::as_select());
        self.0.query(|connection| row.get_result(connection).optional())?.map(IntentRow::try_from).transpose()
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
            writer.queue()?;
            execute(&mut writer.connection, INSERT, &values)?;
            let payload_hash = payload_hash.map(|hash| hash.to_vec());
            let entry = Entry { group: wish.group.as_bytes().to_vec(), state: state as i32, payload_hash };
            writer.queue()?.set(id, Some(entry));
            writer.next_intent = Some(id.saturating_add(1));
            Ok(id)
        })?;
        to_intent_id(id)
    }

    fn release_intents(&mut self, group: &GroupId) -> Result<usize, StorageError> {
        let held: Vec<_> = self.0.queue()?.in_state(group.as_bytes(), IntentState::Held as i32).collect();
        for id in &held {
            self.0.write(|writer| {
                execute(&mut writer.connection, MOVE, &[integer(IntentState::ToPublish as i64), integer(*id)])?;
                moved(writer, *id, IntentState::ToPublish)
            })?;
        }
        Ok(held.len())
    }

    fn acknowledge_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let number = bound(id.0);
        let id = integer(number);
        let intent = [integer(IntentState::Acknowledged as i64), id, integer(IntentState::Published as i64)];
        let message = [integer(DeliveryStatus::Published as i64), id, integer(DeliveryStatus::Unpublished as i64)];
        self.0.write(|writer| {
            writer.queue()?;
            if execute(&mut writer.connection, ACKNOWLEDGE, &intent)? > 0 {
                moved(writer, number, IntentState::Acknowledged)?;
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
        self.0.write(|writer| {
            writer.queue()?;
            if execute(&mut writer.connection, UPDATE, &values)? > 0 {
                let payload_hash = row.payload_hash.map(|hash| hash.to_vec());
                let entry = Entry { group: row.wish.group.as_bytes().to_vec(), state: row.state as i32, payload_hash };
                writer.queue()?.set(bound(row.id.0), Some(entry));
            }
            Ok(())
        })
    }

    fn delete_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let id = bound(id.0);
        self.0.write(|writer| {
            writer.queue()?;
            diesel::delete(intents::table.find(id)).execute(&mut writer.connection)?;
            writer.queue()?.set(id, None);
            Ok(())
        })
    }
}

/// Notes the state that an intent is in now.
fn moved(writer: &mut Writer, id: i64, state: IntentState) -> QueryResult<()> {
    let queue = writer.queue()?;
    let entry = queue.entry(id).map(|entry| Entry { state: state as i32, ..entry.clone() });
    queue.set(id, entry);
    Ok(())
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
