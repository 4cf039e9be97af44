//! Opening, and refusing to open without touching a byte.
use super::{
    super::{connection::establish, key::Cipher, migrations},
    Temporary, contents, get, key, put,
};
use crate::{
    DatabaseKey, DeliveryStatus, MessageKind, MessageQuery, MessageRow, SqliteStore, StorageError, Store as _,
};
use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, SequenceId, Timestamp};

/// A closed store that holds `name` = `value`.
fn closed(key: Option<&DatabaseKey>) -> (TempDir, PathBuf) {
    let store = Temporary::new(key);
    put(&store, b"name", b"value").unwrap();
    store.close()
}

/// A store as a killed process leaves it: the newest pages are in the WAL.
fn killed(key: Option<&DatabaseKey>) -> (TempDir, PathBuf) {
    let store = Temporary::new(key);
    put(&store, b"name", b"value").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in contents(store.folder.path()) {
        fs::write(folder.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    let path = folder.path().join("store.db3");
    assert!(fs::metadata(folder.path().join("store.db3-wal")).unwrap().len() > 0);
    (folder, path)
}

/// Opens and is refused; no file was changed, none was made.
fn refused(path: &Path, key: Option<&DatabaseKey>) -> StorageError {
    let before = contents(path.parent().unwrap());
    let error = SqliteStore::open(path, key).unwrap_err();
    let mut after = contents(path.parent().unwrap());
    // SQLite's index of the WAL holds nothing of its own and is made from it.
    after.retain(|path, _| before.contains_key(path) || !path.to_string_lossy().ends_with("-shm"));
    for (path, bytes) in before.iter().filter(|(path, _)| !path.to_string_lossy().ends_with("-shm")) {
        assert!(after.get(path) == Some(bytes), "{} was changed", path.display());
    }
    assert_eq!(before.len(), after.len());
    error
}

fn sql(path: &Path, statements: &str) {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap().batch_execute(statements).unwrap();
}

/// Bytes as SQL writes them.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("x'".to_owned(), |text, byte| format!("{text}{byte:02x}")) + "'"
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    for key in [Some(key(7)), None] {
        let (_folder, path) = closed(key.as_ref());
        assert_eq!(get(&SqliteStore::open(&path, key.as_ref()).unwrap(), b"name"), Some(b"value".to_vec()));
        let (_folder, path) = killed(key.as_ref());
        assert_eq!(get(&SqliteStore::open(&path, key.as_ref()).unwrap(), b"name"), Some(b"value".to_vec()));
    }
}

#[test] // STORE.R6
fn a_wrong_key_is_refused() {
    for (_folder, path) in [closed(Some(&key(7))), killed(Some(&key(7)))] {
        let error = refused(&path, Some(&key(8)));
        assert!(matches!(error, StorageError::WrongKey { .. }), "{error:?}");
        assert!(matches!(refused(&path, None), StorageError::WrongKey { .. }));
        assert_eq!(get(&SqliteStore::open(&path, Some(&key(7))).unwrap(), b"name"), Some(b"value".to_vec()));
    }
}

#[test] // STORE.R6
fn a_key_for_a_database_that_is_not_encrypted_is_refused() {
    for (_folder, path) in [closed(None), killed(None)] {
        assert!(matches!(refused(&path, Some(&key(7))), StorageError::WrongKey { .. }));
        assert!(SqliteStore::open(&path, None).is_ok());
    }
}

#[test] // STORE.R6
fn a_database_without_its_salt_is_refused_and_no_salt_is_made() {
    for (folder, path) in [closed(Some(&key(7))), killed(Some(&key(7)))] {
        let salt = folder.path().join("store.db3.sqlcipher_salt");
        let kept = fs::read(&salt).unwrap();
        fs::remove_file(&salt).unwrap();
        let error = refused(&path, Some(&key(7)));
        assert!(matches!(error, StorageError::MissingSalt { path } if path.ends_with("store.db3.sqlcipher_salt")));
        assert!(!salt.exists());
        fs::write(&salt, kept).unwrap();
        assert!(SqliteStore::open(&path, Some(&key(7))).is_ok());
    }
}

#[test]
fn a_salt_that_is_not_32_hexadecimal_characters_is_damaged() {
    let (folder, path) = closed(Some(&key(7)));
    for text in ["", "00", &"0".repeat(33), &"g".repeat(32)] {
        fs::write(folder.path().join("store.db3.sqlcipher_salt"), text).unwrap();
        assert!(matches!(refused(&path, Some(&key(7))), StorageError::Damaged("salt file")));
    }
    fs::write(folder.path().join("store.db3.sqlcipher_salt"), "0".repeat(32)).unwrap();
    assert!(matches!(refused(&path, Some(&key(7))), StorageError::WrongKey { .. }));
}

#[test] // STORE.R6
fn a_file_of_someone_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db3");
    let noise: Vec<u8> = (0..9000_u32).map(|number| (number * 7 % 251) as u8).collect();
    for bytes in [b"".as_slice(), b"hello", &noise, b"SQLite format 3\0", &[b"SQLite format 3\0", &noise[..]].concat()]
    {
        fs::write(&path, bytes).unwrap();
        for key in [None, Some(key(7))] {
            assert!(matches!(refused(&path, key.as_ref()), StorageError::ForeignFile { .. }), "{}", bytes.len());
        }
    }
    fs::remove_file(&path).unwrap();
    sql(&path, "CREATE TABLE theirs (id INTEGER)");
    assert!(matches!(refused(&path, None), StorageError::ForeignFile { .. }));
    assert!(matches!(refused(&path, Some(&key(7))), StorageError::ForeignFile { .. }));
}

#[test] // STORE.R6
fn an_encrypted_database_of_someone_else_is_refused() {
    let (_folder, path) = closed(Some(&key(7)));
    let store = SqliteStore::open(&path, Some(&key(7))).unwrap();
    store.writer().as_mut().unwrap().connection.batch_execute("PRAGMA application_id = 0").unwrap();
    drop(store);
    assert!(matches!(refused(&path, Some(&key(7))), StorageError::ForeignFile { .. }));
}

#[test] // STORE.R6
fn a_schema_of_a_newer_version_is_refused() {
    for key in [None, Some(key(7))] {
        for make in [closed, killed] {
            let (_folder, path) = make(key.as_ref());
            let store = SqliteStore::open(&path, key.as_ref()).unwrap();
            store.writer().as_mut().unwrap().connection.batch_execute("PRAGMA user_version = 99").unwrap();
            drop(store);
            match refused(&path, key.as_ref()) {
                StorageError::NewerSchema { found, .. } => assert_eq!(found, "99"),
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn a_database_of_the_first_schema_is_brought_up_to_date_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db3");
    let first = include_str!("../migrations/0001_first.sql");
    let (id, inbox) = (|byte: u8| hex(&[byte; 16]), hex(&[9; 32]));
    let message = |position: u8, of: &str, reference: &str| {
        let position_id = hex(&[position; 32]);
        format!(
            "INSERT INTO messages VALUES ({position}, {position_id}, {of}, 1, 2, 1, {position}, 7, 'a/b:1.0', {reference}, \
             x'05', 'key', NULL);"
        )
    };
    let kept = [
        "INSERT INTO kv VALUES (5, CAST('name' AS BLOB), CAST('value' AS BLOB));".to_owned(),
        format!(
            "INSERT INTO groups VALUES ({}, 1, 0, NULL, NULL, 0, {inbox}, NULL, NULL, 0, 0, 3, NULL, NULL);",
            id(1)
        ),
        format!("INSERT INTO senders VALUES (1, {}, {inbox});", hex(&[8; 32])),
        // The second conversation is known by its messages alone.
        message(1, &id(2), "NULL"),
        message(3, &id(1), &hex(&[1; 32])),
        message(4, &id(2), "NULL"),
    ];
    let kept = kept.concat();
    sql(&path, &format!("{first} {kept}; PRAGMA application_id = 0x584d5450; PRAGMA user_version = 1;"));
    for _ in 0..2 {
        let store = SqliteStore::open(&path, None).unwrap();
        assert_eq!(get(&store, b"name"), Some(b"value".to_vec()));
        let mut read = store.read().unwrap();
        assert_eq!(read.groups_with_pending_removals().unwrap(), []);
        let messages = read.placed_messages(&MessageQuery::default()).unwrap();
        let row = |position: u8, group: u8| MessageRow {
            id: MessageId::from_bytes([position; 32]),
            group: GroupId::from([group; 16]),
            kind: MessageKind::Application,
            status: DeliveryStatus::Published,
            sender_inbox: InboxId::from_bytes([9; 32]),
            sender_installation: InstallationId::from_bytes([8; 32]),
            sent_at: Timestamp::from_nanos(position.into()),
            sequence_id: Some(SequenceId::new(7)),
            content_type: "a/b:1.0".to_owned(),
            reference: (position == 3).then_some(MessageId::from_bytes([1; 32])),
            content: vec![5],
            idempotency_key: "key".to_owned(),
            expires_at: None,
        };
        assert_eq!(messages, [(1, row(1, 2)), (3, row(3, 1)), (4, row(4, 2))]);
        let of = |group: u8| MessageQuery { group: Some(GroupId::from([group; 16])), ..MessageQuery::default() };
        assert_eq!([read.count_messages(&of(1)).unwrap(), read.count_messages(&of(2)).unwrap()], [1, 2]);
        let referring = MessageQuery { referring_to: vec![row(1, 2).id], ..MessageQuery::default() };
        assert_eq!(read.messages(&referring).unwrap(), [row(3, 1)]);
        assert_eq!(read.message(&row(4, 2).id).unwrap(), Some(row(4, 2)));
    }
}

#[test] // STORE.R7
fn a_second_store_on_one_database_is_refused() {
    let store = Temporary::new(Some(&key(7)));
    put(&store, b"name", b"value").unwrap();
    let linked = store.folder.path().join("linked.db3");
    std::os::unix::fs::symlink(store.path(), &linked).unwrap();
    for path in [store.path(), &linked] {
        assert!(matches!(SqliteStore::open(path, Some(&key(7))), Err(StorageError::InUse { .. })));
    }
    put(&store, b"name", b"other").unwrap();
    let (_folder, path) = store.close();
    assert_eq!(get(&SqliteStore::open(&path, Some(&key(7))).unwrap(), b"name"), Some(b"other".to_vec()));
}

#[test] // STORE.R8
fn a_salt_without_a_database_is_replaced() {
    let (folder, path) = closed(Some(&key(7)));
    let salt = folder.path().join("store.db3.sqlcipher_salt");
    let old = fs::read(&salt).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(get(&SqliteStore::open(&path, Some(&key(7))).unwrap(), b"name"), None);
    assert_ne!(fs::read(&salt).unwrap(), old);
}

#[test] // STORE.R8
fn what_a_crash_left_of_a_creation_is_made_again() {
    let (folder, path) = killed(Some(&key(7)));
    let unfinished = folder.path().join("store.db3.unfinished");
    for suffix in ["", "-journal", "-wal"] {
        fs::write(folder.path().join(format!("store.db3.unfinished{suffix}")), b"half").unwrap();
    }
    // The WAL of a database that is gone must not be read into the new one.
    fs::remove_file(&path).unwrap();
    let store = SqliteStore::open(&path, Some(&key(7))).unwrap();
    assert_eq!(get(&store, b"name"), None);
    put(&store, b"name", b"new").unwrap();
    drop(store);
    assert!(!unfinished.exists());
    assert_eq!(get(&SqliteStore::open(&path, Some(&key(7))).unwrap(), b"name"), Some(b"new".to_vec()));
}

#[test]
fn a_folder_that_is_missing_is_made_and_one_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b/store.db3");
    assert!(SqliteStore::open(&deep, None).is_ok());
    assert!(matches!(SqliteStore::open(&deep.join("below.db3"), None), Err(StorageError::Io { .. })));
}

#[test]
fn names_with_special_characters_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a?mode=memory#%41 ü.db3");
    for value in [b"one", b"two"] {
        let store = SqliteStore::open(&path, Some(&key(7))).unwrap();
        put(&store, value, value).unwrap();
    }
    assert_eq!(get(&SqliteStore::open(&path, Some(&key(7))).unwrap(), b"one"), Some(b"one".to_vec()));
    assert!(path.exists());
}

#[test] // STORE.R9
fn only_the_owner_can_read_the_files() {
    let store = Temporary::new(Some(&key(7)));
    put(&store, b"name", b"value").unwrap();
    let entries: Vec<_> = fs::read_dir(store.folder.path()).unwrap().map(|entry| entry.unwrap()).collect();
    let names: Vec<_> = entries.iter().map(|entry| entry.file_name().into_string().unwrap()).collect();
    for expected in ["", ".sqlcipher_salt", "-wal", "-shm", ".lock"] {
        assert!(names.contains(&format!("store.db3{expected}")), "{names:?}");
    }
    for entry in entries {
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn nothing_readable_reaches_the_files_of_an_encrypted_database() {
    const SECRET: &[u8] = b"the eagle lands at midnight";
    let finds = |folder: &Path, needle: &[u8]| {
        let is_in = |bytes: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
        contents(folder).values().any(is_in)
    };
    let store = Temporary::new(Some(&key(7)));
    put(&store, SECRET, SECRET).unwrap();
    assert!(!finds(store.folder.path(), SECRET));
    let (folder, _) = store.close();
    assert!(!finds(folder.path(), SECRET) && !finds(folder.path(), b"CREATE TABLE"));
    assert!(!finds(folder.path(), &[7; 32]) && !finds(folder.path(), hex::encode([7; 32]).as_bytes()));

    let plain = Temporary::new(None);
    put(&plain, SECRET, SECRET).unwrap();
    assert!(finds(plain.folder.path(), SECRET));
}

#[test] // STORE.R5
fn sqlcipher_runs_with_the_parameters_of_released_clients_but_for_smaller_pages() {
    let store = Temporary::new(Some(&key(7)));
    let salt = fs::read_to_string(store.folder.path().join("store.db3.sqlcipher_salt")).unwrap();
    assert_eq!(salt.len(), 32);
    let header = fs::read(store.path()).unwrap();
    assert!(header.starts_with(b"SQLite format 3\0"));
    assert_eq!(header[16..18], 2048_u16.to_be_bytes());
    put(&store, b"name", b"value").unwrap();
    let (_folder, path) = store.close();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let pragmas = format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = 2048; PRAGMA cipher_plaintext_header_size = 32; \
         PRAGMA cipher_salt = \"x'{salt}'\"; SELECT count(*) FROM sqlite_master;",
        "07".repeat(32)
    );
    connection.batch_execute(&pragmas).unwrap();
}

#[test]
fn a_database_with_the_larger_pages_of_earlier_versions_is_used_as_it_is() {
    for key in [Some(key(7)), None] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db3");
        let cipher = key.clone().map(|key| Cipher { key, salt: [9; 16], page: 4096 });
        fs::write(folder.path().join("store.db3.sqlcipher_salt"), hex::encode([9; 16])).unwrap();
        let mut connection = establish(&path, path.to_str().unwrap(), cipher.as_ref()).unwrap();
        migrations::apply(&mut connection, &path).unwrap();
        connection.batch_execute("PRAGMA journal_mode = WAL").unwrap();
        drop(connection);
        put(&SqliteStore::open(&path, key.as_ref()).unwrap(), b"name", b"value").unwrap();
        assert_eq!(fs::read(&path).unwrap()[16..18], 4096_u16.to_be_bytes());
        assert_eq!(get(&SqliteStore::open(&path, key.as_ref()).unwrap(), b"name"), Some(b"value".to_vec()));
    }
}
