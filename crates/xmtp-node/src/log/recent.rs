//! The newest messages of all groups: whoever was away for a short time is answered from here.
//!
//! Ids rise over all groups, so one number says what is here: every message after the floor is, whichever its group. A
//! page whose messages are all beyond the floor is told without the database, and so is an empty one.
use super::{Direction, GroupMessage, Logged, Page, Range, Streamed};
use bytes::Bytes;
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};
use xmtp_types::SequenceId;

/// Bytes after which the oldest messages are let go: some 50,000 of common size.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Bytes that a message costs beside its payload.
const EACH: usize = mem::size_of::<Logged<GroupMessage>>() + 64;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    /// Every message with a greater id is here; nothing is known until one is committed.
    floor: Option<SequenceId>,
    by_group: HashMap<Bytes, VecDeque<Logged<GroupMessage>>>,
    /// The group of each message, oldest first.
    order: VecDeque<Bytes>,
    bytes: usize,
}

impl Recent {
    /// Enters messages that were committed.
    pub(crate) fn committed(&self, messages: &[Logged<GroupMessage>]) {
        let mut table = self.table();
        for message in messages {
            table.enter(message);
        }
        table.let_go(MAX_BYTES);
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        *self.table() = Table::default();
    }

    /// A page of a group, if all that belongs in it is here.
    pub(crate) fn page(&self, group: &[u8], range: Range) -> Option<Page<Logged<GroupMessage>>> {
        self.table().page(group, range)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn enter(&mut self, message: &Logged<GroupMessage>) {
        self.floor.get_or_insert(SequenceId::new(message.id.as_u64().saturating_sub(1)));
        let group = match self.by_group.get_key_value(&message.body.group) {
            Some((group, _)) => group.clone(),
            None => message.body.group.clone(),
        };
        let kept = Logged { body: owned(&message.body, group.clone()), ..*message };
        self.bytes += cost(&kept.body);
        self.order.push_back(group.clone());
        self.by_group.entry(group).or_default().push_back(kept);
    }

    fn let_go(&mut self, most: usize) {
        while self.bytes > most
            && let Some(group) = self.order.pop_front()
            && let Some(messages) = self.by_group.get_mut(&group)
            && let Some(oldest) = messages.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(cost(&oldest.body));
            self.floor = Some(oldest.id);
            if messages.is_empty() {
                self.by_group.remove(&group);
            }
        }
    }

    fn page(&self, group: &[u8], range: Range) -> Option<Page<Logged<GroupMessage>>> {
        let floor = self.floor?;
        let nothing = VecDeque::new();
        let messages = self.by_group.get(group).unwrap_or(&nothing);
        match range.direction {
            Direction::Ascending => {
                let beyond = range.beyond.unwrap_or_default();
                let first = messages.partition_point(|message| message.id <= beyond);
                (beyond >= floor).then(|| gather(messages.range(first..), range.rows))
            }
            Direction::Descending => {
                let last = range.beyond.map_or(messages.len(), |id| messages.partition_point(|it| it.id < id));
                let page = gather(messages.range(..last).rev(), range.rows);
                (page.full || floor == SequenceId::ZERO).then_some(page)
            }
        }
    }
}

/// The message in memory of its own: as it came in, it holds on to the whole buffer of its request.
fn owned(message: &GroupMessage, group: Bytes) -> GroupMessage {
    GroupMessage {
        group,
        data: Bytes::copy_from_slice(&message.data),
        sender_hmac: Bytes::copy_from_slice(&message.sender_hmac),
        should_push: message.should_push,
        is_commit: message.is_commit,
    }
}

fn cost(message: &GroupMessage) -> usize {
    message.size() + EACH
}

fn gather<'a>(messages: impl Iterator<Item = &'a Logged<GroupMessage>>, rows: u32) -> Page<Logged<GroupMessage>> {
    let Ok(page) = Page::gather(messages.cloned().map(Ok::<_, Infallible>), rows, GroupMessage::size);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_types::Timestamp;

    fn message(id: u64, group: &'static [u8]) -> Logged<GroupMessage> {
        let body = GroupMessage {
            group: Bytes::from_static(group),
            data: Bytes::from_static(b"sealed"),
            sender_hmac: Bytes::new(),
            should_push: false,
            is_commit: false,
        };
        Logged { id: SequenceId::new(id), created: Timestamp::from_nanos(id), body }
    }

    /// The ids of a page and whether it is full.
    fn ids(page: Option<Page<Logged<GroupMessage>>>) -> Option<(Vec<u64>, bool)> {
        page.map(|page| (page.rows.iter().map(|row| row.id.as_u64()).collect(), page.full))
    }

    fn after(id: u64) -> Range {
        Range::after(SequenceId::new(id))
    }

    fn newest(rows: u32) -> Range {
        Range { direction: Direction::Descending, beyond: None, rows }
    }

    #[test]
    fn only_pages_of_which_nothing_can_be_missing_are_told() {
        let recent = Recent::default();
        assert_eq!(ids(recent.page(b"a", after(0))), None);
        recent.committed(&[message(8, b"a"), message(9, b"b"), message(10, b"a")]);

        assert_eq!(ids(recent.page(b"a", after(6))), None);
        assert_eq!(ids(recent.page(b"a", after(7))), Some((vec![8, 10], false)));
        assert_eq!(ids(recent.page(b"a", after(8))), Some((vec![10], false)));
        assert_eq!(ids(recent.page(b"a", Range { rows: 1, ..after(7) })), Some((vec![8], true)));
        assert_eq!(ids(recent.page(b"c", after(7))), Some((vec![], false)));

        assert_eq!(ids(recent.page(b"a", newest(2))), Some((vec![10, 8], true)));
        assert_eq!(ids(recent.page(b"a", newest(3))), None);
        let before = Range { beyond: Some(SequenceId::new(10)), ..newest(1) };
        assert_eq!(ids(recent.page(b"a", before)), Some((vec![8], true)));
        assert_eq!(ids(recent.page(b"c", newest(1))), None);
    }

    #[test]
    fn a_log_that_began_in_memory_is_told_to_its_start() {
        let recent = Recent::default();
        recent.committed(&[message(1, b"a"), message(2, b"b")]);
        assert_eq!(ids(recent.page(b"a", after(0))), Some((vec![1], false)));
        assert_eq!(ids(recent.page(b"a", newest(9))), Some((vec![1], false)));
        assert_eq!(ids(recent.page(b"c", newest(9))), Some((vec![], false)));
    }

    #[test]
    fn what_is_let_go_for_its_size_is_the_oldest_and_no_longer_told() {
        let mut table = Table::default();
        [message(1, b"a"), message(2, b"b"), message(3, b"a")].iter().for_each(|it| table.enter(it));
        table.let_go(cost(&message(1, b"a").body) * 2);

        assert_eq!(ids(table.page(b"a", after(0))), None);
        assert_eq!(ids(table.page(b"a", after(1))), Some((vec![3], false)));
        assert_eq!(ids(table.page(b"b", after(1))), Some((vec![2], false)));
        table.let_go(0);
        assert!(table.by_group.is_empty() && table.order.is_empty() && table.bytes == 0);
        assert_eq!(ids(table.page(b"a", after(2))), None);
        assert_eq!(ids(table.page(b"a", after(3))), Some((vec![], false)));
    }

    #[test]
    fn after_an_uncertain_transaction_only_what_follows_is_told() {
        let recent = Recent::default();
        recent.committed(&[message(1, b"a")]);
        recent.forget();
        assert_eq!(ids(recent.page(b"a", after(1))), None);
        recent.committed(&[message(3, b"a")]);
        assert_eq!(ids(recent.page(b"a", after(1))), None);
        assert_eq!(ids(recent.page(b"a", after(2))), Some((vec![3], false)));
    }
}
