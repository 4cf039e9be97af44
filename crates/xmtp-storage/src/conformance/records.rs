//! Cursors, identity logs, consent and opaque values.
use super::rows::{at, group_id, inbox, write};
use crate::{
    ConsentEntity, ConsentRow,
    ConsentState::{Allowed, Denied, Unknown},
    IdentityUpdateRow,
    Namespace::{self, Application, InboxStates, Installation, KeyPackages, Mls},
    StorageError, Store,
};
use xmtp_types::{Cursor, InstallationId, OriginatorId, SequenceId, Topic};

/// A cursor starts at the start and never moves back.
pub fn cursors_move_forward_only(store: &dyn Store) -> Result<(), StorageError> {
    let topic = Topic::group(&group_id(1));
    assert_eq!(store.read()?.cursor(&topic)?, Cursor::start());
    for (to, expected) in [(0, None), (5, Some(5)), (3, Some(5)), (5, Some(5)), (9, Some(9))] {
        write(store, |tx| tx.advance_cursor(&topic, OriginatorId::V3_MESSAGES, SequenceId::new(to)))?;
        let position = expected.map(|number| (OriginatorId::V3_MESSAGES, SequenceId::new(number)));
        assert_eq!(store.read()?.cursor(&topic)?, Cursor::from_iter(position));
    }
    Ok(())
}

/// Each originator has its own place in each topic, and topics of equal ids but other kinds are others.
pub fn cursors_of_topics_and_originators_are_apart(store: &dyn Store) -> Result<(), StorageError> {
    let installation = InstallationId::from_bytes([1; 32]);
    let (welcomes, key_packages) = (Topic::welcome(&installation), Topic::key_package(&installation));
    let positions = [(OriginatorId::V3_COMMITS, 7), (OriginatorId::V3_MESSAGES, 6), (OriginatorId::new(u32::MAX), 5)];
    let positions = positions.map(|(originator, number)| (originator, SequenceId::new(number)));
    write(store, |tx| {
        let mut moves = positions.into_iter();
        moves.try_for_each(|(originator, sequence_id)| tx.advance_cursor(&welcomes, originator, sequence_id))
    })?;
    assert_eq!(store.read()?.cursor(&welcomes)?, Cursor::from_iter(positions));
    assert_eq!(store.read()?.cursor(&key_packages)?, Cursor::start());
    Ok(())
}

/// All groups are read at once with the place of each originator, and no topic of another kind among them.
pub fn cursors_of_all_groups_are_read_at_once(store: &dyn Store) -> Result<(), StorageError> {
    let positions =
        [(1, OriginatorId::V3_COMMITS, 7), (1, OriginatorId::V3_MESSAGES, 9), (2, OriginatorId::V3_COMMITS, 3)];
    write(store, |tx| {
        tx.advance_cursor(
            &Topic::welcome(&InstallationId::from_bytes([1; 32])),
            OriginatorId::V3_WELCOMES,
            SequenceId::new(5),
        )?;
        let mut moves = positions.into_iter();
        moves.try_for_each(|(group, originator, number)| {
            tx.advance_cursor(&Topic::group(&group_id(group)), originator, SequenceId::new(number))
        })
    })?;
    let found = store.read()?.group_cursors()?;
    assert_eq!(found.len(), 2);
    for group in [1, 2] {
        assert_eq!(found.get(&group_id(group)), Some(&store.read()?.cursor(&Topic::group(&group_id(group)))?));
    }
    Ok(())
}

/// Updates already there stay as they are; the log is in the order of the network.
pub fn an_identity_log_is_append_only_and_in_order(store: &dyn Store) -> Result<(), StorageError> {
    let update = |number, payload| IdentityUpdateRow {
        sequence_id: SequenceId::new(number),
        server_time: at(number * 10),
        payload: vec![payload; 3],
    };
    write(store, |tx| tx.append_identity(&inbox(1), &[update(5, 1), update(2, 2)]))?;
    write(store, |tx| tx.append_identity(&inbox(1), &[update(5, 9), update(8, 3)]))?;
    write(store, |tx| tx.append_identity(&inbox(2), &[update(1, 4)]))?;
    let mut read = store.read()?;
    assert_eq!(read.identity_log(&inbox(1), None)?, [update(2, 2), update(5, 1), update(8, 3)]);
    assert_eq!(read.identity_log(&inbox(1), Some(SequenceId::new(5)))?, [update(2, 2), update(5, 1)]);
    assert_eq!(read.identity_log(&inbox(1), Some(SequenceId::new(1)))?, []);
    assert_eq!(read.identity_log(&inbox(2), Some(SequenceId::new(u64::MAX)))?, [update(1, 4)]);
    assert_eq!(read.identity_log(&inbox(3), None)?, []);
    assert_eq!(read.latest_identity(&inbox(1))?, Some(SequenceId::new(8)));
    assert_eq!(read.latest_identity(&inbox(3))?, None);
    Ok(())
}

/// One decision about each conversation and each inbox.
pub fn a_consent_replaces_the_one_before_it(store: &dyn Store) -> Result<(), StorageError> {
    let entities = [ConsentEntity::Inbox(inbox(1)), ConsentEntity::Conversation([1; 32].as_slice().into())];
    for (decided_at, state) in (1..).zip([Allowed, Denied, Unknown]) {
        for entity in &entities {
            let row = ConsentRow { entity: entity.clone(), state, decided_at: at(decided_at) };
            write(store, |tx| tx.put_consent(&row))?;
            assert_eq!(store.read()?.consent(entity)?, Some(row));
        }
    }
    assert_eq!(store.read()?.consent(&ConsentEntity::Inbox(inbox(2)))?, None);
    Ok(())
}

/// A value is what was last put under its key in its namespace.
pub fn values_are_set_replaced_and_deleted(store: &dyn Store) -> Result<(), StorageError> {
    const NAMESPACES: [Namespace; 5] = [Mls, Installation, KeyPackages, InboxStates, Application];
    let found = |namespace| -> Result<Option<Vec<u8>>, StorageError> {
        Ok(store.read()?.value(namespace, b"key")?.map(|value| value.to_vec()))
    };
    for namespace in NAMESPACES {
        assert_eq!(found(namespace)?, None);
        for value in [vec![namespace as u8; 100_000], Vec::new(), vec![namespace as u8]] {
            write(store, |tx| tx.put_value(namespace, b"key", &value))?;
            assert_eq!(found(namespace)?, Some(value));
        }
    }
    write(store, |tx| tx.delete_value(Mls, b"key"))?;
    write(store, |tx| tx.delete_value(Mls, b"never there"))?;
    assert_eq!(found(Mls)?, None);
    assert_eq!(found(Application)?, Some(vec![Application as u8]));
    Ok(())
}

/// A prefix of any bytes, the empty one and one of only 0xff included, lists its keys and no others.
pub fn values_are_listed_by_prefix_in_key_order(store: &dyn Store) -> Result<(), StorageError> {
    let keys: [&[u8]; 7] = [b"", b"a", b"a\xff", b"a\xff\x01", b"b", b"\xff", b"\xff\xff\x01"];
    write(store, |tx| {
        tx.put_value(Installation, b"a", b"other namespace")?;
        tx.put_value(InboxStates, b"a", b"other namespace")?;
        keys.iter().rev().try_for_each(|key| tx.put_value(KeyPackages, key, key))
    })?;
    let listed = |prefix: &[u8]| -> Result<Vec<Vec<u8>>, StorageError> {
        let values = store.read()?.values(KeyPackages, prefix)?;
        assert!(values.iter().all(|(key, value)| *key == **value));
        Ok(values.into_iter().map(|(key, _)| key).collect())
    };
    assert_eq!(listed(b"")?, keys);
    assert_eq!(listed(b"a")?, keys[1..4]);
    assert_eq!(listed(b"a\xff")?, keys[2..4]);
    assert_eq!(listed(b"\xff")?, keys[5..]);
    assert_eq!(listed(b"\xff\xff")?, keys[6..]);
    assert_eq!(listed(b"c")?, Vec::<Vec<u8>>::new());
    Ok(())
}
