//! Messages on disk.
use super::{
    cached::{Value, execute},
    connection::Writer,
    convert::{from_sequence_id, from_time, to_message_id, to_sequence_id, to_time},
    deletions::note_expired,
    groups::lift_last_message,
    message_filter::matching,
    schema::{message_floor, messages},
    senders,
    session::{Connected, Session, Writing},
};
use crate::{
    DeliveryStatus, MessageKind, MessageOrder, MessageQuery, MessageReads, MessageRow, MessageWrites, StorageError,
};
use diesel::{
    dsl::{max, min},
    prelude::*,
    sqlite::Sqlite,
};
use std::collections::{BTreeMap, HashMap};
use xmtp_types::{GroupId, MessageId, SequenceId, Timestamp};

const UPDATE_DELIVERY: &str =
    "UPDATE messages SET status = ?, sent_at = ?, sequence_id = ?, expires_at = ? WHERE id = ?";

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Stored {
    position: i64,
    id: Vec<u8>,
    group_id: Vec<u8>,
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
        let row = messages::table.filter(messages::id.eq(id.as_bytes().as_slice())).select(Stored::as_select());
        let row = self.0.query(|connection| row.get_result(connection).optional())?;
        Ok(with_senders(&mut self.0, row)?.pop().map(|(_, row)| row))
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
        with_senders(&mut self.0, rows)
    }

    fn stored_position(&mut self, id: &MessageId) -> Result<Option<u64>, StorageError> {
        let row = messages::table.filter(messages::id.eq(id.as_bytes().as_slice())).select(messages::position);
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

fn with_senders(
    session: &mut impl Connected,
    rows: impl IntoIterator<Item = Stored>,
) -> Result<Vec<(u64, MessageRow)>, StorageError> {
    let mut known = HashMap::new();
    let to_row = |stored: Stored| {
        let sender = match known.get(&stored.sender) {
            Some(sender) => *sender,
            None => {
                let found = session.query(|connection| senders::with_number(connection, stored.sender))?;
                let sender = senders::to_sender(found)?;
                known.insert(stored.sender, sender);
                sender
            }
        };
        let position = u64::try_from(stored.position).map_err(|_| StorageError::Damaged("position"))?;
        let row = MessageRow {
            id: to_message_id(&stored.id)?,
            group: GroupId::from(stored.group_id),
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
        let row = messages::table.filter(messages::id.eq(id.as_bytes().as_slice())).select(messages::group_id);
        let group: Option<Vec<u8>> = self.0.query(|connection| row.get_result(connection).optional())?;
        let Some(group) = group else { return Ok(()) };
        let values = [
            Value::Integer(Some(status as i64)),
            Value::Integer(Some(from_time(sent_at))),
            Value::Integer(sequence_id.map(from_sequence_id).transpose()?),
            Value::Integer(expires_at.map(from_time)),
            Value::Bytes(Some(id.as_bytes())),
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
    let stored = Stored {
        position,
        id: row.id.as_bytes().to_vec(),
        group_id: row.group.as_bytes().to_vec(),
        kind: row.kind as i32,
        status: row.status as i32,
        sender: senders::number_of(writer, &row.sender_inbox, &row.sender_installation)?,
        sent_at: from_time(row.sent_at),
        sequence_id,
        content_type: row.content_type.clone(),
        reference: row.reference.map(|id| id.as_bytes().to_vec()),
        content: row.content.clone(),
        idempotency_key: row.idempotency_key.clone(),
        expires_at: row.expires_at.map(from_time),
    };
    let insert = diesel::insert_or_ignore_into(messages::table).values(stored);
    let is_new = insert.execute(&mut writer.connection)? > 0;
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
