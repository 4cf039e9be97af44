//! What is known of the queue in memory is what the table holds, whatever was undone.
use super::{Temporary, key};
use crate::{
    Beginning, Durability, IntentId, IntentRow,
    IntentState::{self, Acknowledged, Committed, Error, Held, Published, ToPublish},
    MemoryStore, NewIntent, StorageError, Store, StoreRead, StoreTx,
};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeMap;
use xmtp_types::{Epoch, GroupId, MessageId};

const STATES: [IntentState; 6] = [ToPublish, Published, Committed, Error, Acknowledged, Held];
const GROUPS: u8 = 2;
const HASHES: u8 = 3;

/// What is done to a queue. Intents are named by when they were queued.
#[derive(Clone, Debug)]
enum Act {
    Queue { group: u8, beginning: u8 },
    Update { intent: usize, group: u8, state: usize, hash: Option<u8> },
    Acknowledge { intent: usize },
    Release { group: u8 },
    Delete { intent: usize },
    Mark,
    UndoToMark,
    ReleaseMark,
    Commit,
    Drop,
    Rest,
}

fn act() -> impl Strategy<Value = Act> {
    let intent = || 0..6_usize;
    prop_oneof![
        4 => (0..GROUPS, 0..=HASHES + 1).prop_map(|(group, beginning)| Act::Queue { group, beginning }),
        4 => (intent(), 0..GROUPS, 0..STATES.len(), proptest::option::of(0..HASHES))
            .prop_map(|(intent, group, state, hash)| Act::Update { intent, group, state, hash }),
        2 => intent().prop_map(|intent| Act::Acknowledge { intent }),
        1 => (0..GROUPS).prop_map(|group| Act::Release { group }),
        2 => intent().prop_map(|intent| Act::Delete { intent }),
        2 => Just(Act::Mark),
        2 => Just(Act::UndoToMark),
        1 => Just(Act::ReleaseMark),
        2 => Just(Act::Commit),
        1 => Just(Act::Drop),
        1 => Just(Act::Rest),
    ]
}

fn group_id(number: u8) -> GroupId {
    GroupId::from([number; 16])
}

/// One store, and which of its ids stands for which intent.
struct Side<'s> {
    store: &'s dyn Store,
    ids: Vec<IntentId>,
    /// How many there were at each mark of the open transaction.
    marks: Vec<usize>,
}

impl Side<'_> {
    fn id(&self, intent: usize) -> IntentId {
        self.ids.get(intent).copied().unwrap_or(IntentId(u64::MAX >> 1))
    }

    fn change(&mut self, tx: &mut dyn StoreTx, act: &Act) -> Result<(), StorageError> {
        match *act {
            Act::Queue { group, beginning } => {
                let message = Some(MessageId::from_bytes([9; 32]));
                let wish = NewIntent { group: group_id(group), kind: 1, data: Vec::new(), message, should_push: false };
                let beginning = match beginning {
                    HASHES => Beginning::Waiting,
                    hash if hash < HASHES => {
                        Beginning::Sealed { payload: vec![hash], payload_hash: [hash; 32], epoch: Epoch::from(1) }
                    }
                    _ => Beginning::Held,
                };
                self.ids.push(tx.begin_intent(&wish, beginning)?);
            }
            Act::Update { intent, group, state, hash } => {
                let Some(mut row) = tx.intent(self.id(intent))? else { return Ok(()) };
                row.wish.group = group_id(group);
                row.state = STATES[state];
                row.payload_hash = hash.map(|hash| [hash; 32]);
                tx.update_intent(&row)?;
            }
            Act::Acknowledge { intent } => tx.acknowledge_intent(self.id(intent))?,
            Act::Release { group } => tx.release_intents(&group_id(group)).map(drop)?,
            Act::Delete { intent } => tx.delete_intent(self.id(intent))?,
            Act::Mark => {
                tx.savepoint()?;
                self.marks.push(self.ids.len());
            }
            Act::UndoToMark => {
                let Some(count) = self.marks.last() else { return Ok(()) };
                tx.rollback_to_savepoint()?;
                self.ids.truncate(*count);
            }
            Act::ReleaseMark => {
                if self.marks.pop().is_some() {
                    tx.release_savepoint()?;
                }
            }
            Act::Commit | Act::Drop | Act::Rest => {}
        }
        Ok(())
    }

    /// Everything that can be asked about intents, with the names in place of the ids.
    fn seen(&self, read: &mut dyn StoreRead) -> Result<Vec<String>, StorageError> {
        let names: BTreeMap<_, _> = self.ids.iter().enumerate().map(|(name, id)| (*id, name)).collect();
        let named =
            |row: &IntentRow| (names.get(&row.id).copied(), row.wish.group.clone(), row.state, row.payload_hash);
        let mut seen = Vec::new();
        for group in (0..GROUPS).map(group_id) {
            let listed = read.intents(&group, &STATES)?;
            seen.push(format!("{:?}", listed.iter().map(named).collect::<Vec<_>>()));
            seen.push(format!("{:?}", read.has_made_envelopes(&group)?));
            for state in STATES {
                let first = read.first_intents(&group, state, 1)?;
                seen.push(format!("{:?}", first.iter().map(named).collect::<Vec<_>>()));
            }
        }
        for hash in 0..HASHES {
            seen.push(format!("{:?}", read.intent_by_hash(&[hash; 32])?.as_ref().map(named)));
        }
        seen.push(format!("{:?} {:?}", read.groups_with_open_intents()?, read.groups_with_held_intents()?));
        Ok(seen)
    }
}

/// Takes the same steps on both stores; after each, whoever writes sees the same on both, and so does a new reader once
/// they are kept or undone.
fn compare(disk: &mut Side<'_>, memory: &mut Side<'_>, acts: &[Act]) -> Result<(), StorageError> {
    for acts in acts.split_inclusive(|act| matches!(act, Act::Commit | Act::Drop | Act::Rest)) {
        let given = (disk.ids.len(), memory.ids.len());
        let (mut on_disk, mut in_memory) =
            (disk.store.begin(Durability::Relaxed)?, memory.store.begin(Durability::Relaxed)?);
        for act in acts {
            disk.change(on_disk.as_mut(), act)?;
            memory.change(in_memory.as_mut(), act)?;
            assert_eq!(disk.seen(on_disk.as_mut())?, memory.seen(in_memory.as_mut())?, "after {act:?}");
        }
        disk.marks.clear();
        memory.marks.clear();
        if matches!(acts.last(), Some(Act::Drop)) {
            drop((on_disk, in_memory));
            disk.ids.truncate(given.0);
            memory.ids.truncate(given.1);
        } else {
            on_disk.commit()?;
            in_memory.commit()?;
        }
        if matches!(acts.last(), Some(Act::Rest)) {
            disk.store.rest();
        }
        assert_eq!(disk.seen(disk.store.read()?.as_mut())?, memory.seen(memory.store.read()?.as_mut())?);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test] // STORE.R1
    fn the_queue_on_disk_is_the_one_in_memory_whatever_is_done_and_undone(acts in vec(act(), 1..60)) {
        let (disk, memory) = (Temporary::new(None), MemoryStore::new());
        let mut disk = Side { store: &*disk, ids: Vec::new(), marks: Vec::new() };
        let mut memory = Side { store: &memory, ids: Vec::new(), marks: Vec::new() };
        compare(&mut disk, &mut memory, &acts).unwrap();
    }
}

#[test]
fn what_waited_when_a_database_was_closed_is_found_when_it_is_opened_again() {
    let store = Temporary::new(Some(&key(7)));
    let mut tx = store.begin(Durability::Full).unwrap();
    let wish = NewIntent { group: group_id(1), kind: 1, data: vec![1], message: None, should_push: true };
    let sealed = Beginning::Sealed { payload: vec![2], payload_hash: [3; 32], epoch: Epoch::from(1) };
    let sealed = tx.begin_intent(&wish, sealed).unwrap();
    let held = tx.begin_intent(&wish, Beginning::Held).unwrap();
    tx.commit().unwrap();
    let (_folder, path) = store.close();

    let store = crate::SqliteStore::open(&path, Some(&key(7))).unwrap();
    let mut tx = store.begin(Durability::Full).unwrap();
    assert_eq!(tx.intent_by_hash(&[3; 32]).unwrap().map(|row| row.id), Some(sealed));
    assert_eq!(tx.release_intents(&group_id(1)).unwrap(), 1);
    let waiting = tx.first_intents(&group_id(1), ToPublish, 2).unwrap();
    assert_eq!(waiting.into_iter().map(|row| row.id).collect::<Vec<_>>(), [held]);
}
