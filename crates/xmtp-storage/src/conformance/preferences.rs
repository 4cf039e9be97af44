//! Changes of preferences.
use super::rows::{at, group_id, inbox, write};
use crate::{ConsentEntity, ConsentState, Preference, PreferenceRow, PreferenceSource, StorageError, Store};

fn changes() -> [PreferenceRow; 3] {
    let consent = |entity, state| Preference::Consent { entity, state };
    let conversation = consent(ConsentEntity::Conversation(group_id(1)), ConsentState::Denied);
    let sender = consent(ConsentEntity::Inbox(inbox(2)), ConsentState::Allowed);
    [
        PreferenceRow { preference: conversation, decided_at: at(30), source: PreferenceSource::Here },
        PreferenceRow { preference: Preference::PushRoot, decided_at: at(20), source: PreferenceSource::Elsewhere },
        PreferenceRow { preference: sender, decided_at: at(10), source: PreferenceSource::Rule },
    ]
}

/// Changes come back whole and in the order in which they were added, from any position on.
pub fn changes_of_preferences_are_read_in_order_from_a_position(store: &dyn Store) -> Result<(), StorageError> {
    assert_eq!(store.read()?.newest_preference()?, 0);
    for change in &changes() {
        write(store, |tx| tx.append_preference(change))?;
    }
    let mut read = store.read()?;
    let all = read.preferences_after(0, 10)?;
    assert_eq!(all.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>(), changes());
    assert!(all.is_sorted_by(|(one, _), (next, _)| one < next));
    let Some((first, _)) = all.first() else { return Err(StorageError::Damaged("change of a preference")) };
    assert_eq!(read.preferences_after(*first, 1)?.len(), 1);
    assert_eq!(read.preferences_after(*first, 10)?.len(), 2);
    let newest = read.newest_preference()?;
    assert_eq!(all.last().map(|(position, _)| *position), Some(newest));
    assert_eq!(read.preferences_after(newest, 10)?, []);
    assert_eq!(read.preferences_after(u64::MAX, 10)?, []);
    Ok(())
}
