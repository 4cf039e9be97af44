//! One writer, many readers.
use super::rows::{group, group_id, message, wish, write};
use crate::{Durability, GroupQuery, MessageQuery, Namespace::Application, StorageError, Store};
use std::thread;

/// A transaction that is dropped leaves no trace in any table.
pub fn dropping_a_transaction_undoes_everything(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| tx.put_value(Application, b"kept", b"before"))?;
    let mut tx = store.begin(Durability::Full)?;
    tx.put_value(Application, b"kept", b"after")?;
    tx.put_group(&group(1, 10))?;
    tx.insert_message(&message(1, 1, 20))?;
    let intent = tx.queue_intent(&wish(1))?;
    drop(tx);

    let mut read = store.read()?;
    assert_eq!(read.value(Application, b"kept")?.as_deref().map(Vec::as_slice), Some(b"before".as_slice()));
    assert_eq!(read.group(&group_id(1))?, None);
    assert_eq!(read.count_messages(&MessageQuery::default())?, 0);
    assert_eq!(read.intent(intent)?, None);
    Ok(())
}

/// A transaction that is committed is seen by the next reader.
pub fn committing_keeps_everything(store: &dyn Store) -> Result<(), StorageError> {
    for durability in [Durability::Full, Durability::Relaxed, Durability::Full] {
        let mut tx = store.begin(durability)?;
        tx.put_group(&group(1, 10))?;
        tx.insert_message(&message(1, 1, 20))?;
        tx.commit()?;
        assert_eq!(store.read()?.groups(&GroupQuery::default())?.len(), 1);
        assert_eq!(store.read()?.count_messages(&MessageQuery::default())?, 1);
    }
    Ok(())
}

/// What a transaction wrote it can read.
pub fn a_transaction_reads_its_own_writes(store: &dyn Store) -> Result<(), StorageError> {
    let mut tx = store.begin(Durability::Relaxed)?;
    tx.put_group(&group(1, 10))?;
    assert_eq!(tx.group(&group_id(1))?, Some(group(1, 10)));
    tx.put_value(Application, b"key", b"value")?;
    tx.delete_value(Application, b"key")?;
    assert_eq!(tx.value(Application, b"key")?, None);
    Ok(())
}

/// A reader sees neither an open transaction nor one that was committed after the reader was opened.
pub fn a_reader_sees_the_state_it_was_opened_on(store: &dyn Store) -> Result<(), StorageError> {
    let mut before = store.read()?;
    let mut tx = store.begin(Durability::Full)?;
    tx.put_group(&group(1, 10))?;
    let mut during = store.read()?;
    assert_eq!(during.group(&group_id(1))?, None);
    tx.commit()?;
    assert_eq!(before.group(&group_id(1))?, None);
    assert_eq!(during.group(&group_id(1))?, None);
    assert_eq!(store.read()?.group(&group_id(1))?, Some(group(1, 10)));
    Ok(())
}

/// What was written before the savepoint stays, what was written after it goes, as often as one returns.
pub fn a_savepoint_undoes_what_came_after_it(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        tx.put_group(&group(1, 10))?;
        tx.savepoint()?;
        for _ in 0..2 {
            tx.put_group(&group(1, 11))?;
            tx.put_group(&group(2, 12))?;
            assert!(tx.insert_message(&message(1, 2, 20))?);
            tx.rollback_to_savepoint()?;
            assert_eq!(tx.group(&group_id(2))?, None);
        }
        tx.put_group(&group(3, 13))
    })?;
    let rows = store.read()?.groups(&GroupQuery::default())?;
    assert_eq!(rows, [group(3, 13), group(1, 10)]);
    assert_eq!(store.read()?.count_messages(&MessageQuery::default())?, 0);
    Ok(())
}

/// A savepoint inside another is undone alone; once it is released, what came after it goes with the outer one.
pub fn savepoints_nest(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        tx.savepoint()?;
        tx.put_group(&group(1, 10))?;
        tx.savepoint()?;
        tx.put_group(&group(2, 20))?;
        tx.rollback_to_savepoint()?;
        tx.release_savepoint()
    })?;
    assert_eq!(store.read()?.groups(&GroupQuery::default())?, [group(1, 10)]);
    write(store, |tx| {
        tx.savepoint()?;
        tx.put_group(&group(3, 30))?;
        tx.savepoint()?;
        tx.put_group(&group(4, 40))?;
        tx.release_savepoint()?;
        tx.rollback_to_savepoint()
    })?;
    assert_eq!(store.read()?.groups(&GroupQuery::default())?, [group(1, 10)]);
    Ok(())
}

/// Returning to a savepoint that was never set is refused and the transaction stays whole.
pub fn a_savepoint_must_be_set_before_it_is_returned_to(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| {
        tx.put_group(&group(1, 10))?;
        assert!(tx.rollback_to_savepoint().is_err() && tx.release_savepoint().is_err());
        Ok(())
    })?;
    write(store, |tx| {
        tx.savepoint()?;
        Ok(())
    })?;
    write(store, |tx| {
        assert!(tx.rollback_to_savepoint().is_err());
        Ok(())
    })?;
    assert_eq!(store.read()?.group(&group_id(1))?, Some(group(1, 10)));
    Ok(())
}

/// An undone transaction has no influence on the one after it.
pub fn the_next_transaction_starts_from_the_last_commit(store: &dyn Store) -> Result<(), StorageError> {
    write(store, |tx| tx.put_group(&group(1, 10)))?;
    let mut undone = store.begin(Durability::Full)?;
    undone.savepoint()?;
    undone.put_group(&group(1, 11))?;
    undone.rollback_to_savepoint()?;
    undone.put_group(&group(2, 12))?;
    drop(undone);
    let mut tx = store.begin(Durability::Relaxed)?;
    assert_eq!(tx.groups(&GroupQuery::default())?, [group(1, 10)]);
    Ok(())
}

/// Transactions of many threads come one after the other and none is lost.
pub fn writers_on_many_threads_take_turns(store: &dyn Store) -> Result<(), StorageError> {
    const THREADS: u8 = 4;
    const ROUNDS: u8 = 8;
    let add_one = || -> Result<(), StorageError> {
        for _ in 0..ROUNDS {
            let mut tx = store.begin(Durability::Relaxed)?;
            let count = tx.value(Application, b"count")?.and_then(|value| value.first().copied()).unwrap_or(0);
            tx.put_value(Application, b"count", &[count + 1])?;
            tx.commit()?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(add_one)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(StorageError::Database("a writer panicked".to_owned())))
        })
    })?;
    let count = store.read()?.value(Application, b"count")?;
    assert_eq!(count.as_deref().map(Vec::as_slice), Some([THREADS * ROUNDS].as_slice()));
    Ok(())
}
