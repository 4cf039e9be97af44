//! Sends what could not be sent, and finishes what a crash left.
use super::Due;
use crate::{ClientError, client::Inner};
use std::sync::Arc;

/// What the worker is called.
pub(super) const NAME: &str = "outbox";

/// Something queued that somebody is about to send. Dropped before it is [`settled`](Self::settled), because that failed
/// or whoever did it went away, it wakes the outbox.
pub(crate) struct Owed<'i> {
    inner: &'i Inner,
    is_settled: bool,
}

impl<'i> Owed<'i> {
    pub(crate) const fn by(inner: &'i Inner) -> Self {
        Self { inner, is_settled: false }
    }

    /// It was sent, or somebody else sees to it.
    pub(crate) fn settled(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Owed<'_> {
    fn drop(&mut self) {
        // MSG.R2
        if !self.is_settled {
            self.inner.machine.workers.wake(NAME);
        }
    }
}

impl Inner {
    /// Carries on what is queued in any group. One that fails keeps no other back.
    pub(crate) async fn send_leftovers(self: Arc<Self>) -> Result<Due, ClientError> {
        let groups = self.machine.read(|store| store.groups_with_open_intents()).await?;
        let (mut failed, mut taken) = (None, Vec::new());
        for group in groups {
            let lane = self.lanes.of(&group);
            match lane.turn.try_lock() {
                Ok(_turn) => failed = failed.or(self.drive(&group).await.err()),
                Err(_) => taken.push(group),
            }
        }
        // MSG.R2: whoever holds a turn sees to what it sends itself, and not to the welcome, say, that another still owes.
        for group in taken {
            let lane = self.lanes.of(&group);
            let _turn = lane.turn.lock().await;
            let open = self.machine.read(|store| store.groups_with_open_intents()).await?;
            if open.contains(&group) {
                failed = failed.or(self.drive(&group).await.err());
            }
        }
        failed.map_or(Ok(Due::WhenWoken), Err)
    }
}
