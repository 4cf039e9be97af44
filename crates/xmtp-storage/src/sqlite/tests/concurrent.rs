//! Many readers, one writer, and nobody waits for a lock of the database.
use super::{Temporary, get, key, put};
use crate::{Durability, MessageQuery, Namespace::Application, NewIntent, StorageError, Store};
use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, sql_types::Integer};
use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use xmtp_types::GroupId;

#[test] // STORE.R2
fn readers_never_see_half_a_transaction_nor_an_error_while_a_writer_commits() {
    const COMMITS: u32 = 300;
    const READERS: usize = 8;
    let store = Temporary::new(Some(&key(7)));
    // Folding the WAL back is the one thing that could disturb readers, so it happens often.
    store.writer().as_mut().unwrap().connection.batch_execute("PRAGMA wal_autocheckpoint = 20").unwrap();
    let is_done = AtomicBool::new(false);
    let write = || -> Result<(), StorageError> {
        for number in 1..=COMMITS {
            let mut tx = store.begin(if number % 10 == 0 { Durability::Full } else { Durability::Relaxed })?;
            for name in [b"a".as_slice(), b"b", b"c"] {
                tx.put_value(Application, name, &[&number.to_be_bytes()[..], &[0; 3000]].concat())?;
            }
            tx.commit()?;
        }
        Ok(())
    };
    let read = || -> Result<(), StorageError> {
        let mut newest = 0;
        while !is_done.load(Ordering::Acquire) {
            let mut reader = store.read()?;
            let values = reader.values(Application, b"")?;
            let numbers: Vec<_> =
                values.iter().map(|(_, value)| u32::from_be_bytes(value[..4].try_into().unwrap())).collect();
            assert!(numbers.windows(2).all(|pair| pair[0] == pair[1]), "{numbers:?}");
            assert_eq!(reader.count_messages(&MessageQuery::default())?, 0);
            let number = numbers.first().copied().unwrap_or(0);
            assert!(number >= newest);
            newest = number;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        let written = scope.spawn(write).join();
        is_done.store(true, Ordering::Release);
        readers.into_iter().for_each(|reader| reader.join().unwrap().unwrap());
        written.unwrap().unwrap();
    });
}

#[test] // STORE.R2
fn a_reader_that_stays_open_does_not_stop_the_writer() {
    let store = Temporary::new(Some(&key(7)));
    put(&store, b"name", b"before").unwrap();
    let mut reader = store.read().unwrap();
    for _ in 0..50 {
        put(&store, b"name", &[1; 100_000]).unwrap();
    }
    assert_eq!(reader.value(Application, b"name").unwrap().unwrap().as_slice(), b"before");
    drop(reader);
    assert_eq!(get(&store, b"name").unwrap().len(), 100_000);
}

#[test]
fn a_reader_cannot_write() {
    let store = Temporary::new(None);
    let mut reader = store.readers().take().unwrap();
    assert!(reader.batch_execute("DELETE FROM kv").is_err());
}

#[test] // STORE.R1
fn a_writer_that_panics_leaves_the_store_usable() {
    let store = Temporary::new(None);
    let panicked = thread::scope(|scope| {
        let panicking = || {
            let mut tx = store.begin(Durability::Full).unwrap();
            tx.put_value(Application, b"name", b"half").unwrap();
            panic!("as a bug would");
        };
        scope.spawn(panicking).join()
    });
    assert!(panicked.is_err());
    assert_eq!(get(&store, b"name"), None);
    put(&store, b"name", b"whole").unwrap();
    assert_eq!(get(&store, b"name"), Some(b"whole".to_vec()));
}

#[test] // STORE.R3
fn the_writer_is_as_durable_as_each_transaction_asks() {
    let store = Temporary::new(Some(&key(7)));
    for (durability, expected) in
        [(Durability::Full, 2), (Durability::Relaxed, 1), (Durability::Relaxed, 1), (Durability::Full, 2)]
    {
        let mut tx = store.begin(durability).unwrap();
        tx.put_value(Application, b"name", b"value").unwrap();
        tx.commit().unwrap();
        let pragma = |text| {
            diesel::select(sql::<Integer>(text)).get_result::<i32>(&mut store.writer().as_mut().unwrap().connection)
        };
        assert_eq!(pragma("(SELECT synchronous FROM pragma_synchronous)").unwrap(), expected);
        assert_eq!(pragma("(SELECT journal_mode = 'wal' FROM pragma_journal_mode)").unwrap(), 1);
        assert_eq!(pragma("(SELECT secure_delete FROM pragma_secure_delete)").unwrap(), 1);
    }
}

#[test]
fn after_enough_commits_tidying_folds_the_log_back_while_readers_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("store.db3"), folder.path().join("copy.db3"));
    let store = crate::SqliteStore::open(&path, None).unwrap();
    let in_file = || {
        fs::copy(&path, &copy).unwrap();
        let mut read = SqliteConnection::establish(copy.to_str().unwrap()).unwrap();
        sql::<Integer>("SELECT count(*) FROM kv").get_result::<i32>(&mut read).unwrap_or(0)
    };
    let commits = 192;
    for number in 1_i32..=commits {
        store.tidy().unwrap();
        assert_eq!(in_file(), 0, "before commit {number}");
        put(&store, &number.to_be_bytes(), b"value").unwrap();
    }
    drop(store.read().unwrap());
    let reader = store.read().unwrap();
    drop(store.read().unwrap());
    store.tidy().unwrap();
    assert_eq!(in_file(), commits);
    drop(reader);
}

/// Files in the folder of `store` that this process has open.
#[cfg(target_os = "linux")]
fn open_files(store: &Temporary) -> usize {
    let open =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    open.filter(|path| path.starts_with(store.folder.path())).count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_that_rests_holds_its_lock_alone_and_goes_on_where_it_was() {
    for key in [Some(key(7)), None] {
        let store = Temporary::new(key.as_ref());
        for round in 0..3_u8 {
            put(&store, b"round", &[round]).unwrap();
            assert_eq!(get(&store, b"round"), Some(vec![round]));
            store.rest();
            assert_eq!(open_files(&store), 1);
            assert!(matches!(crate::SqliteStore::open(store.path(), key.as_ref()), Err(StorageError::InUse { .. })));
            assert_eq!(get(&store, b"round"), Some(vec![round]));
        }
    }
}

#[test]
fn a_store_does_not_rest_while_somebody_is_at_work() {
    let store = Temporary::new(Some(&key(7)));
    put(&store, b"name", b"before").unwrap();
    let mut reader = store.read().unwrap();
    let mut tx = store.begin(Durability::Full).unwrap();
    tx.put_value(Application, b"name", b"after").unwrap();
    store.rest();
    assert_eq!(reader.value(Application, b"name").unwrap().unwrap().as_slice(), b"before");
    tx.commit().unwrap();
    drop(reader);
    assert_eq!(get(&store, b"name"), Some(b"after".to_vec()));
}

#[test]
fn an_intent_that_is_gone_leaves_its_id_to_no_other_while_the_store_is_open() {
    let store = Temporary::new(None);
    let queue = || {
        let mut tx = store.begin(Durability::Full).unwrap();
        let wish =
            NewIntent { group: GroupId::from([1; 16]), kind: 1, data: Vec::new(), message: None, should_push: false };
        let id = tx.queue_intent(&wish).unwrap();
        tx.delete_intent(id).unwrap();
        tx.commit().unwrap();
        id
    };
    let first = queue();
    store.rest();
    assert!(queue() > first);
}
