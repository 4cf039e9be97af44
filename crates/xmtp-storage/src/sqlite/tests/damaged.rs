//! Damaged rows, a full disk and numbers that do not fit.
use super::{Temporary, get, key, put};
use crate::{
    ConsentEntity, DeliveryStatus, Durability, GroupQuery, IntentId, MessageKind, MessageQuery, MessageRow,
    Namespace::Application, NewIntent, SqliteStore, StorageError, Store, StoreRead,
};
use diesel::connection::SimpleConnection;
use std::fs;
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, OriginatorId, SequenceId, Timestamp, Topic};

fn message() -> MessageRow {
    MessageRow {
        id: MessageId::from_bytes([1; 32]),
        group: GroupId::from([1; 16]),
        kind: MessageKind::Application,
        status: DeliveryStatus::Published,
        sender_inbox: InboxId::from_bytes([2; 32]),
        sender_installation: InstallationId::from_bytes([3; 32]),
        sent_at: Timestamp::from_nanos(1),
        sequence_id: Some(SequenceId::new(1)),
        content_type: String::new(),
        reference: None,
        content: Vec::new(),
        idempotency_key: String::new(),
        expires_at: None,
    }
}

fn with_rows() -> Temporary {
    let store = Temporary::new(None);
    let mut tx = store.begin(Durability::Full).unwrap();
    tx.insert_message(&message()).unwrap();
    let group = GroupId::from([1; 16]);
    tx.queue_intent(&NewIntent { group, kind: 1, data: Vec::new(), message: None, should_push: true }).unwrap();
    tx.commit().unwrap();
    store
}

type Read = fn(&mut dyn StoreRead) -> Option<StorageError>;

#[test]
fn a_damaged_row_is_an_error_that_names_what_is_damaged() {
    const MESSAGES: Read = |read| read.messages(&MessageQuery::default()).err();
    const INTENT: Read = |read| read.intent(IntentId(1)).err();
    const GROUPS: Read = |read| read.groups(&GroupQuery::everything()).err();
    const CONSENT: Read = |read| read.consent(&ConsentEntity::Inbox(InboxId::from_bytes([1; 32]))).err();
    const LOG: Read = |read| read.identity_log(&InboxId::from_bytes([1; 32]), None).err();
    const CURSOR: Read = |read| read.cursor(&Topic::group(&GroupId::from([1; 16]))).err();
    let group =
        |id: &str, rest: &str| format!("INSERT INTO groups VALUES (x'{id}', {rest}, NULL, 0, 0, NULL, NULL, NULL)");
    let inbox = "01".repeat(32);
    let cases: [(String, Read, &str); 16] = [
        ("UPDATE messages SET kind = 9".to_owned(), MESSAGES, "message kind"),
        ("UPDATE messages SET status = 0".to_owned(), MESSAGES, "delivery status"),
        ("UPDATE messages SET id = x'00'".to_owned(), MESSAGES, "message id"),
        ("UPDATE messages SET sent_at = -1".to_owned(), MESSAGES, "time"),
        ("UPDATE messages SET sequence_id = -1".to_owned(), MESSAGES, "sequence id"),
        ("UPDATE messages SET sender = 77".to_owned(), MESSAGES, "sender"),
        ("UPDATE messages SET conversation = 77".to_owned(), MESSAGES, "conversation"),
        ("UPDATE senders SET inbox = x'00'".to_owned(), MESSAGES, "inbox id"),
        ("UPDATE intents SET state = 7".to_owned(), INTENT, "intent state"),
        ("UPDATE intents SET kind = 256".to_owned(), INTENT, "intent kind"),
        ("UPDATE intents SET payload_hash = x'00'".to_owned(), INTENT, "payload hash"),
        (group("01", &format!("9, 0, NULL, NULL, 0, x'{inbox}', NULL")), GROUPS, "conversation kind"),
        (group("01", &format!("1, 2, NULL, NULL, 0, x'{inbox}', NULL")), GROUPS, "conversation status"),
        (format!("INSERT INTO consents VALUES (2, x'{inbox}', 3, 0)"), CONSENT, "consent"),
        (format!("INSERT INTO identity_updates VALUES (x'{inbox}', -1, 0, x'')"), LOG, "sequence id"),
        (format!("INSERT INTO cursors VALUES (x'00{}', -1, 1)", "01".repeat(16)), CURSOR, "originator"),
    ];
    for (statement, read, expected) in cases {
        let store = with_rows();
        assert!(read(store.read().unwrap().as_mut()).is_none());
        store.writer().as_mut().unwrap().connection.batch_execute(&statement).unwrap();
        let error = read(store.read().unwrap().as_mut());
        assert!(matches!(error, Some(StorageError::Damaged(what)) if what == expected), "{statement}: {error:?}");
    }
}

#[test]
fn a_damaged_page_is_an_error() {
    let store = Temporary::new(Some(&key(7)));
    put(&store, b"name", &[1; 100_000]).unwrap();
    let (_folder, path) = store.close();
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(512) {
        *byte ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    // Noticed where it is first read: in opening it or after.
    let read = SqliteStore::open(&path, Some(&key(7))).and_then(|store| {
        let value = store.read()?.value(Application, b"name")?;
        Ok(value.is_some())
    });
    assert!(matches!(read, Err(StorageError::Damaged(_))), "{read:?}");
}

#[test] // STORE.R4
fn a_full_disk_is_an_error_and_the_database_stays_as_it_was() {
    for key in [Some(key(7)), None] {
        let store = Temporary::new(key.as_ref());
        put(&store, b"name", b"value").unwrap();
        let before = fs::read(store.path()).unwrap();
        store.writer().as_mut().unwrap().connection.batch_execute("PRAGMA max_page_count = 1").unwrap();

        let mut tx = store.begin(Durability::Full).unwrap();
        tx.put_value(Application, b"small", b"fits").unwrap();
        let error = tx.put_value(Application, b"name", &[1; 1_000_000]).unwrap_err();
        assert!(matches!(error, StorageError::DiskFull) && error.is_retryable());
        // Nothing that comes after the error may be kept alone.
        assert!(tx.put_value(Application, b"after", b"the error").is_err());
        assert!(tx.value(Application, b"name").is_err());
        assert!(tx.savepoint().is_err() && tx.commit().is_err());
        assert!(fs::read(store.path()).unwrap() == before);
        assert_eq!(get(&store, b"small"), None);
        assert_eq!(get(&store, b"after"), None);

        store.writer().as_mut().unwrap().connection.batch_execute("PRAGMA max_page_count = 1000000").unwrap();
        put(&store, b"name", b"again").unwrap();
        assert_eq!(get(&store, b"name"), Some(b"again".to_vec()));
    }
}

#[test]
fn a_disk_that_is_full_when_a_database_is_made_leaves_no_half_of_one() {
    // A device on which every write fails for want of space.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db3");
    std::os::unix::fs::symlink("/dev/full", folder.path().join("store.db3.sqlcipher_salt.unfinished")).unwrap();
    let error = SqliteStore::open(&path, Some(&key(7))).unwrap_err();
    assert!(matches!(error, StorageError::DiskFull), "{error:?}");
    assert!(!path.exists());
    fs::remove_file(folder.path().join("store.db3.sqlcipher_salt.unfinished")).unwrap();
    assert!(SqliteStore::open(&path, Some(&key(7))).is_ok());
}

#[test]
fn a_sequence_id_that_does_not_fit_is_refused_and_the_transaction_goes_on() {
    let store = Temporary::new(None);
    let mut tx = store.begin(Durability::Full).unwrap();
    let (topic, too_large) = (Topic::group(&GroupId::from([1; 16])), SequenceId::new(1 << 63));
    let refused = tx.advance_cursor(&topic, OriginatorId::V3_MESSAGES, too_large);
    assert!(matches!(refused, Err(StorageError::OutOfRange(_))));
    let row = MessageRow { sequence_id: Some(too_large), ..message() };
    assert!(matches!(tx.insert_message(&row), Err(StorageError::OutOfRange(_))));
    let largest = SequenceId::new((1 << 63) - 1);
    tx.advance_cursor(&topic, OriginatorId::V3_MESSAGES, largest).unwrap();
    tx.commit().unwrap();
    assert_eq!(store.read().unwrap().cursor(&topic).unwrap().highest(), largest);
}

#[test]
fn a_time_that_does_not_fit_becomes_the_last_one_that_does() {
    let store = Temporary::new(None);
    let last = Timestamp::from_nanos(i64::MAX.unsigned_abs());
    let mut tx = store.begin(Durability::Full).unwrap();
    tx.insert_message(&MessageRow { expires_at: Some(Timestamp::from_nanos(u64::MAX)), ..message() }).unwrap();
    tx.commit().unwrap();
    let row = store.read().unwrap().message(&message().id).unwrap().unwrap();
    assert_eq!(row.expires_at, Some(last));
}
