//! Messages on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    conversations,
    convert::{from_sequence_id, from_time, to_message_id, to_sequence_id, to_time},
    deletions::note_expired,
    groups::lift_last_message,
    message_filter::matching,
    schema::{conversations::dsl as numbered, message_floor, messages},
    senders,
    session::{Connected, Session, Writing},
};
use crate::{
    DeliveryStatus, MessageKind, MessageOrder, MessageQuery, MessageReads, MessageRow, MessageWrites, StorageError,
};
use diesel::{
    dsl::{max, min, sql},
    prelude::*,
    sql_types::Binary,
    sqlite::Sqlite,
};
use std::collections::{BTreeMap, HashMap, hash_map::Entry};
use xmtp_types::{GroupId, MessageId, SequenceId, Timestamp};

/// What is kept of an id in the index.
const ID_IN_INDEX: &str = "substr(id, 1, 8)";
const BYTES_IN_INDEX: usize = 8;

const INSERT: &str = "INSERT INTO messages (position, id, conversation, kind, status, sender, sent_at, sequence_id, \
    content_type, reference, content, idempotency_key, expires_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? \
    WHERE NOT EXISTS (SELECT 1 FROM messages WHERE substr(id, 1, 8) = ? AND id = ?)";

const UPDATE_DELIVERY: &str = "UPDATE messages SET status = ?, sent_at = ?, sequence_id = ?, expires_at = ? \
    WHERE position = ?";

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(Sqlite))]
struct Stored {
    position: i64,
    id: Vec<u8>,
    conversation: i64,
    kind: i32,
    status: i32,
    sender: i64,
    sent_at: i64,
    sequence_id: Option<i64>,
    content_type: String,
    reference: Option<Vec<u8>>,
    content: Vec<u8>,
    idempotency_key: String,
    expires_at: Option<i64>,
}

impl<T: Connected> MessageReads for Session<T> {
    fn message(&mut self, id: &MessageId) -> Result<Option<MessageRow>, StorageError> {
        let row = with_id(id).select(Stored::as_select());
        let row = self.0.query(|connection| row.get_result(connection).optional())?;
        Ok(to_rows(&mut self.0, row)?.pop().map(|(_, row)| row))
    }

    fn placed_messages(&mut self, query: &MessageQuery) -> Result<Vec<(u64, MessageRow)>, StorageError> {
        let rows = matching(query).select(Stored::as_select());
        let rows = match query.order {
            MessageOrder::SentAscending => rows.order((messages::sent_at.asc(), messages::position.asc())),
            MessageOrder::SentDescending => rows.order((messages::sent_at.desc(), messages::position.desc())),
            MessageOrder::Stored => rows.order(messages::position.asc()),
            MessageOrder::StoredDescending => rows.order(messages::position.desc()),
        };
        let rows = match query.limit {
            Some(limit) => rows.limit(i64::from(limit)),
            None => rows,
        };
        let rows = self.0.query(|connection| rows.load(connection))?;
        to_rows(&mut self.0, rows)
    }

    fn stored_position(&mut self, id: &MessageId) -> Result<Option<u64>, StorageError> {
        let row = with_id(id).select(messages::position);
        let position: Option<i64> = self.0.query(|connection| row.get_result(connection).optional())?;
        position.map(|position| u64::try_from(position).map_err(|_| StorageError::Damaged("position"))).transpose()
    }

    fn newest_position(&mut self) -> Result<u64, StorageError> {
        let newest = messages::table.select(max(messages::position));
        let newest: Option<i64> = self.0.query(|connection| newest.get_result(connection))?;
        u64::try_from(newest.unwrap_or(0)).map_err(|_| StorageError::Damaged("position"))
    }

    fn next_expiry(&mut self) -> Result<Option<Timestamp>, StorageError> {
        let next = messages::table.filter(messages::expires_at.is_not_null()).select(min(messages::expires_at));
        let next: Option<i64> = self.0.query(|connection| next.get_result(connection))?;
        next.map(to_time).transpose()
    }

    fn count_messages(&mut self, query: &MessageQuery) -> Result<u64, StorageError> {
        let count: i64 = self.0.query(|connection| matching(query).count().get_result(connection))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The message with this id.
fn with_id(id: &MessageId) -> messages::BoxedQuery<'_, Sqlite> {
    let id = id.as_bytes().as_slice();
    messages::table.into_boxed().filter(sql::<Binary>(ID_IN_INDEX).eq(in_index(id))).filter(messages::id.eq(id))
}

fn in_index(id: &[u8]) -> &[u8] {
    id.get(..BYTES_IN_INDEX).unwrap_or(id)
}

/// Rows with the senders and the conversations that they name by number, and their positions.
fn to_rows(
    session: &mut impl Connected,
    rows: impl IntoIterator<Item = Stored>,
) -> Result<Vec<(u64, MessageRow)>, StorageError> {
    let (mut known_senders, mut known_groups) = (HashMap::new(), HashMap::new());
    let to_row = |stored: Stored| {
        let sender = match known_senders.entry(stored.sender) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let found = session.query(|connection| senders::with_number(connection, stored.sender))?;
                *unknown.insert(senders::to_sender(found)?)
            }
        };
        let group = match known_groups.entry(stored.conversation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let found = session.query(|connection| conversations::with_number(connection, stored.conversation))?;
                unknown.insert(found.map(GroupId::from).ok_or(StorageError::Damaged("conversation"))?)
            }
        };
        let position = u64::try_from(stored.position).map_err(|_| StorageError::Damaged("position"))?;
        let row = MessageRow {
            id: to_message_id(&stored.id)?,
            group: group.clone(),
            kind: to_kind(stored.kind)?,
            status: to_status(stored.status)?,
            sender_inbox: sender.0,
            sender_installation: sender.1,
            sent_at: to_time(stored.sent_at)?,
            sequence_id: stored.sequence_id.map(to_sequence_id).transpose()?,
            content_type: stored.content_type,
            reference: stored.reference.as_deref().map(to_message_id).transpose()?,
            content: stored.content,
            idempotency_key: stored.idempotency_key,
            expires_at: stored.expires_at.map(to_time).transpose()?,
        };
        Ok((position, row))
    };
    rows.into_iter().map(to_row).collect()
}

fn to_kind(number: i32) -> Result<MessageKind, StorageError> {
    match number {
        1 => Ok(MessageKind::Application),
        2 => Ok(MessageKind::MembershipChange),
        _ => Err(StorageError::Damaged("message kind")),
    }
}

fn to_status(number: i32) -> Result<DeliveryStatus, StorageError> {
    match number {
        1 => Ok(DeliveryStatus::Unpublished),
        2 => Ok(DeliveryStatus::Published),
        3 => Ok(DeliveryStatus::Failed),
        _ => Err(StorageError::Damaged("delivery status")),
    }
}

impl MessageWrites for Session<Writing<'_>> {
    fn insert_message(&mut self, row: &MessageRow) -> Result<bool, StorageError> {
        let is_new = self.insert_messages(std::slice::from_ref(row))?;
        Ok(is_new.contains(&true))
    }

    fn insert_messages(&mut self, rows: &[MessageRow]) -> Result<Vec<bool>, StorageError> {
        let mut is_new = Vec::with_capacity(rows.len());
        let mut newest = BTreeMap::new();
        for row in rows {
            let sequence_id = row.sequence_id.map(from_sequence_id).transpose()?;
            let inserted = self.0.write(|writer| insert(writer, row, sequence_id))?;
            if inserted && row.status != DeliveryStatus::Unpublished {
                let sent_at = newest.entry(&row.group).or_insert(row.sent_at);
                *sent_at = row.sent_at.max(*sent_at);
            }
            is_new.push(inserted);
        }
        for (group, sent_at) in newest {
            self.0.write(|writer| lift_last_message(writer, group.as_bytes(), from_time(sent_at)))?;
        }
        Ok(is_new)
    }

    fn update_delivery(
        &mut self,
        id: &MessageId,
        status: DeliveryStatus,
        sent_at: Timestamp,
        sequence_id: Option<SequenceId>,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        let group = numbered::conversations.filter(numbered::position.eq(messages::conversation));
        let row = with_id(id).select((messages::position, group.select(numbered::group_id).single_value()));
        let row: Option<(i64, Option<Vec<u8>>)> = self.0.query(|connection| row.get_result(connection).optional())?;
        let Some((position, group)) = row else { return Ok(()) };
        let group = group.ok_or(StorageError::Damaged("conversation"))?;
        let values = [
            Value::Integer(Some(status as i64)),
            Value::Integer(Some(from_time(sent_at))),
            Value::Integer(sequence_id.map(from_sequence_id).transpose()?),
            Value::Integer(expires_at.map(from_time)),
            Value::Integer(Some(position)),
        ];
        self.0.write(|writer| {
            execute(&mut writer.connection, UPDATE_DELIVERY, &values)?;
            lift_last_message(writer, &group, from_time(sent_at))
        })
    }

    fn delete_expired(&mut self, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
        // The last point that fits stands for all later ones, which have not come yet.
        let (noted_at, now) = (now, from_time(now).min(i64::MAX - 1));
        let expired = || messages::table.filter(messages::expires_at.le(now));
        let rows = expired().select((messages::position, messages::id)).order(messages::position);
        let rows: Vec<(i64, Vec<u8>)> = self.0.query(|connection| rows.load(connection))?;
        if let Some((last, _)) = rows.last() {
            self.0.write(|writer| {
                let floor = next_position(writer)?.saturating_sub(1);
                if *last == floor {
                    let row = (message_floor::id.eq(0), message_floor::position.eq(floor));
                    diesel::replace_into(message_floor::table).values(row).execute(&mut writer.connection)?;
                }
                note_expired(writer, noted_at, now)?;
                diesel::delete(expired()).execute(&mut writer.connection)
            })?;
        }
        rows.iter().map(|(_, id)| to_message_id(id)).collect()
    }
}

/// Inserts a message unless its id is there. Says whether it was new.
fn insert(writer: &mut Writer, row: &MessageRow, sequence_id: Option<i64>) -> QueryResult<bool> {
    let position = next_position(writer)?;
    let conversation = conversations::number_of(writer, &row.group)?;
    let sender = senders::number_of(writer, &row.sender_inbox, &row.sender_installation)?;
    let id = row.id.as_bytes().as_slice();
    let values = [
        Value::Integer(Some(position)),
        Value::Bytes(Some(id)),
        Value::Integer(Some(conversation)),
        Value::Integer(Some(row.kind as i64)),
        Value::Integer(Some(row.status as i64)),
        Value::Integer(Some(sender)),
        Value::Integer(Some(from_time(row.sent_at))),
        Value::Integer(sequence_id),
        Value::Text(Some(&row.content_type)),
        Value::Bytes(row.reference.as_ref().map(|id| id.as_bytes().as_slice())),
        Value::Bytes(Some(&row.content)),
        Value::Text(Some(&row.idempotency_key)),
        Value::Integer(row.expires_at.map(from_time)),
        Value::Bytes(Some(in_index(id))),
        Value::Bytes(Some(id)),
    ];
    let is_new = execute(&mut writer.connection, INSERT, &values)? > 0;
    if is_new {
        writer.next_position = Some(position.saturating_add(1));
    }
    Ok(is_new)
}

/// The position after all that were ever given: STORE.R10.
fn next_position(writer: &mut Writer) -> QueryResult<i64> {
    if let Some(next) = writer.next_position {
        return Ok(next);
    }
    let newest: Option<i64> = messages::table.select(max(messages::position)).get_result(&mut writer.connection)?;
    let floor: Option<i64> =
        message_floor::table.select(max(message_floor::position)).get_result(&mut writer.connection)?;
    let next = newest.max(floor).unwrap_or(0).saturating_add(1);
    writer.next_position = Some(next);
    Ok(next)
}
