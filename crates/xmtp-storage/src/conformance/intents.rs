//! The queue of wishes.
use super::rows::{group_id, message_id, wish, write};
use crate::{
    IntentId, IntentRow,
    IntentState::{self, Acknowledged, Committed, Error, Held, Published, ToPublish},
    NewIntent, StorageError, Store,
};
use xmtp_types::Epoch;

const STATES: [IntentState; 6] = [ToPublish, Published, Committed, Error, Acknowledged, Held];

/// A new intent waits to be published; every field that is set later comes back.
pub fn every_field_of_an_intent_comes_back(store: &dyn Store) -> Result<(), StorageError> {
    let wish =
        NewIntent { message: Some(message_id(5)), should_push: true, kind: u8::MAX, data: Vec::new(), ..wish(1) };
    let id = write(store, |tx| tx.queue_intent(&wish))?;
    let mut expected = IntentRow {
        id,
        wish,
        state: ToPublish,
        payload_hash: None,
        payload: None,
        post_commit: None,
        epoch: None,
        attempts: 0,
        error: None,
    };
    assert_eq!(store.read()?.intent(id)?.as_ref(), Some(&expected));
    expected.payload_hash = Some([4; 32]);
    expected.payload = Some(vec![1; 70_000]);
    expected.post_commit = Some(vec![2]);
    expected.epoch = Some(Epoch::from(u64::MAX));
    expected.attempts = u32::MAX;
    expected.error = Some("refused".to_owned());
    for state in STATES {
        expected.state = state;
        write(store, |tx| tx.update_intent(&expected))?;
        assert_eq!(store.read()?.intent(id)?.as_ref(), Some(&expected));
    }
    write(store, |tx| tx.update_intent(&IntentRow { id: IntentId(id.0 + 1), ..expected.clone() }))?;
    assert_eq!(store.read()?.intent(IntentId(id.0 + 1))?, None);
    Ok(())
}

/// Intents of one group in the states asked for, oldest first.
pub fn intents_are_listed_in_queue_order_and_by_state(store: &dyn Store) -> Result<(), StorageError> {
    let [first, second, third] = [(); 3].map(|()| write(store, |tx| tx.queue_intent(&wish(1))));
    let (first, second, third) = (first?, second?, third?);
    write(store, |tx| {
        tx.queue_intent(&wish(2))?;
        let Some(mut row) = tx.intent(first)? else { return Ok(()) };
        row.state = Published;
        tx.update_intent(&row)
    })?;
    let mut read = store.read()?;
    let mut listed = |states: &[IntentState]| -> Result<Vec<IntentId>, StorageError> {
        Ok(read.intents(&group_id(1), states)?.into_iter().map(|row| row.id).collect())
    };
    assert_eq!(listed(&STATES)?, [first, second, third]);
    assert_eq!(listed(&[ToPublish])?, [second, third]);
    assert_eq!(listed(&[Published, Error])?, [first]);
    assert_eq!(listed(&[Acknowledged])?, []);
    assert_eq!(listed(&[])?, []);
    Ok(())
}

/// An envelope was made for an intent in every state but the two in which it waits to be made.
pub fn whether_envelopes_were_made_is_told_by_the_states(store: &dyn Store) -> Result<(), StorageError> {
    let id = write(store, |tx| tx.queue_intent(&wish(1)))?;
    for state in STATES {
        write(store, |tx| {
            let Some(row) = tx.intent(id)? else { return Ok(()) };
            tx.update_intent(&IntentRow { state, ..row })
        })?;
        assert_eq!(store.read()?.has_made_envelopes(&group_id(1))?, !matches!(state, ToPublish | Held));
        assert!(!store.read()?.has_made_envelopes(&group_id(2))?);
    }
    Ok(())
}

/// A hash that was replaced or deleted finds nothing.
pub fn an_intent_is_found_by_its_current_hash_only(store: &dyn Store) -> Result<(), StorageError> {
    let id = write(store, |tx| tx.queue_intent(&wish(1)))?;
    let found = |hash| store.read()?.intent_by_hash(&[hash; 32]).map(|row| row.map(|row| row.id));
    for hash in [1, 2] {
        write(store, |tx| {
            let Some(mut row) = tx.intent(id)? else { return Ok(()) };
            row.payload_hash = Some([hash; 32]);
            tx.update_intent(&row)
        })?;
        assert_eq!(found(hash)?, Some(id));
    }
    assert_eq!(found(1)?, None);
    write(store, |tx| tx.delete_intent(id))?;
    assert_eq!(found(2)?, None);
    Ok(())
}

/// No id is given twice.
pub fn intent_ids_rise_even_when_the_newest_intent_is_deleted(store: &dyn Store) -> Result<(), StorageError> {
    let first = write(store, |tx| tx.queue_intent(&wish(1)))?;
    write(store, |tx| tx.delete_intent(first))?;
    write(store, |tx| tx.delete_intent(first))?;
    let second = write(store, |tx| tx.queue_intent(&wish(1)))?;
    assert!(second > first);
    Ok(())
}

/// Open means neither refused for good nor held.
pub fn groups_with_open_intents_are_each_listed_once(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        for (group, state) in (1..).zip(STATES) {
            for _ in 0..2 {
                let id = tx.queue_intent(&wish(group))?;
                let Some(row) = tx.intent(id)? else { return Ok(()) };
                tx.update_intent(&IntentRow { state, ..row })?;
            }
        }
        Ok(())
    })?;
    assert_eq!(store.read()?.groups_with_open_intents()?, [1, 2, 3, 5].map(group_id));
    assert_eq!(store.read()?.groups_with_held_intents()?, [group_id(6)]);
    Ok(())
}
