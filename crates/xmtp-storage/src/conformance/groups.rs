//! Conversations.
use super::rows::{at, group, group_id, inbox, write};
use crate::{
    ConsentEntity, ConsentRow,
    ConsentState::{self, Allowed, Denied, Unknown},
    ConversationKind, GroupOrder, GroupQuery, GroupRow, GroupStatus, StorageError, Store,
};
use std::slice;
use xmtp_types::{GroupId, SequenceId};

/// Every field, filled and empty, of every kind and status, comes back as it was put.
pub fn every_field_of_a_conversation_comes_back(store: &dyn Store) -> Result<(), StorageError> {
    let full = GroupRow {
        id: GroupId::from(vec![9, 8, 7]),
        kind: ConversationKind::Dm,
        status: GroupStatus::Stuck { reason: "an expired key package".to_owned(), commit: SequenceId::new(77) },
        created_at: at(1),
        added_by: inbox(2),
        dm_peer: Some(inbox(3)),
        welcome: Some(SequenceId::new(4)),
        installations_checked_at: at(5),
        rotated_at: at(6),
        last_message_at: Some(at(7)),
        disappear_from_ns: Some(-8),
        disappear_in_ns: Some(i64::MAX),
    };
    let paused = GroupStatus::Paused { version: "1.10.0".to_owned() };
    let rows = [
        full,
        group(1, 10),
        GroupRow { status: GroupStatus::Removed, ..group(2, 10) },
        GroupRow { status: paused, kind: ConversationKind::Sync, ..group(3, 10) },
    ];
    for row in &rows {
        write(store, |tx| tx.put_group(row))?;
        assert_eq!(store.read()?.group(&row.id)?.as_ref(), Some(row));
        let replaced = GroupRow { dm_peer: None, status: GroupStatus::Active, welcome: None, ..row.clone() };
        write(store, |tx| tx.put_group(&replaced))?;
        assert_eq!(store.read()?.group(&row.id)?, Some(replaced));
    }
    assert_eq!(store.read()?.group(&group_id(200))?, None);
    Ok(())
}

/// The newest message counts, else the creation; the limit keeps the most recent.
pub fn conversations_are_listed_by_newest_activity_and_ties_by_id(store: &dyn Store) -> Result<(), StorageError> {
    let busy = GroupRow { last_message_at: Some(at(100)), ..group(1, 1) };
    let quiet = GroupRow { last_message_at: Some(at(20)), ..group(2, 50) };
    let tied = [group(3, 30), group(4, 30)];
    write(store, |tx| [&tied[1], &quiet, &busy, &tied[0]].into_iter().try_for_each(|row| tx.put_group(row)))?;

    let mut read = store.read()?;
    let all = [busy, tied[0].clone(), tied[1].clone(), quiet];
    assert_eq!(read.groups(&GroupQuery::default())?, all);
    assert_eq!(read.groups(&GroupQuery { limit: Some(2), ..GroupQuery::default() })?, all[..2]);
    assert_eq!(read.groups(&GroupQuery { limit: Some(0), ..GroupQuery::default() })?, []);
    Ok(())
}

/// Sync groups are hidden unless they are included or are the kind asked for.
pub fn sync_groups_are_listed_only_when_asked_for(store: &dyn Store) -> Result<(), StorageError> {
    let sync = GroupRow { kind: ConversationKind::Sync, ..group(1, 10) };
    let plain = group(2, 5);
    write(store, |tx| {
        tx.put_group(&sync)?;
        tx.put_group(&plain)
    })?;
    let mut read = store.read()?;
    let included = GroupQuery { include_sync: true, ..GroupQuery::default() };
    let only = |kind| GroupQuery { kind: Some(kind), ..GroupQuery::default() };
    assert_eq!(read.groups(&GroupQuery::default())?, slice::from_ref(&plain));
    assert_eq!(read.groups(&included)?, [sync.clone(), plain.clone()]);
    assert_eq!(read.groups(&only(ConversationKind::Sync))?, [sync]);
    assert_eq!(read.groups(&only(ConversationKind::Group))?, [plain]);
    assert_eq!(read.groups(&only(ConversationKind::Dm))?, []);
    Ok(())
}

/// All conversations with a peer are found, and no others.
pub fn direct_messages_are_found_by_peer(store: &dyn Store) -> Result<(), StorageError> {
    let dm = |number, peer| GroupRow { kind: ConversationKind::Dm, dm_peer: Some(inbox(peer)), ..group(number, 10) };
    write(store, |tx| {
        let rows = [dm(1, 7), dm(2, 8), dm(3, 7), group(4, 10)];
        rows.iter().try_for_each(|row| tx.put_group(row))
    })?;
    let with = |peer| GroupQuery { dm_peer: Some(inbox(peer)), ..GroupQuery::default() };
    assert_eq!(store.read()?.groups(&with(7))?, [dm(1, 7), dm(3, 7)]);
    assert_eq!(store.read()?.groups(&with(9))?, []);
    Ok(())
}

/// A conversation without a record is unknown; a record about an inbox is not about a conversation.
pub fn conversations_are_filtered_by_consent_and_no_record_is_unknown(store: &dyn Store) -> Result<(), StorageError> {
    let consent = |entity, state| ConsentRow { entity, state, decided_at: at(1) };
    let decisions = [(1, Allowed), (2, Denied), (3, Unknown)];
    write(store, |tx| {
        (1..=4).try_for_each(|number| tx.put_group(&group(number, 10)))?;
        for (number, state) in decisions {
            tx.put_consent(&consent(ConsentEntity::Conversation(group_id(number)), state))?;
        }
        tx.put_consent(&consent(ConsentEntity::Inbox(inbox(4)), Denied))
    })?;
    let listed = |consent: &[ConsentState]| -> Result<Vec<GroupId>, StorageError> {
        let query = GroupQuery { consent: consent.to_vec(), ..GroupQuery::default() };
        Ok(store.read()?.groups(&query)?.into_iter().map(|row| row.id).collect())
    };
    assert_eq!(listed(&[Allowed])?, [group_id(1)]);
    assert_eq!(listed(&[Denied])?, [group_id(2)]);
    assert_eq!(listed(&[Unknown])?, [group_id(3), group_id(4)]);
    assert_eq!(listed(&[Allowed, Unknown])?, [group_id(1), group_id(3), group_id(4)]);
    assert_eq!(listed(&[])?.len(), 4);
    Ok(())
}

/// Bounds are strict; activity is the newest message, else the creation.
pub fn conversations_are_filtered_by_time_and_by_whether_they_can_move_on(
    store: &dyn Store,
) -> Result<(), StorageError> {
    let rows = [
        GroupRow { last_message_at: Some(at(100)), ..group(1, 10) },
        group(2, 20),
        GroupRow { status: GroupStatus::Removed, ..group(3, 30) },
    ];
    write(store, |tx| rows.iter().try_for_each(|row| tx.put_group(row)))?;
    let all = GroupQuery::default;
    let cases = [
        (GroupQuery { created_after: Some(at(10)), ..all() }, &[3, 2][..]),
        (GroupQuery { created_before: Some(at(20)), ..all() }, &[1]),
        (GroupQuery { created_after: Some(at(10)), created_before: Some(at(30)), ..all() }, &[2]),
        (GroupQuery { active_after: Some(at(20)), ..all() }, &[1, 3]),
        (GroupQuery { active_before: Some(at(100)), ..all() }, &[3, 2]),
        (GroupQuery { active_after: Some(at(u64::MAX)), ..all() }, &[]),
        (GroupQuery { active_before: Some(at(u64::MAX)), ..all() }, &[1, 3, 2]),
        (GroupQuery { is_active: Some(true), ..all() }, &[1, 2]),
        (GroupQuery { is_active: Some(false), ..all() }, &[3]),
        (GroupQuery { order: GroupOrder::NewestFirst, ..all() }, &[3, 2, 1]),
        (GroupQuery { order: GroupOrder::OldestFirst, limit: Some(2), ..all() }, &[1, 2]),
    ];
    for (query, expected) in cases {
        let found: Vec<GroupId> = store.read()?.groups(&query)?.into_iter().map(|row| row.id).collect();
        assert_eq!(found, expected.iter().copied().map(group_id).collect::<Vec<_>>(), "{query:?}");
    }
    Ok(())
}

/// Of the DMs with one peer that fit, the most recently active one stands for all.
pub fn one_conversation_can_stand_for_all_with_a_peer(store: &dyn Store) -> Result<(), StorageError> {
    let dm = |number, peer, active| GroupRow {
        kind: ConversationKind::Dm,
        dm_peer: Some(inbox(peer)),
        last_message_at: Some(at(active)),
        ..group(number, 10)
    };
    let rows = [dm(1, 7, 50), dm(2, 7, 90), dm(3, 8, 20), group(4, 60), dm(5, 7, 30)];
    write(store, |tx| {
        tx.put_consent(&ConsentRow {
            entity: ConsentEntity::Conversation(group_id(2)),
            state: Denied,
            decided_at: at(1),
        })?;
        rows.iter().try_for_each(|row| tx.put_group(row))
    })?;
    let one = GroupQuery { one_per_peer: true, ..GroupQuery::default() };
    let listed = |query: &GroupQuery| -> Result<Vec<GroupId>, StorageError> {
        Ok(store.read()?.groups(query)?.into_iter().map(|row| row.id).collect())
    };
    assert_eq!(listed(&one)?, [2, 4, 3].map(group_id));
    assert_eq!(listed(&GroupQuery { limit: Some(2), ..one.clone() })?, [2, 4].map(group_id));
    assert_eq!(listed(&GroupQuery { order: GroupOrder::OldestFirst, ..one.clone() })?, [2, 3, 4].map(group_id));
    assert_eq!(listed(&GroupQuery { consent: vec![Unknown], ..one })?, [4, 1, 3].map(group_id));
    assert_eq!(listed(&GroupQuery::default())?.len(), 5);
    Ok(())
}

/// A conversation has its place in the order of coming from the first time it is put, whatever becomes of it.
pub fn conversations_keep_the_place_at_which_they_came(store: &dyn Store) -> Result<(), StorageError> {
    assert_eq!(store.read()?.newest_conversation()?, 0);
    for number in [3, 1, 2] {
        write(store, |tx| tx.put_group(&group(number, 10)))?;
    }
    write(store, |tx| tx.put_group(&GroupRow { status: GroupStatus::Removed, ..group(1, 99) }))?;
    let mut read = store.read()?;
    let came = read.conversations_after(0, 10)?;
    let ids: Vec<_> = came.iter().map(|(_, row)| row.id.clone()).collect();
    assert_eq!(ids, [3, 1, 2].map(group_id));
    let [first, second, last] = came.as_slice() else { return Err(StorageError::Damaged("list of conversations")) };
    assert!(first.0 < second.0 && second.0 < last.0);
    assert_eq!(second.1.status, GroupStatus::Removed);
    assert_eq!(read.conversations_after(0, 2)?, [first.clone(), second.clone()]);
    assert_eq!(read.conversations_after(first.0, 10)?, [second.clone(), last.clone()]);
    assert_eq!(read.conversations_after(last.0, 10)?, []);
    assert_eq!(read.newest_conversation()?, last.0);
    assert_eq!(read.conversation_position(&group_id(1))?, Some(second.0));
    assert_eq!(read.conversation_position(&group_id(9))?, None);
    Ok(())
}
