//! A door for the fuzz target to the conversions from columns to rows, which nothing outside this crate can reach.
//!
//! Compiled for cargo-fuzz, which sets the cfg `fuzzing`, and for the test below. It is no part of the API.
use super::{
    SqliteStore,
    failure::of_statement,
    session::{Session, Writing},
    store::connection_of,
};
use crate::{
    CommitLogSide, ConsentEntity, ConsentRow, ConsentState, ConversationKind, DeletionCause, DeletionRow,
    DeliveryStatus, Durability, GroupQuery, GroupRow, GroupStatus, IdentityUpdateRow, IntentId, IntentState,
    MessageKind, MessageQuery, MessageRow, Namespace, NewIntent, PendingRemovalRow, ReaddRow, StorageError, Store,
    StoreRead, StoreTx,
};
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use std::{cell::OnceCell, env, fmt::Write as _, fs, process};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, OriginatorId, SequenceId, Timestamp, Topic};

const GROUP: [u8; 16] = [1; 16];
const ID: [u8; 32] = [2; 32];

/// A store with something in every table, and the names of what can be damaged.
struct Bench {
    store: SqliteStore,
    columns: Vec<(String, String)>,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

thread_local! {
    static BENCH: OnceCell<Option<Bench>> = const { OnceCell::new() };
}

/// Sets the column that `bytes` name to the value that they hold, reads everything, and undoes it.
///
/// # Panics
/// If a conversion panics: that is what fuzzing looks for. Also if no store can be made.
pub fn read_damaged(bytes: &[u8]) {
    let [column, kind, value @ ..] = bytes else { return };
    BENCH.with(|bench| {
        let bench = bench.get_or_init(|| Bench::new().ok());
        let is_read = bench.as_ref().map(|bench| bench.damage(*column, *kind, value));
        assert_eq!(is_read, Some(Some(())), "the store is not as it should be");
    });
}

impl Bench {
    fn new() -> Result<Self, StorageError> {
        let name = format!("xmtp-storage-fuzzing-{}-{:?}", process::id(), std::thread::current().id());
        let store = SqliteStore::open(&env::temp_dir().join(name).join("store.db3"), None)?;
        let mut tx = store.begin(Durability::Relaxed)?;
        fill(tx.as_mut())?;
        tx.commit()?;
        let listed = sql_query(
            "SELECT tables.name AS of, columns.name AS name FROM sqlite_schema AS tables, \
             pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' ORDER BY 1, 2",
        );
        let listed: Vec<Column> = listed.load(connection_of(&mut store.writer())?).map_err(of_statement)?;
        let columns = listed.into_iter().map(|column| (column.of, column.name)).collect();
        Ok(Self { store, columns })
    }

    fn damage(&self, column: u8, kind: u8, value: &[u8]) -> Option<()> {
        let (table, column) = self.columns.get(usize::from(column).checked_rem(self.columns.len())?)?;
        let statement = format!("UPDATE \"{table}\" SET \"{column}\" = {}", literal(kind, value));
        let mut session = Session(Writing::begin(self.store.writer(), Durability::Relaxed).ok()?);
        // What a constraint forbids was never kept.
        if session.0.write(|writer| writer.connection.batch_execute(&statement)).is_ok() {
            read_all(&mut session);
        }
        Some(())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.store.path().parent().map(fs::remove_dir_all);
    }
}

/// A value of SQL of one of its types.
fn literal(kind: u8, value: &[u8]) -> String {
    let number = value.iter().take(8).fold(0i64, |number, byte| number << 8 | i64::from(*byte));
    match kind % 5 {
        0 => "NULL".to_owned(),
        1 => number.to_string(),
        2 => format!("{}.5", number >> 8),
        3 => format!("'{}'", String::from_utf8_lossy(value).replace(['\'', '\0'], "")),
        _ => {
            value.iter().fold("x'".to_owned(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }) + "'"
        }
    }
}

fn fill(tx: &mut dyn StoreTx) -> Result<(), StorageError> {
    let (group, inbox, message) = (GroupId::from(GROUP), InboxId::from_bytes(ID), MessageId::from_bytes(ID));
    let (installation, now) = (InstallationId::from_bytes(ID), Timestamp::from_nanos(1));
    tx.put_group(&GroupRow {
        id: group.clone(),
        kind: ConversationKind::Dm,
        status: GroupStatus::Paused { version: "1.0.0".to_owned() },
        created_at: now,
        added_by: inbox,
        dm_peer: Some(inbox),
        welcome: Some(SequenceId::new(1)),
        installations_checked_at: now,
        rotated_at: now,
        last_message_at: Some(now),
        disappear_from_ns: Some(1),
        disappear_in_ns: Some(1),
    })?;
    tx.insert_message(&MessageRow {
        id: message,
        group: group.clone(),
        kind: MessageKind::Application,
        status: DeliveryStatus::Published,
        sender_inbox: inbox,
        sender_installation: installation,
        sent_at: now,
        sequence_id: Some(SequenceId::new(1)),
        content_type: "text".to_owned(),
        reference: Some(message),
        content: vec![1],
        idempotency_key: "1".to_owned(),
        expires_at: Some(Timestamp::from_nanos(u64::MAX >> 2)),
    })?;
    tx.queue_intent(&NewIntent { group: group.clone(), kind: 1, data: vec![1], message: None, should_push: true })?;
    tx.put_value(Namespace::Application, b"key", b"value")?;
    tx.advance_cursor(&Topic::group(&group), OriginatorId::V3_MESSAGES, SequenceId::new(1))?;
    tx.append_identity(
        &inbox,
        &[IdentityUpdateRow { sequence_id: SequenceId::new(1), server_time: now, payload: vec![1] }],
    )?;
    let entity = ConsentEntity::Inbox(inbox);
    tx.put_consent(&ConsentRow { entity, state: ConsentState::Allowed, decided_at: now })?;
    tx.put_deletion(&DeletionRow { message, group: group.clone(), cause: DeletionCause::SuperAdmin(inbox), at: now })?;
    tx.put_pending_removal(&PendingRemovalRow { group: group.clone(), inbox, message })?;
    let readd = ReaddRow { requested: Some(SequenceId::new(2)), answered: Some(SequenceId::new(1)) };
    tx.put_readd(&group, &installation, &readd)?;
    tx.put_commit_log_state(&group, &crate::CommitLogState::default())
}

/// Reads every table; what is damaged is an error.
fn read_all(read: &mut dyn StoreRead) {
    let (group, inbox, message) = (GroupId::from(GROUP), InboxId::from_bytes(ID), MessageId::from_bytes(ID));
    let installation = InstallationId::from_bytes(ID);
    let _ = (read.group(&group), read.groups(&GroupQuery::everything()), read.conversations_after(0, 10));
    let _ = (read.message(&message), read.placed_messages(&MessageQuery::default()), read.next_expiry());
    let _ = (read.intent(IntentId(1)), read.intents(&group, &[IntentState::ToPublish]), read.intent_by_hash(&ID));
    let _ = (read.groups_with_open_intents(), read.groups_with_held_intents());
    let _ = (read.value(Namespace::Application, b"key"), read.values(Namespace::Application, b""));
    let _ = (read.cursor(&Topic::group(&group)), read.identity_log(&inbox, None), read.latest_identity(&inbox));
    let _ = (read.consent(&ConsentEntity::Inbox(inbox)), read.deletion(&message), read.deletions_after(0, 10));
    let _ = (read.pending_removals(&group), read.groups_with_pending_removals(), read.preferences_after(0, 10));
    let _ = (read.readd(&group, &installation), read.open_readds(), read.commit_log_state(&group));
    let _ = (read.commit_log(&group, CommitLogSide::Local, 0, 10), read.early_deletions(&message));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_value_of_a_column_makes_a_conversion_panic(bytes: Vec<u8>) {
            read_damaged(&bytes);
        }
    }
}
