//! A process that is killed while it writes.
use super::key;
use crate::{Durability, MessageQuery, Namespace::Application, SqliteStore, StorageError, Store};
use diesel::{dsl::sql, prelude::*, sql_types::Text};
use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

const PATH: &str = "XMTP_STORAGE_CRASH_PATH";

/// Runs in the process that is killed.
#[test]
#[ignore = "it writes until it is killed: the tests below start it in a process of its own and kill that"]
fn child_writes_until_it_is_killed() {
    let path = env::var_os(PATH).unwrap();
    let store = SqliteStore::open(Path::new(&path), Some(&key(7))).unwrap();
    let first = last_written(&store).map_or(0, |(number, _)| number + 1);
    for number in first.. {
        let durability = if number % 3 == 0 { Durability::Full } else { Durability::Relaxed };
        let mut tx = store.begin(durability).unwrap();
        tx.put_value(Application, b"first", &number.to_be_bytes()).unwrap();
        tx.put_value(Application, &number.to_be_bytes(), &[number as u8; 2000]).unwrap();
        tx.put_value(Application, b"second", &number.to_be_bytes()).unwrap();
        tx.commit().unwrap();
        writeln!(std::io::stdout(), "\nwrote {number}").unwrap();
    }
}

fn child(path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "sqlite::tests::crash::child_writes_until_it_is_killed", "--ignored", "--nocapture"]);
    command.env(PATH, path).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// The last transaction in both of the rows it wrote last and first.
fn last_written(store: &SqliteStore) -> Option<(u64, u64)> {
    let mut read = store.read().unwrap();
    let mut number = |name: &[u8]| {
        let value = read.value(Application, name).unwrap()?;
        Some(u64::from_be_bytes(value.as_slice().try_into().unwrap()))
    };
    Some((number(b"first")?, number(b"second")?))
}

#[test] // STORE.R1
fn every_acknowledged_transaction_survives_a_kill_and_none_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db3");
    for round in 1..=6_usize {
        let mut child = child(&path).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut numbers = lines.filter_map(|line| line.strip_prefix("wrote ")?.parse::<u64>().ok());
        let seen = numbers.by_ref().take(round * 17).last();
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = numbers.last().or(seen).unwrap();

        let store = SqliteStore::open(&path, Some(&key(7))).unwrap();
        let (first, second) = last_written(&store).unwrap();
        assert_eq!(first, second);
        assert!(first >= acknowledged, "{first} {acknowledged}");
        let mut read = store.read().unwrap();
        for number in 0..=first {
            let value = read.value(Application, &number.to_be_bytes()).unwrap();
            assert_eq!(value.as_deref(), Some(&vec![number as u8; 2000]));
        }
        assert_eq!(read.count_messages(&MessageQuery::default()).unwrap(), 0);
        let check = diesel::select(sql::<Text>("(SELECT integrity_check FROM pragma_integrity_check)"));
        assert_eq!(check.get_result::<String>(&mut store.writer().as_mut().unwrap().connection).unwrap(), "ok");
    }
}

#[test] // STORE.R7
fn another_process_is_kept_out_until_this_one_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db3");
    let mut child = child(&path).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("wrote ")));
    let refused = SqliteStore::open(&path, Some(&key(7)));
    assert!(matches!(&refused, Err(error @ StorageError::InUse { .. }) if error.is_retryable()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(SqliteStore::open(&path, Some(&key(7))).is_ok());
}
