//! The tables, and how a change of one is noted, taken back and done again.
use crate::{
    CommitLogRow, CommitLogSide, CommitLogState, ConsentEntity, ConsentRow, DeletionRow, EarlyDeletionRow, GroupRow,
    IdentityUpdateRow, IntentRow, MessageRow, Namespace, PendingRemovalRow, PreferenceRow, ReaddRow,
};
use std::{collections::BTreeMap, ops::RangeBounds, sync::Arc};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, OriginatorId, SequenceId, Timestamp, Topic};
use zeroize::Zeroizing;

/// Rows in key order. A clone shares them until one of the two changes.
pub(super) struct Table<K, V>(Arc<BTreeMap<K, Arc<V>>>);

/// Numbers that only rise.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Counter {
    Conversations,
    Deletions,
    Intents,
    Messages,
    Preferences,
    Commits,
}

/// All tables. Those with `()` for a row are indexes.
#[derive(Clone, Default)]
pub(super) struct Tables {
    pub(super) consents: Table<ConsentEntity, ConsentRow>,
    pub(super) counters: Table<Counter, u64>,
    pub(super) cursors: Table<(Topic, OriginatorId), SequenceId>,
    pub(super) conversations: Table<u64, GroupId>,
    pub(super) conversation_positions: Table<GroupId, u64>,
    pub(super) deletions: Table<u64, DeletionRow>,
    pub(super) deletion_positions: Table<MessageId, u64>,
    pub(super) early_deletions: Table<MessageId, EarlyDeletionRow>,
    pub(super) groups: Table<GroupId, GroupRow>,
    pub(super) identities: Table<(InboxId, SequenceId), IdentityUpdateRow>,
    pub(super) intents: Table<u64, IntentRow>,
    pub(super) intents_by_group: Table<(GroupId, u64), ()>,
    pub(super) intents_by_hash: Table<([u8; 32], u64), ()>,
    pub(super) kv: Table<(Namespace, Vec<u8>), Zeroizing<Vec<u8>>>,
    pub(super) messages: Table<u64, MessageRow>,
    pub(super) message_positions: Table<MessageId, u64>,
    pub(super) messages_by_time: Table<(GroupId, Timestamp, u64), ()>,
    pub(super) preferences: Table<u64, PreferenceRow>,
    pub(super) commit_log: Table<(GroupId, CommitLogSide, u64), CommitLogRow>,
    pub(super) commit_log_states: Table<GroupId, CommitLogState>,
    pub(super) readds: Table<(GroupId, InstallationId), ReaddRow>,
    pub(super) pending_removals: Table<(GroupId, InboxId), PendingRemovalRow>,
}

/// Whether a noted change is taken back or done again.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    Undo,
    Redo,
}

/// A noted change of one row.
pub(super) type Change = Box<dyn Fn(&mut Tables, Direction) + Send>;

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key).map(AsRef::as_ref)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, row)| (key, row.as_ref()))
    }

    pub(super) fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.range(range).map(|(key, row)| (key, row.as_ref()))
    }

    fn set(&mut self, key: K, row: Option<Arc<V>>) -> Option<Arc<V>> {
        let rows = Arc::make_mut(&mut self.0);
        match row {
            Some(row) => rows.insert(key, row),
            None => rows.remove(&key),
        }
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl Tables {
    /// Sets or removes the row of `key`; returns what takes it back or does it again.
    pub(super) fn change<K, V>(&mut self, table: fn(&mut Self) -> &mut Table<K, V>, key: K, row: Option<V>) -> Change
    where
        K: Ord + Clone + Send + 'static,
        V: Send + Sync + 'static,
    {
        let after = row.map(Arc::new);
        let before = table(self).set(key.clone(), after.clone());
        Box::new(move |tables, direction| {
            let row = match direction {
                Direction::Undo => &before,
                Direction::Redo => &after,
            };
            table(tables).set(key.clone(), row.clone());
        })
    }
}
