//! Which intents there are, by group, state and hash of their envelopes.
//!
//! An index on disk would be changed three times with each message that is sent, in a page of its own each time, for rows
//! that are gone again as soon as the message has come back. So the table has none, and what is asked of one is known in
//! memory: read from the table when it is first asked, and changed with it by whoever writes.
use super::schema::intents;
use diesel::{connection::DefaultLoadingMode, prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// What is looked for in an intent, as it is kept.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) group: Vec<u8>,
    pub(super) state: i32,
    pub(super) payload_hash: Option<Vec<u8>>,
}

/// The intents of one state of the database.
#[derive(Default)]
pub(super) struct Queue {
    entries: BTreeMap<i64, Entry>,
    by_group: BTreeSet<(Vec<u8>, i32, i64)>,
    by_hash: BTreeSet<(Vec<u8>, i64)>,
    /// What each change since the last commit took the place of, to be undone with the transaction.
    replaced: Vec<(i64, Option<Entry>)>,
}

impl Queue {
    /// Reads what the table holds.
    pub(super) fn load(connection: &mut SqliteConnection) -> QueryResult<Self> {
        let columns = (intents::id, intents::group_id, intents::state, intents::payload_hash);
        let rows = intents::table.select(columns);
        let rows = rows.load_iter::<(i64, Vec<u8>, i32, Option<Vec<u8>>), DefaultLoadingMode>(connection)?;
        let mut queue = Self::default();
        for row in rows {
            let (id, group, state, payload_hash) = row?;
            queue.put(id, Some(Entry { group, state, payload_hash }));
        }
        Ok(queue)
    }

    /// The entry of an intent.
    pub(super) fn entry(&self, id: i64) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// Intents of a group in a state, in queue order.
    pub(super) fn in_state(&self, group: &[u8], state: i32) -> impl Iterator<Item = i64> {
        let range = (group.to_vec(), state, i64::MIN)..=(group.to_vec(), state, i64::MAX);
        self.by_group.range(range).map(|(_, _, id)| *id)
    }

    /// The first intent whose envelope has this hash.
    pub(super) fn with_hash(&self, payload_hash: &[u8]) -> Option<i64> {
        let range = (payload_hash.to_vec(), i64::MIN)..=(payload_hash.to_vec(), i64::MAX);
        self.by_hash.range(range).next().map(|(_, id)| *id)
    }

    /// Groups that have intents in a state that is `wanted`, in their order.
    pub(super) fn groups(&self, wanted: impl Fn(i32) -> bool) -> Vec<Vec<u8>> {
        let found = self.by_group.iter().filter(|(_, state, _)| wanted(*state));
        let mut groups: Vec<_> = found.map(|(group, _, _)| group.clone()).collect();
        groups.dedup();
        groups
    }

    /// Notes what an intent is from now on; `None` if it is gone.
    pub(super) fn set(&mut self, id: i64, entry: Option<Entry>) {
        let replaced = self.put(id, entry);
        self.replaced.push((id, replaced));
    }

    /// Changes since the last commit.
    pub(super) const fn changes(&self) -> usize {
        self.replaced.len()
    }

    /// Undoes all changes since the last commit but the first `kept`.
    pub(super) fn undo(&mut self, kept: usize) {
        while self.replaced.len() > kept
            && let Some((id, entry)) = self.replaced.pop()
        {
            self.put(id, entry);
        }
    }

    /// Notes that what was changed is kept.
    pub(super) fn commit(&mut self) {
        self.replaced.clear();
    }

    fn put(&mut self, id: i64, entry: Option<Entry>) -> Option<Entry> {
        let replaced = self.entries.remove(&id);
        if let Some(Entry { group, state, payload_hash }) = replaced.clone() {
            self.by_group.remove(&(group, state, id));
            if let Some(hash) = payload_hash {
                self.by_hash.remove(&(hash, id));
            }
        }
        if let Some(entry) = entry {
            self.by_group.insert((entry.group.clone(), entry.state, id));
            self.by_hash.extend(entry.payload_hash.clone().map(|hash| (hash, id)));
            self.entries.insert(id, entry);
        }
        replaced
    }
}
