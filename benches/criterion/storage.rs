//! The encrypted store: transactions by how durable and how large they are, a long list, opening.
mod measured;

use anyhow::Result;
use std::{cell::Cell, rc::Rc};
use tempfile::TempDir;
use xmtp_layers::Operation;
use xmtp_storage::{
    ConversationKind, DatabaseKey, DeliveryStatus, Durability, GroupRow, GroupStatus, MessageKind, MessageQuery,
    MessageRow, Namespace, SqliteStore, Store,
};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, Timestamp};

const LAYER: &str = "storage";
const KEY: [u8; 32] = [7; 32];
/// Messages in the list that is read.
const LONG: u64 = 10_000;

fn main() -> Result<()> {
    let mut criterion = measured::criterion();
    let folder = TempDir::new()?;
    let mut operations = Vec::new();
    for (durability, how) in [(Durability::Full, "durable"), (Durability::Relaxed, "relaxed")] {
        for count in [1, 10, 100] {
            let store = filled(&folder, &format!("{how}{count}"), 0)?;
            let next = Cell::new(0);
            let name = format!("{count} messages kept in a {how} transaction");
            operations.push(Operation::new(LAYER, name, move || {
                next.set(next.get() + count);
                keep(&store, durability, next.get() - count..next.get())
            }));
        }
    }
    let long = Rc::new(filled(&folder, "long", LONG)?);
    let query = || MessageQuery { group: Some(group().id), ..MessageQuery::default() };
    for limit in [50, 10_000] {
        let long = Rc::clone(&long);
        operations.push(Operation::new(LAYER, format!("{limit} of {LONG} messages listed"), move || {
            std::hint::black_box(long.read()?.messages(&MessageQuery { limit: Some(limit), ..query() })?);
            Ok(())
        }));
    }
    let path = folder.path().join("opened.db3");
    drop(SqliteStore::open(&path, Some(&DatabaseKey::from_bytes(KEY)))?);
    operations.push(Operation::new(LAYER, "opened", move || {
        std::hint::black_box(SqliteStore::open(&path, Some(&DatabaseKey::from_bytes(KEY)))?);
        Ok(())
    }));
    measured::measure(&mut criterion, operations)?;
    criterion.final_summary();
    Ok(())
}

/// A store with a group and so many messages in it.
fn filled(folder: &TempDir, name: &str, messages: u64) -> Result<SqliteStore> {
    let store = SqliteStore::open(&folder.path().join(format!("{name}.db3")), Some(&DatabaseKey::from_bytes(KEY)))?;
    let mut tx = store.begin(Durability::Relaxed)?;
    tx.put_group(&group())?;
    tx.commit()?;
    keep(&store, Durability::Relaxed, 0..messages)?;
    Ok(store)
}

/// Keeps messages, and the state of the group that changes with each batch, as one transaction of a client does.
fn keep(store: &SqliteStore, durability: Durability, numbers: std::ops::Range<u64>) -> Result<()> {
    let mut tx = store.begin(durability)?;
    tx.put_value(Namespace::Mls, b"the secrets of a group", &[9; 600])?;
    for number in numbers {
        tx.insert_message(&message(number))?;
    }
    Ok(tx.commit()?)
}

fn group() -> GroupRow {
    GroupRow {
        id: GroupId::from([1; 16]),
        kind: ConversationKind::Group,
        status: GroupStatus::Active,
        created_at: Timestamp::from_secs(1),
        added_by: InboxId::from_bytes([1; 32]),
        dm_peer: None,
        welcome: None,
        installations_checked_at: Timestamp::from_secs(0),
        rotated_at: Timestamp::from_secs(0),
        last_message_at: None,
        disappear_from_ns: None,
        disappear_in_ns: None,
    }
}

fn message(number: u64) -> MessageRow {
    // Ids are hashes: they fall anywhere in an index.
    let id = xmtp_crypto::hash::sha256(&number.to_be_bytes());
    MessageRow {
        id: MessageId::from_bytes(id),
        group: group().id,
        kind: MessageKind::Application,
        status: DeliveryStatus::Published,
        sender_inbox: InboxId::from_bytes([1; 32]),
        sender_installation: InstallationId::from_bytes([2; 32]),
        sent_at: Timestamp::from_nanos(number),
        sequence_id: None,
        content_type: "xmtp.org/text:1.0".to_owned(),
        reference: None,
        content: vec![b'x'; 200],
        idempotency_key: number.to_string(),
        expires_at: None,
    }
}
