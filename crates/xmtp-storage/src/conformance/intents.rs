//! The queue of wishes.
use super::rows::{group_id, message, message_id, wish, write};
use crate::{
    Beginning, DeliveryStatus, IntentId, IntentRow,
    IntentState::{self, Acknowledged, Committed, Error, Held, Published, ToPublish},
    MessageRow, NewIntent, StorageError, Store,
};
use xmtp_types::{Epoch, SequenceId};

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

/// The first ones of a state, in queue order, whatever stands before and behind them.
pub fn the_first_intents_of_a_state_are_found(store: &dyn Store) -> Result<(), StorageError> {
    let ids = write(store, |tx| {
        let other = tx.queue_intent(&wish(2))?;
        let held = tx.begin_intent(&wish(1), Beginning::Held)?;
        let ids = [(); 3].map(|()| tx.queue_intent(&wish(1)));
        assert!(other < held);
        ids.into_iter().collect::<Result<Vec<_>, _>>()
    })?;
    let mut read = store.read()?;
    let mut first = |limit| -> Result<Vec<IntentId>, StorageError> {
        Ok(read.first_intents(&group_id(1), ToPublish, limit)?.into_iter().map(|row| row.id).collect())
    };
    assert_eq!(first(2)?, ids.get(..2).unwrap_or_default());
    assert_eq!(first(u32::MAX)?, ids);
    assert_eq!(first(0)?, []);
    Ok(())
}

/// An intent that was sealed or held from the beginning is as if it had become so.
pub fn an_intent_begins_in_the_state_it_is_given(store: &dyn Store) -> Result<(), StorageError> {
    let sealed = Beginning::Sealed { payload: vec![7; 70_000], payload_hash: [4; 32], epoch: Epoch::from(3) };
    let wish = NewIntent { message: Some(message_id(5)), should_push: true, ..wish(1) };
    let id = write(store, |tx| tx.begin_intent(&wish, sealed))?;
    let expected = IntentRow {
        id,
        wish: wish.clone(),
        state: Published,
        payload_hash: Some([4; 32]),
        payload: Some(vec![7; 70_000]),
        post_commit: None,
        epoch: Some(Epoch::from(3)),
        attempts: 0,
        error: None,
    };
    assert_eq!(store.read()?.intent(id)?.as_ref(), Some(&expected));
    assert_eq!(store.read()?.intent_by_hash(&[4; 32])?.as_ref(), Some(&expected));
    let id = write(store, |tx| tx.begin_intent(&wish, Beginning::Held))?;
    let expected = IntentRow { id, state: Held, payload_hash: None, payload: None, epoch: None, ..expected };
    assert_eq!(store.read()?.intent(id)?, Some(expected));
    Ok(())
}

/// Those of one group wait from then on, in the order in which they were queued.
pub fn held_intents_are_released_by_group(store: &dyn Store) -> Result<(), StorageError> {
    let [held, waiting, last] = write(store, |tx| {
        let held = tx.begin_intent(&wish(1), Beginning::Held)?;
        let waiting = tx.queue_intent(&wish(1))?;
        tx.begin_intent(&wish(2), Beginning::Held)?;
        Ok([held, waiting, tx.begin_intent(&wish(1), Beginning::Held)?])
    })?;
    assert_eq!(write(store, |tx| tx.release_intents(&group_id(1)))?, 2);
    assert_eq!(write(store, |tx| tx.release_intents(&group_id(1)))?, 0);
    let released = store.read()?.intents(&group_id(1), &[ToPublish])?;
    assert_eq!(released.into_iter().map(|row| row.id).collect::<Vec<_>>(), [held, waiting, last]);
    assert_eq!(store.read()?.groups_with_held_intents()?, [group_id(2)]);
    Ok(())
}

/// What the network has taken counts as published, with the time at which it was written; all else stays as it is.
pub fn what_is_acknowledged_is_published_with_its_message(store: &dyn Store) -> Result<(), StorageError> {
    let sealed = || Beginning::Sealed { payload: vec![7], payload_hash: [4; 32], epoch: Epoch::from(3) };
    let unpublished = MessageRow { status: DeliveryStatus::Unpublished, ..message(5, 1, 50) };
    let of_message = |number| NewIntent { message: Some(message_id(number)), ..wish(1) };
    let (sent, commit, queued, placed) = write(store, |tx| {
        tx.insert_message(&unpublished)?;
        tx.insert_message(&MessageRow { sequence_id: Some(SequenceId::new(9)), ..message(6, 1, 60) })?;
        let sent = tx.begin_intent(&of_message(5), sealed())?;
        let commit = tx.begin_intent(&wish(1), sealed())?;
        let queued = tx.queue_intent(&of_message(5))?;
        Ok((sent, commit, queued, tx.begin_intent(&of_message(6), sealed())?))
    })?;
    write(store, |tx| {
        [queued, commit, placed, IntentId(placed.0 + 1)].into_iter().try_for_each(|id| tx.acknowledge_intent(id))
    })?;
    let state = |id| Ok::<_, StorageError>(store.read()?.intent(id)?.map(|row| row.state));
    assert_eq!([state(queued)?, state(commit)?, state(placed)?], [ToPublish, Published, Acknowledged].map(Some));
    assert_eq!(store.read()?.message(&message_id(5))?.as_ref(), Some(&unpublished));
    let place = store.read()?.message(&message_id(6))?.and_then(|row| row.sequence_id);
    assert_eq!(place, Some(SequenceId::new(9)));

    write(store, |tx| tx.acknowledge_intent(sent))?;
    assert_eq!(state(sent)?, Some(Acknowledged));
    let published = MessageRow { status: DeliveryStatus::Published, ..unpublished };
    assert_eq!(store.read()?.message(&message_id(5))?, Some(published));
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
