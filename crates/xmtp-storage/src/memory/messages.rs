//! Messages in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::{Counter, Tables},
};
use crate::{
    DeletionCause, DeletionRow, DeletionWrites, DeliveryStatus, MessageOrder, MessageQuery, MessageReads, MessageRow,
    MessageWrites, Place, StorageError, message_query::is_of_type,
};
use std::cmp::Reverse;
use xmtp_types::{MessageId, SequenceId, Timestamp};

impl<T: Holds> MessageReads for Session<T> {
    fn message(&mut self, id: &MessageId) -> Result<Option<MessageRow>, StorageError> {
        let tables = self.0.tables();
        Ok(tables.message_positions.get(id).and_then(|position| tables.messages.get(position)).cloned())
    }

    fn placed_messages(&mut self, query: &MessageQuery) -> Result<Vec<(u64, MessageRow)>, StorageError> {
        let mut rows = matching(self.0.tables(), query);
        match query.order {
            MessageOrder::SentAscending => rows.sort_by_key(|(position, row)| (row.sent_at, *position)),
            MessageOrder::SentDescending => rows.sort_by_key(|(position, row)| Reverse((row.sent_at, *position))),
            MessageOrder::Stored => rows.sort_by_key(|(position, _)| *position),
            MessageOrder::StoredDescending => rows.sort_by_key(|(position, _)| Reverse(*position)),
        }
        let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
        Ok(rows.into_iter().take(limit).map(|(position, row)| (position, row.clone())).collect())
    }

    fn stored_position(&mut self, id: &MessageId) -> Result<Option<u64>, StorageError> {
        Ok(self.0.tables().message_positions.get(id).copied())
    }

    fn newest_position(&mut self) -> Result<u64, StorageError> {
        Ok(self.0.tables().messages.iter().next_back().map_or(0, |(position, _)| *position))
    }

    fn next_expiry(&mut self) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.0.tables().messages.iter().filter_map(|(_, row)| row.expires_at).min())
    }

    fn count_messages(&mut self, query: &MessageQuery) -> Result<u64, StorageError> {
        Ok(matching(self.0.tables(), query).len() as u64)
    }
}

fn matching<'t>(tables: &'t Tables, query: &MessageQuery) -> Vec<(u64, &'t MessageRow)> {
    let fits = |(position, row): &(u64, &MessageRow)| fits(tables, query, *position, row);
    match &query.group {
        Some(group) => {
            let first = (group.clone(), Timestamp::from_nanos(0), 0);
            let last = (group.clone(), Timestamp::from_nanos(u64::MAX), u64::MAX);
            let positions = tables.messages_by_time.range(first..=last).map(|((_, _, position), ())| *position);
            positions.filter_map(|position| Some((position, tables.messages.get(&position)?))).filter(fits).collect()
        }
        None => tables.messages.iter().map(|(position, row)| (*position, row)).filter(fits).collect(),
    }
}

fn fits(tables: &Tables, query: &MessageQuery, position: u64, row: &MessageRow) -> bool {
    let peer = || tables.groups.get(&row.group).and_then(|group| group.dm_peer);
    let is_one_of = |names: &[String]| names.iter().any(|name| is_of_type(&row.content_type, name));
    query.dm_peer.is_none_or(|wanted| peer() == Some(wanted))
        && query.sent_after.is_none_or(|after| row.sent_at > after)
        && query.sent_before.is_none_or(|before| row.sent_at < before)
        && query.stored_after.is_none_or(|after| position > after)
        && query.stored_before.is_none_or(|before| position < before)
        && query.beyond.is_none_or(|place| is_beyond(query.order, place, position, row))
        && query.kind.is_none_or(|kind| row.kind == kind)
        && query.status.is_none_or(|status| row.status == status)
        && (query.content_types.is_empty() || is_one_of(&query.content_types))
        && !is_one_of(&query.excluded_types)
        && !query.excluded_senders.contains(&row.sender_inbox)
        && (query.referring_to.is_empty() || row.reference.is_some_and(|id| query.referring_to.contains(&id)))
        && query.unexpired_at.is_none_or(|now| !row.has_expired(now))
}

fn is_beyond(order: MessageOrder, place: Place, position: u64, row: &MessageRow) -> bool {
    match order {
        MessageOrder::SentAscending => (row.sent_at, position) > (place.sent_at, place.position),
        MessageOrder::SentDescending => (row.sent_at, position) < (place.sent_at, place.position),
        MessageOrder::Stored => position > place.position,
        MessageOrder::StoredDescending => position < place.position,
    }
}

impl MessageWrites for Session<Writing<'_>> {
    fn insert_message(&mut self, row: &MessageRow) -> Result<bool, StorageError> {
        if self.0.tables().message_positions.get(&row.id).is_some() {
            return Ok(false);
        }
        self.0.arrive(&row.group);
        let position = self.0.count(Counter::Messages);
        self.0.set(|tables| &mut tables.message_positions, row.id, Some(position));
        self.0.put_message(position, row.clone());
        Ok(true)
    }

    fn update_delivery(
        &mut self,
        id: &MessageId,
        status: DeliveryStatus,
        sent_at: Timestamp,
        sequence_id: Option<SequenceId>,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        let tables = self.0.tables();
        let Some(&position) = tables.message_positions.get(id) else { return Ok(()) };
        let Some(row) = tables.messages.get(&position).cloned() else { return Ok(()) };
        let before = (row.group.clone(), row.sent_at, position);
        self.0.set(|tables| &mut tables.messages_by_time, before, None);
        self.0.put_message(position, MessageRow { status, sent_at, sequence_id, expires_at, ..row });
        Ok(())
    }

    fn delete_expired(&mut self, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
        let rows = self.0.tables().messages.iter().filter(|(_, row)| row.has_expired(now));
        let expired: Vec<_> = rows.map(|(position, row)| (*position, row.id, row.group.clone(), row.sent_at)).collect();
        let ids = expired.iter().map(|(_, id, _, _)| *id).collect();
        for (position, id, group, sent_at) in expired {
            self.put_deletion(&DeletionRow {
                message: id,
                group: group.clone(),
                cause: DeletionCause::Expired,
                at: now,
            })?;
            self.0.set(|tables| &mut tables.messages_by_time, (group, sent_at, position), None);
            self.0.set(|tables| &mut tables.message_positions, id, None);
            self.0.set(|tables| &mut tables.messages, position, None);
        }
        Ok(ids)
    }
}

impl Writing<'_> {
    fn put_message(&mut self, position: u64, row: MessageRow) {
        self.lift_last_message(&row.group, row.sent_at);
        self.set(|tables| &mut tables.messages_by_time, (row.group.clone(), row.sent_at, position), Some(()));
        self.set(|tables| &mut tables.messages, position, Some(row));
    }
}
