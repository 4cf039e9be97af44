//! The newest message of each busy group, so that "is there news" does not read the disk.
//!
//! The writer enters what it commits; readers enter what they had to look up. An entry only ever moves forward, and when
//! the table is emptied for its size, look-ups that began before are not entered: they may be stale.
use super::records::{GroupMessage, Logged};
use bytes::Bytes;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use xmtp_types::{SequenceId, Timestamp};

/// Groups remembered before the table is emptied: about 20 MB.
const MAX_GROUPS: usize = 200_000;

/// What is told of the newest message of a group without its content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Tail {
    pub(crate) id: SequenceId,
    pub(crate) created: Timestamp,
    pub(crate) is_commit: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tails(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    newest: HashMap<Bytes, Tail>,
    emptied: u64,
}

/// When a look-up began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookUp {
    emptied: u64,
}

impl Tails {
    /// The newest message of `group`, if remembered.
    pub(crate) fn of(&self, group: &[u8]) -> Option<Tail> {
        self.table().newest.get(group).copied()
    }

    /// Begins a look-up in the log.
    pub(crate) fn begin(&self) -> LookUp {
        LookUp { emptied: self.table().emptied }
    }

    /// Enters what a look-up found.
    pub(crate) fn found(&self, look_up: LookUp, group: Bytes, tail: Tail) {
        let mut table = self.table();
        if table.emptied == look_up.emptied {
            table.enter(group, tail);
        }
    }

    /// Enters messages that were committed.
    pub(crate) fn committed(&self, messages: &[Logged<GroupMessage>]) {
        let mut table = self.table();
        for message in messages {
            table.enter(message.body.group.clone(), Tail::of(message));
        }
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        self.table().empty();
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tail {
    pub(crate) const fn of(message: &Logged<GroupMessage>) -> Self {
        Self { id: message.id, created: message.created, is_commit: message.body.is_commit }
    }
}

impl Table {
    fn enter(&mut self, group: Bytes, tail: Tail) {
        if self.newest.len() >= MAX_GROUPS && !self.newest.contains_key(&group) {
            self.empty();
        }
        let kept = self.newest.entry(group).or_insert(tail);
        if kept.id < tail.id {
            *kept = tail;
        }
    }

    fn empty(&mut self) {
        self.newest.clear();
        self.emptied += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(id: u64) -> Tail {
        Tail { id: SequenceId::new(id), created: Timestamp::default(), is_commit: false }
    }

    #[test]
    fn a_slow_look_up_does_not_hide_what_was_committed_meanwhile() {
        let (tails, group) = (Tails::default(), Bytes::from_static(b"g"));
        let slow = tails.begin();
        tails.found(tails.begin(), group.clone(), tail(6));
        tails.found(slow, group.clone(), tail(5));
        assert_eq!(tails.of(b"g"), Some(tail(6)));

        let stale = tails.begin();
        tails.forget();
        tails.found(stale, group, tail(5));
        assert_eq!(tails.of(b"g"), None);
    }
}
