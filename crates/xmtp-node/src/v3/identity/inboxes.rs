//! One lock per inbox, and behind it the inbox as it is known to stand.
//!
//! An update is checked against the state it changes, so updates of one inbox follow one another; those of different
//! inboxes do not wait for each other. The state behind the lock was verified when its last update was taken, and is
//! never verified again.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as AsyncMutex;
use xmtp_identity::InboxState;
use xmtp_types::InboxId;

/// Inboxes remembered before those that nobody uses are dropped.
const MAX_REMEMBERED: usize = 10_000;

/// An inbox after its last update; no state before its first.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) state: Option<InboxState>,
    pub(super) updates: usize,
}

/// What is behind the lock: `None` means look into the log.
pub(super) type Slot = Arc<AsyncMutex<Option<Standing>>>;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Inboxes(Mutex<HashMap<InboxId, Slot>>);

impl Inboxes {
    /// The lock of `inbox`.
    pub(super) fn slot(&self, inbox: InboxId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MAX_REMEMBERED && !slots.contains_key(&inbox) {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(inbox).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox(number: usize) -> InboxId {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        InboxId::from_bytes(bytes)
    }

    #[test]
    fn a_lock_in_use_outlives_the_sweep() {
        let inboxes = Inboxes::default();
        let held = inboxes.slot(inbox(0));
        (1..=MAX_REMEMBERED).for_each(|number| drop(inboxes.slot(inbox(number))));
        assert!(Arc::ptr_eq(&held, &inboxes.slot(inbox(0))));
        assert!(inboxes.0.lock().unwrap().len() <= 2);
    }
}
