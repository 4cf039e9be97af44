//! Messages.
use super::rows::{at, group, group_id, inbox, message, message_id, wish, write};
use crate::{
    DeliveryStatus, GroupQuery, GroupRow, MessageKind, MessageOrder, MessageQuery, MessageRow, NewIntent, Place,
    StorageError, Store,
};
use xmtp_types::{InboxId, InstallationId, MessageId, SequenceId, Timestamp};

fn ids(rows: &[MessageRow]) -> Vec<MessageId> {
    rows.iter().map(|row| row.id).collect()
}

fn numbered(numbers: &[u8]) -> Vec<MessageId> {
    numbers.iter().copied().map(message_id).collect()
}

/// Every field, filled and empty, comes back as it was inserted.
pub fn every_field_of_a_message_comes_back(store: &dyn Store) -> Result<(), StorageError> {
    let full = MessageRow {
        kind: MessageKind::MembershipChange,
        status: DeliveryStatus::Failed,
        sender_inbox: InboxId::from_bytes([3; 32]),
        sender_installation: InstallationId::from_bytes([4; 32]),
        sequence_id: Some(SequenceId::new(9)),
        content_type: String::new(),
        reference: Some(message_id(1)),
        content: vec![7; 100_000],
        idempotency_key: "any text: ü".to_owned(),
        expires_at: Some(at(50)),
        ..message(1, 1, 20)
    };
    let unpublished = MessageRow { status: DeliveryStatus::Unpublished, content: Vec::new(), ..message(3, 1, 30) };
    for row in [full, message(2, 1, 20), unpublished] {
        write(store, |tx| tx.insert_message(&row))?;
        assert_eq!(store.read()?.message(&row.id)?, Some(row));
    }
    assert_eq!(store.read()?.message(&message_id(9))?, None);
    Ok(())
}

/// The second message of an id is left out and the first stays as it is.
pub fn a_message_is_inserted_once(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| tx.put_group(&group(1, 1)))?;
    assert!(write(store, |tx| tx.insert_message(&message(1, 1, 20)))?);
    assert!(!write(store, |tx| tx.insert_message(&message(1, 1, 99)))?);
    assert_eq!(store.read()?.message(&message_id(1))?, Some(message(1, 1, 20)));
    assert_eq!(store.read()?.count_messages(&MessageQuery::default())?, 1);
    assert_eq!(store.read()?.group(&group_id(1))?.and_then(|row| row.last_message_at), Some(at(20)));
    Ok(())
}

/// A store may find messages by a part of their ids, and somebody may have looked for two that share it.
pub fn messages_whose_ids_begin_alike_are_told_apart(store: &dyn Store) -> Result<(), StorageError> {
    let with_end = |end: u8| {
        let mut id = [1; 32];
        id[8..].fill(end);
        MessageRow { id: MessageId::from_bytes(id), content: vec![end], ..message(1, 1, 20) }
    };
    let rows = [with_end(1), with_end(2), with_end(3)];
    write(store, |tx| {
        assert!(tx.insert_message(&rows[0])? && tx.insert_message(&rows[1])?);
        assert!(!tx.insert_message(&rows[0])? && !tx.insert_message(&rows[1])?);
        tx.update_delivery(&rows[1].id, DeliveryStatus::Published, at(40), Some(SequenceId::new(4)), None)
    })?;
    let mut read = store.read()?;
    assert_eq!(read.message(&rows[0].id)?.as_ref(), Some(&rows[0]));
    let updated = MessageRow { sent_at: at(40), sequence_id: Some(SequenceId::new(4)), ..rows[1].clone() };
    assert_eq!(read.message(&rows[1].id)?, Some(updated));
    assert_eq!(read.message(&rows[2].id)?, None);
    assert_eq!([read.stored_position(&rows[0].id)?, read.stored_position(&rows[1].id)?], [Some(1), Some(2)]);
    Ok(())
}

/// Both orders by time are each other's reverse; the limit is taken after ordering.
pub fn messages_are_ordered_by_time_and_ties_by_storing(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        let rows = [(1, 1, 30), (2, 1, 10), (3, 2, 20), (4, 1, 10), (5, 1, 20)];
        rows.into_iter().try_for_each(|(id, group, at)| tx.insert_message(&message(id, group, at)).map(drop))
    })?;
    let listed = |group: Option<u8>, order, limit| -> Result<_, StorageError> {
        let query = MessageQuery { group: group.map(group_id), order, limit, ..MessageQuery::default() };
        Ok(ids(&store.read()?.messages(&query)?))
    };
    let orders = [
        (MessageOrder::SentAscending, [2, 4, 3, 5, 1], [2, 4, 5, 1]),
        (MessageOrder::SentDescending, [1, 5, 3, 4, 2], [1, 5, 4, 2]),
        (MessageOrder::Stored, [1, 2, 3, 4, 5], [1, 2, 4, 5]),
        (MessageOrder::StoredDescending, [5, 4, 3, 2, 1], [5, 4, 2, 1]),
    ];
    for (order, all, of_one_group) in orders {
        assert_eq!(listed(None, order, None)?, numbered(&all));
        assert_eq!(listed(Some(1), order, None)?, numbered(&of_one_group));
        assert_eq!(listed(Some(1), order, Some(2))?, numbered(&of_one_group[..2]));
        assert_eq!(listed(Some(1), order, Some(0))?, []);
    }
    Ok(())
}

/// Bounds in time and place are strict, filters add up, and none filters nothing.
pub fn messages_are_filtered_by_every_part_of_the_query(store: &dyn Store) -> Result<(), StorageError> {
    let (reaction, text) = ("xmtp.org/reaction:2.0".to_owned(), "xmtp.org/text:1.0".to_owned());
    let rows = [
        message(1, 1, 10),
        MessageRow { kind: MessageKind::MembershipChange, ..message(2, 1, 20) },
        MessageRow { status: DeliveryStatus::Unpublished, ..message(3, 1, 30) },
        MessageRow { content_type: reaction.clone(), ..message(4, 1, 40) },
        MessageRow { reference: Some(message_id(1)), sender_inbox: inbox(9), ..message(5, 2, 30) },
        MessageRow { reference: Some(message_id(2)), expires_at: Some(at(100)), ..message(6, 3, 50) },
    ];
    write(store, |tx| {
        let dm = |number| GroupRow { dm_peer: Some(inbox(7)), ..group(number, 1) };
        [group(1, 1), dm(2), dm(3)].iter().try_for_each(|row| tx.put_group(row))
    })?;
    write(store, |tx| rows.iter().try_for_each(|row| tx.insert_message(row).map(drop)))?;
    let all = MessageQuery::default;
    let place = store.read()?.stored_position(&message_id(2))?;
    let cases = [
        (all(), &[1, 2, 3, 5, 4, 6][..]),
        (MessageQuery { group: Some(group_id(1)), ..all() }, &[1, 2, 3, 4]),
        (MessageQuery { group: Some(group_id(4)), ..all() }, &[]),
        (MessageQuery { dm_peer: Some(inbox(7)), ..all() }, &[5, 6]),
        (MessageQuery { dm_peer: Some(inbox(7)), stored_after: Some(5), ..all() }, &[6]),
        (MessageQuery { dm_peer: Some(inbox(8)), ..all() }, &[]),
        (MessageQuery { sent_after: Some(at(20)), ..all() }, &[3, 5, 4, 6]),
        (MessageQuery { sent_before: Some(at(30)), ..all() }, &[1, 2]),
        (MessageQuery { sent_after: Some(at(10)), sent_before: Some(at(40)), ..all() }, &[2, 3, 5]),
        (MessageQuery { sent_before: Some(at(u64::MAX)), ..all() }, &[1, 2, 3, 5, 4, 6]),
        (MessageQuery { sent_after: Some(at(u64::MAX)), ..all() }, &[]),
        (MessageQuery { stored_after: place, ..all() }, &[3, 5, 4, 6]),
        (MessageQuery { stored_before: place, ..all() }, &[1]),
        (MessageQuery { stored_before: Some(u64::MAX), sent_before: Some(at(20)), ..all() }, &[1]),
        (MessageQuery { stored_after: place, group: Some(group_id(1)), ..all() }, &[3, 4]),
        (MessageQuery { stored_after: Some(u64::MAX), ..all() }, &[]),
        (MessageQuery { kind: Some(MessageKind::MembershipChange), ..all() }, &[2]),
        (MessageQuery { kind: Some(MessageKind::Application), group: Some(group_id(1)), ..all() }, &[1, 3, 4]),
        (MessageQuery { status: Some(DeliveryStatus::Unpublished), ..all() }, &[3]),
        (MessageQuery { content_types: vec![reaction.clone()], ..all() }, &[4]),
        (MessageQuery { content_types: vec!["xmtp.org/reaction".to_owned()], ..all() }, &[4]),
        (MessageQuery { content_types: vec!["xmtp.org/react".to_owned()], ..all() }, &[]),
        (MessageQuery { content_types: vec!["xmtp.org/reaction:2".to_owned()], ..all() }, &[]),
        (MessageQuery { content_types: vec![reaction.clone(), text.clone()], ..all() }, &[1, 2, 3, 5, 4, 6]),
        (MessageQuery { content_types: vec!["none".to_owned()], ..all() }, &[]),
        (MessageQuery { excluded_types: vec![text, "none".to_owned()], ..all() }, &[4]),
        (MessageQuery { excluded_types: vec!["xmtp.org/text".to_owned(), reaction], ..all() }, &[]),
        (MessageQuery { excluded_senders: vec![inbox(9), inbox(5)], ..all() }, &[1, 2, 3, 4, 6]),
        (MessageQuery { excluded_senders: vec![inbox(9), inbox(1)], ..all() }, &[]),
        (MessageQuery { referring_to: vec![message_id(1), message_id(2)], ..all() }, &[5, 6]),
        (MessageQuery { referring_to: vec![message_id(2)], group: Some(group_id(3)), ..all() }, &[6]),
        (MessageQuery { referring_to: vec![message_id(2)], group: Some(group_id(2)), ..all() }, &[]),
        (MessageQuery { unexpired_at: Some(at(99)), sent_after: Some(at(35)), ..all() }, &[4, 6]),
        (MessageQuery { unexpired_at: Some(at(100)), sent_after: Some(at(35)), ..all() }, &[4]),
    ];
    for (query, expected) in cases {
        assert_eq!(ids(&store.read()?.messages(&query)?), numbered(expected), "{query:?}");
        assert_eq!(store.read()?.count_messages(&query)?, expected.len() as u64, "{query:?}");
    }
    Ok(())
}

/// Pages of any size and order put together are the list, also when messages of one page have gone meanwhile.
pub fn pages_put_together_are_the_list(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        let rows = [(1, 30), (2, 10), (3, 20), (4, 10), (5, 20), (6, 20), (7, 5)];
        rows.into_iter().try_for_each(|(id, at)| tx.insert_message(&message(id, 1, at)).map(drop))
    })?;
    let orders = [
        MessageOrder::SentAscending,
        MessageOrder::SentDescending,
        MessageOrder::Stored,
        MessageOrder::StoredDescending,
    ];
    for order in orders {
        let list = MessageQuery { group: Some(group_id(1)), order, ..MessageQuery::default() };
        let whole = ids(&store.read()?.messages(&list)?);
        for size in 1..=8 {
            let (mut pages, mut beyond) = (Vec::new(), None);
            loop {
                let page = MessageQuery { beyond, limit: Some(size), ..list.clone() };
                let rows = store.read()?.placed_messages(&page)?;
                let Some((position, last)) = rows.last() else { break };
                beyond = Some(Place { sent_at: last.sent_at, position: *position });
                pages.extend(rows.into_iter().map(|(_, row)| row.id));
            }
            assert_eq!(pages, whole, "{order:?} in pages of {size}");
        }
    }
    Ok(())
}

/// No place is given twice: who remembers one misses no message.
pub fn stored_positions_rise_even_when_the_newest_message_is_deleted(store: &dyn Store) -> Result<(), StorageError> {
    assert_eq!(store.read()?.newest_position()?, 0);
    assert_eq!(store.read()?.next_expiry()?, None);
    let mut highest = None;
    for number in 1..=3 {
        let row = MessageRow { expires_at: Some(at(5)), ..message(number, 1, 10) };
        let place = write(store, |tx| {
            tx.insert_message(&row)?;
            let place = tx.stored_position(&row.id)?;
            assert_eq!(Some(tx.newest_position()?), place);
            Ok(place)
        })?;
        assert!(place > highest);
        highest = place;
        assert_eq!(write(store, |tx| tx.delete_expired(at(5)))?, [row.id]);
        assert_eq!(store.read()?.stored_position(&row.id)?, None);
    }
    Ok(())
}

/// A count is of all that fit.
pub fn counting_ignores_the_limit(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| (1..=5).try_for_each(|number| tx.insert_message(&message(number, 1, 10)).map(drop)))?;
    let query = MessageQuery { limit: Some(2), ..MessageQuery::default() };
    assert_eq!(store.read()?.count_messages(&query)?, 5);
    assert_eq!(store.read()?.messages(&query)?.len(), 2);
    Ok(())
}

/// The newest message counts, whichever was stored last; a message of an unknown conversation is kept all the same.
pub fn a_new_message_lifts_its_conversation_and_an_old_one_does_not(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| tx.put_group(&group(1, 100)))?;
    for (number, sent_at, expected) in [(1, 50, 50), (2, 40, 50), (3, 60, 60)] {
        write(store, |tx| tx.insert_message(&message(number, 1, sent_at)))?;
        assert_eq!(store.read()?.group(&group_id(1))?.and_then(|row| row.last_message_at), Some(at(expected)));
    }
    assert!(write(store, |tx| tx.insert_message(&message(9, 9, 70)))?);
    assert_eq!(store.read()?.group(&group_id(9))?, None);
    Ok(())
}

/// Many at once are as one after the other: those that are there are left out, the rest come in this order and lift each
/// its own conversation. A sender whose number was given in what was undone is given one anew.
pub fn messages_are_inserted_together_as_one_by_one(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        tx.put_group(&group(1, 1))?;
        tx.put_group(&group(2, 1))?;
        tx.insert_message(&message(1, 1, 10)).map(drop)
    })?;
    let stranger = MessageRow { sender_inbox: inbox(7), ..message(5, 2, 15) };
    let rows = [message(3, 1, 30), message(1, 1, 99), message(2, 1, 20), stranger, message(3, 1, 40)];
    let mut dropped = store.begin(crate::Durability::Relaxed)?;
    assert_eq!(dropped.insert_messages(&rows)?, [true, false, true, true, false]);
    drop(dropped);
    write(store, |tx| {
        tx.savepoint()?;
        tx.insert_messages(&rows)?;
        tx.rollback_to_savepoint()?;
        tx.release_savepoint()?;
        assert_eq!(tx.insert_messages(&rows)?, [true, false, true, true, false]);
        assert_eq!(tx.insert_messages(&[])?, [false; 0]);
        Ok(())
    })?;
    let mut read = store.read()?;
    let stored = read.messages(&MessageQuery { order: MessageOrder::Stored, ..MessageQuery::default() })?;
    assert_eq!(ids(&stored), numbered(&[1, 3, 2, 5]));
    assert_eq!(stored.last(), rows.get(3));
    for (number, expected) in [(1, 30), (2, 15)] {
        assert_eq!(read.group(&group_id(number))?.and_then(|row| row.last_message_at), Some(at(expected)));
    }
    Ok(())
}

/// From when it is written, and for good once it has arrived.
pub fn a_message_that_is_being_sent_counts_for_its_conversation(store: &dyn Store) -> Result<(), StorageError> {
    let written = MessageRow { status: DeliveryStatus::Unpublished, ..message(1, 1, 60) };
    let sends = NewIntent { message: Some(written.id), ..wish(1) };
    let intent = write(store, |tx| {
        tx.put_group(&group(1, 10))?;
        tx.put_group(&group(2, 50))?;
        tx.insert_message(&written)?;
        tx.queue_intent(&sends)
    })?;
    let check = || -> Result<(), StorageError> {
        let expected = GroupRow { last_message_at: Some(at(60)), ..group(1, 10) };
        let mut read = store.read()?;
        assert_eq!(read.group(&expected.id)?.as_ref(), Some(&expected));
        assert_eq!(read.groups(&GroupQuery::default())?, [expected.clone(), group(2, 50)]);
        assert_eq!(read.conversations_after(0, 1)?.pop().map(|(_, row)| row).as_ref(), Some(&expected));
        let active_after = GroupQuery { active_after: Some(at(59)), ..GroupQuery::default() };
        assert_eq!(read.groups(&active_after)?, [expected]);
        let active_before = GroupQuery { active_before: Some(at(60)), ..GroupQuery::default() };
        assert_eq!(read.groups(&active_before)?, [group(2, 50)]);
        Ok(())
    };
    check()?;
    write(store, |tx| {
        tx.update_delivery(&written.id, DeliveryStatus::Published, at(40), Some(SequenceId::new(7)), Some(at(70)))?;
        tx.delete_intent(intent)
    })?;
    let arrived = store.read()?.group(&group_id(1))?.and_then(|row| row.last_message_at);
    write(store, |tx| tx.delete_expired(at(70)))?;
    assert_eq!(store.read()?.group(&group_id(1))?.and_then(|row| row.last_message_at), arrived);
    assert!(arrived >= Some(at(40)));
    Ok(())
}

/// Status, time, place and end are replaced, the rest stays; the conversation is lifted.
pub fn updating_delivery_moves_a_message_in_time(store: &dyn Store) -> Result<(), StorageError> {
    let written = MessageRow { status: DeliveryStatus::Unpublished, ..message(1, 1, 10) };
    write(store, |tx| {
        tx.put_group(&group(1, 1))?;
        tx.insert_message(&written)?;
        tx.insert_message(&message(2, 1, 20))
    })?;
    let (status, sequence_id) = (DeliveryStatus::Published, Some(SequenceId::new(7)));
    write(store, |tx| tx.update_delivery(&message_id(1), status, at(30), sequence_id, Some(at(90))))?;
    write(store, |tx| tx.update_delivery(&message_id(8), status, at(99), sequence_id, None))?;
    let expected = MessageRow { status, sent_at: at(30), sequence_id, expires_at: Some(at(90)), ..written };
    let of_group = MessageQuery { group: Some(group_id(1)), ..MessageQuery::default() };
    let mut read = store.read()?;
    assert_eq!(read.messages(&of_group)?, [message(2, 1, 20), expected]);
    assert_eq!(read.group(&group_id(1))?.and_then(|row| row.last_message_at), Some(at(30)));
    drop(read);

    write(store, |tx| tx.update_delivery(&message_id(1), DeliveryStatus::Failed, at(5), None, None))?;
    let row = store.read()?.message(&message_id(1))?;
    let seen = row.map(|row| (row.status, row.sent_at, row.sequence_id, row.expires_at));
    assert_eq!(seen, Some((DeliveryStatus::Failed, at(5), None, None)));
    assert_eq!(store.read()?.group(&group_id(1))?.and_then(|row| row.last_message_at), Some(at(30)));
    Ok(())
}

/// At or before: gone. Later or never: kept.
pub fn expired_messages_are_deleted_and_told(store: &dyn Store) -> Result<(), StorageError> {
    let expiring = |number, expires_at: Option<Timestamp>| MessageRow { expires_at, ..message(number, 1, 10) };
    let rows = [expiring(4, Some(at(100))), expiring(1, Some(at(99))), expiring(2, Some(at(101))), expiring(3, None)];
    write(store, |tx| rows.iter().try_for_each(|row| tx.insert_message(row).map(drop)))?;
    assert_eq!(store.read()?.next_expiry()?, Some(at(99)));
    assert_eq!(write(store, |tx| tx.delete_expired(at(98)))?, []);
    assert_eq!(write(store, |tx| tx.delete_expired(at(100)))?, numbered(&[4, 1]));
    assert_eq!(write(store, |tx| tx.delete_expired(at(100)))?, []);
    assert_eq!(ids(&store.read()?.messages(&MessageQuery::default())?), numbered(&[2, 3]));
    assert_eq!(store.read()?.next_expiry()?, Some(at(101)));
    let far = expiring(5, Some(at(u64::MAX)));
    write(store, |tx| tx.insert_message(&far))?;
    assert_eq!(write(store, |tx| tx.delete_expired(at(u64::MAX - 1)))?, numbered(&[2]));
    assert!(store.read()?.next_expiry()?.is_some());
    Ok(())
}
