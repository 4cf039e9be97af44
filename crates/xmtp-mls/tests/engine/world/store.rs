//! A store that counts what is written, and fails where it is told to.
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};
use xmtp_storage::{
    Beginning, CommitLogReads, CommitLogRow, CommitLogSide, CommitLogState, CommitLogWrites, ConsentEntity,
    ConsentReads, ConsentRow, ConsentWrites, CursorReads, CursorWrites, DeletionReads, DeletionRow, DeletionWrites,
    DeliveryStatus, Durability, EarlyDeletionRow, GroupQuery, GroupReads, GroupRow, GroupWrites, IdentityReads,
    IdentityUpdateRow, IdentityWrites, IntentId, IntentReads, IntentRow, IntentState, IntentWrites, KvReads, KvWrites,
    MemoryStore, MessageQuery, MessageReads, MessageRow, MessageWrites, Namespace, NewIntent, PendingRemovalRow,
    PreferenceReads, PreferenceRow, PreferenceWrites, ReaddRow, RemovalReads, RemovalWrites, StorageError, Store,
    StoreRead, StoreTx,
};
use xmtp_types::{Cursor, GroupId, InboxId, InstallationId, MessageId, OriginatorId, SequenceId, Timestamp, Topic};
use zeroize::Zeroizing;

/// What happened, and where it is to be cut short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    steps: usize,
    cut: Option<usize>,
    commits: usize,
    cursor_moves: usize,
    inserted: Vec<usize>,
    values: BTreeMap<(Namespace, Vec<u8>), usize>,
}

/// A memory store behind a probe.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    inner: MemoryStore,
    pub(crate) probe: Probe,
}

struct Writing<'s> {
    inner: Box<dyn StoreTx + 's>,
    probe: Probe,
}

impl Probe {
    /// Counts one step; fails if it is the one where everything is cut short, and from then on.
    pub(crate) fn step(&self) -> Result<(), StorageError> {
        let mut counts = self.0.lock().unwrap();
        counts.steps += 1;
        match counts.cut {
            Some(cut) if counts.steps > cut => Err(StorageError::Database("cut short".to_owned())),
            _ => Ok(()),
        }
    }

    /// Lets `steps` more succeed and then none.
    pub(crate) fn cut_after(&self, steps: usize) {
        let mut counts = self.0.lock().unwrap();
        counts.steps = 0;
        counts.cut = Some(steps);
    }

    /// Lets everything succeed again. Says whether something was cut.
    pub(crate) fn mend(&self) -> bool {
        let mut counts = self.0.lock().unwrap();
        let was_cut = counts.cut.is_some_and(|cut| counts.steps > cut);
        counts.cut = None;
        was_cut
    }

    /// Starts counting anew.
    pub(crate) fn reset(&self) {
        *self.0.lock().unwrap() = Counts::default();
    }

    pub(crate) fn commits(&self) -> usize {
        self.0.lock().unwrap().commits
    }

    pub(crate) fn cursor_moves(&self) -> usize {
        self.0.lock().unwrap().cursor_moves
    }

    /// How many messages were inserted, call by call.
    pub(crate) fn messages_inserted(&self) -> Vec<usize> {
        self.0.lock().unwrap().inserted.clone()
    }

    /// How often each value of the MLS library whose key starts with `kind` was written.
    pub(crate) fn mls_writes(&self, kind: u8) -> Vec<usize> {
        let counts = self.0.lock().unwrap();
        let of_kind = counts.values.iter().filter(|((space, key), _)| *space == Namespace::Mls && key[0] == kind);
        of_kind.map(|(_, count)| *count).collect()
    }
}

impl Store for Watched {
    fn begin(&self, durability: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError> {
        Ok(Box::new(Writing { inner: self.inner.begin(durability)?, probe: self.probe.clone() }))
    }

    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError> {
        self.inner.read()
    }
}

impl StoreRead for Writing<'_> {}

impl StoreTx for Writing<'_> {
    fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.probe.step()?;
        self.probe.0.lock().unwrap().commits += 1;
        self.inner.commit()
    }

    fn savepoint(&mut self) -> Result<(), StorageError> {
        self.inner.savepoint()
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), StorageError> {
        self.inner.rollback_to_savepoint()
    }

    fn release_savepoint(&mut self) -> Result<(), StorageError> {
        self.inner.release_savepoint()
    }
}

/// Hands calls through; writes are counted first.
macro_rules! hand_through {
    ($($name:ident { $(fn $method:ident($($arg:ident: $kind:ty),*) -> $result:ty;)* })*) => {
        $(impl $name for Writing<'_> {
            $(fn $method(&mut self, $($arg: $kind),*) -> Result<$result, StorageError> {
                self.inner.$method($($arg),*)
            })*
        })*
    };
    (counted: $($name:ident { $(fn $method:ident($($arg:ident: $kind:ty),*) -> $result:ty;)* })*) => {
        $(impl $name for Writing<'_> {
            $(fn $method(&mut self, $($arg: $kind),*) -> Result<$result, StorageError> {
                self.probe.step()?;
                self.inner.$method($($arg),*)
            })*
        })*
    };
}

hand_through! {
    ConsentReads { fn consent(entity: &ConsentEntity) -> Option<ConsentRow>; }
    CursorReads {
        fn cursor(topic: &Topic) -> Cursor;
        fn group_cursors() -> HashMap<GroupId, Cursor>;
    }
    GroupReads {
        fn group(id: &GroupId) -> Option<GroupRow>;
        fn groups(query: &GroupQuery) -> Vec<GroupRow>;
        fn conversations_after(position: u64, limit: u32) -> Vec<(u64, GroupRow)>;
        fn conversation_position(id: &GroupId) -> Option<u64>;
        fn newest_conversation() -> u64;
    }
    IdentityReads {
        fn identity_log(inbox: &InboxId, up_to: Option<SequenceId>) -> Vec<IdentityUpdateRow>;
        fn latest_identity(inbox: &InboxId) -> Option<SequenceId>;
    }
    IntentReads {
        fn intent(id: IntentId) -> Option<IntentRow>;
        fn intents(group: &GroupId, states: &[IntentState]) -> Vec<IntentRow>;
        fn first_intents(group: &GroupId, state: IntentState, limit: u32) -> Vec<IntentRow>;
        fn intent_by_hash(payload_hash: &[u8; 32]) -> Option<IntentRow>;
        fn has_made_envelopes(group: &GroupId) -> bool;
        fn groups_with_open_intents() -> Vec<GroupId>;
        fn groups_with_held_intents() -> Vec<GroupId>;
    }
    KvReads {
        fn value(namespace: Namespace, key: &[u8]) -> Option<Zeroizing<Vec<u8>>>;
        fn values(namespace: Namespace, prefix: &[u8]) -> Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>;
    }
    MessageReads {
        fn message(id: &MessageId) -> Option<MessageRow>;
        fn placed_messages(query: &MessageQuery) -> Vec<(u64, MessageRow)>;
        fn stored_position(id: &MessageId) -> Option<u64>;
        fn newest_position() -> u64;
        fn next_expiry() -> Option<Timestamp>;
        fn count_messages(query: &MessageQuery) -> u64;
    }
    RemovalReads {
        fn pending_removals(group: &GroupId) -> Vec<PendingRemovalRow>;
        fn groups_with_pending_removals() -> Vec<GroupId>;
    }
    DeletionReads {
        fn deletion(message: &MessageId) -> Option<DeletionRow>;
        fn deletions_after(position: u64, limit: u32) -> Vec<(u64, DeletionRow)>;
        fn newest_deletion() -> u64;
        fn early_deletions(message: &MessageId) -> Vec<EarlyDeletionRow>;
        fn has_early_deletions() -> bool;
    }
    PreferenceReads {
        fn preferences_after(position: u64, limit: u32) -> Vec<(u64, PreferenceRow)>;
        fn newest_preference() -> u64;
    }
    CommitLogReads {
        fn commit_log(group: &GroupId, side: CommitLogSide, position: u64, limit: u32) -> Vec<(u64, CommitLogRow)>;
        fn newest_commit(group: &GroupId, side: CommitLogSide) -> Option<(u64, CommitLogRow)>;
        fn logged_commit(group: &GroupId, side: CommitLogSide, commit: SequenceId) -> Option<CommitLogRow>;
        fn commit_log_state(group: &GroupId) -> CommitLogState;
        fn readd(group: &GroupId, installation: &InstallationId) -> ReaddRow;
        fn open_readds() -> Vec<(GroupId, InstallationId)>;
    }
}

hand_through! { counted:
    ConsentWrites { fn put_consent(row: &ConsentRow) -> (); }
    GroupWrites { fn put_group(row: &GroupRow) -> (); }
    IdentityWrites { fn append_identity(inbox: &InboxId, updates: &[IdentityUpdateRow]) -> (); }
    IntentWrites {
        fn begin_intent(wish: &NewIntent, beginning: Beginning) -> IntentId;
        fn release_intents(group: &GroupId) -> usize;
        fn acknowledge_intent(id: IntentId) -> ();
        fn update_intent(row: &IntentRow) -> ();
        fn delete_intent(id: IntentId) -> ();
    }
    RemovalWrites {
        fn put_pending_removal(row: &PendingRemovalRow) -> ();
        fn delete_pending_removal(group: &GroupId, inbox: &InboxId) -> ();
    }
    DeletionWrites {
        fn put_deletion(row: &DeletionRow) -> bool;
        fn put_early_deletion(row: &EarlyDeletionRow) -> ();
        fn forget_early_deletions(message: &MessageId) -> ();
    }
    PreferenceWrites { fn append_preference(row: &PreferenceRow) -> (); }
    CommitLogWrites {
        fn append_commit(group: &GroupId, side: CommitLogSide, row: &CommitLogRow) -> ();
        fn put_commit_log_state(group: &GroupId, state: &CommitLogState) -> ();
        fn put_readd(group: &GroupId, installation: &InstallationId, row: &ReaddRow) -> ();
    }
}

impl KvWrites for Writing<'_> {
    fn put_value(&mut self, namespace: Namespace, key: &[u8], value: &[u8]) -> Result<(), StorageError> {
        self.probe.step()?;
        *self.probe.0.lock().unwrap().values.entry((namespace, key.to_vec())).or_default() += 1;
        self.inner.put_value(namespace, key, value)
    }

    fn delete_value(&mut self, namespace: Namespace, key: &[u8]) -> Result<(), StorageError> {
        self.probe.step()?;
        self.inner.delete_value(namespace, key)
    }
}

impl CursorWrites for Writing<'_> {
    fn advance_cursor(
        &mut self,
        topic: &Topic,
        originator: OriginatorId,
        sequence_id: SequenceId,
    ) -> Result<(), StorageError> {
        self.probe.step()?;
        self.probe.0.lock().unwrap().cursor_moves += 1;
        self.inner.advance_cursor(topic, originator, sequence_id)
    }
}

impl MessageWrites for Writing<'_> {
    fn insert_message(&mut self, row: &MessageRow) -> Result<bool, StorageError> {
        Ok(self.insert_messages(std::slice::from_ref(row))? == [true])
    }

    fn insert_messages(&mut self, rows: &[MessageRow]) -> Result<Vec<bool>, StorageError> {
        self.probe.step()?;
        self.probe.0.lock().unwrap().inserted.push(rows.len());
        self.inner.insert_messages(rows)
    }

    fn update_delivery(
        &mut self,
        id: &MessageId,
        status: DeliveryStatus,
        sent_at: Timestamp,
        sequence_id: Option<SequenceId>,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        self.probe.step()?;
        self.inner.update_delivery(id, status, sent_at, sequence_id, expires_at)
    }

    fn delete_expired(&mut self, now: Timestamp) -> Result<Vec<MessageId>, StorageError> {
        self.probe.step()?;
        self.inner.delete_expired(now)
    }
}
