//! Lanes: one for each group in which something is being sent, so that its messages leave in their order.
use crate::ClientError;
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use xmtp_types::{GroupId, MessageId, Timestamp};

/// How long a client that does not follow a group live counts on knowing its epoch while members commit, who keep the keys
/// of few past epochs.
const WHILE_IT_MOVES: Duration = Duration::from_millis(100);
/// How long it does once nobody has committed for as long: as long as on knowing the installations. A message that comes too
/// late for all members is sealed anew when it has come back.
const WHILE_IT_RESTS: Duration = Duration::from_secs(5);

/// One lane per group in which something is being sent.
#[derive(Default)]
pub(crate) struct Lanes(Mutex<HashMap<GroupId, Arc<Lane>>>);

/// The lane of one group.
#[derive(Default)]
pub(crate) struct Lane {
    /// Held while envelopes of the group are on their way.
    pub(crate) turn: AsyncMutex<()>,
    /// Whether somebody will look after what was sent.
    pub(crate) is_settling: AtomicBool,
    /// When the group was last read up to its newest envelope, in nanoseconds since the Unix epoch.
    read_at: AtomicU64,
    /// When something was last found that was committed, or the group was first read here; in nanoseconds since the Unix
    /// epoch.
    moved_at: AtomicU64,
    /// When its installations were last compared, as far as that is known here; in nanoseconds since the Unix epoch.
    compared_at: AtomicU64,
    waiting: Mutex<Waiting>,
}

/// A message whose sender waits.
pub(crate) struct Outgoing {
    pub(crate) content: Vec<u8>,
    pub(crate) should_push: bool,
    pub(crate) answer: oneshot::Sender<Result<MessageId, ClientError>>,
}

#[derive(Default)]
struct Waiting {
    messages: Vec<Outgoing>,
    /// Whether a task is at work that sends whatever waits.
    is_served: bool,
}

/// Held by the task that sends what waits in a lane. Dropped before its time, it leaves nobody waiting for it.
pub(crate) struct Serving<'l>(&'l Lane);

impl Lanes {
    pub(crate) fn of(&self, group: &GroupId) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !lanes.contains_key(group) {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        Arc::clone(lanes.entry(group.clone()).or_default())
    }
}

impl Lane {
    /// Notes that the group was read up to its newest envelope, and whether there were commits.
    pub(crate) fn note_read(&self, now: Timestamp, has_moved: bool) {
        let was_read = self.read_at.swap(now.as_nanos(), Ordering::Relaxed) > 0;
        if has_moved || !was_read {
            self.moved_at.store(now.as_nanos(), Ordering::Relaxed);
        }
    }

    /// Whether so much may have happened in the group since it was read that a message sealed now could not be read.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        let since = |at: &AtomicU64| now.since(Timestamp::from_nanos(at.load(Ordering::Relaxed)));
        let rests = since(&self.moved_at) >= WHILE_IT_RESTS;
        since(&self.read_at) >= if rests { WHILE_IT_RESTS } else { WHILE_IT_MOVES }
    }

    /// Notes that the installations in the group were compared.
    pub(crate) fn note_compared(&self, at: Timestamp) {
        self.compared_at.store(at.as_nanos(), Ordering::Relaxed);
    }

    /// When they were compared last, or longer ago than that.
    pub(crate) fn compared_at(&self) -> Timestamp {
        Timestamp::from_nanos(self.compared_at.load(Ordering::Relaxed))
    }

    /// Puts a message in the lane. Says whether the caller must see to it that the lane is served.
    pub(crate) fn push(&self, out: Outgoing) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.messages.push(out);
        !std::mem::replace(&mut waiting.is_served, true)
    }

    /// Begins to serve the lane, which the caller of [`Lane::push`] was told to.
    pub(crate) const fn serve(&self) -> Serving<'_> {
        Serving(self)
    }

    /// The messages that have waited longest, at most `count`.
    pub(crate) fn take(&self, count: usize) -> Vec<Outgoing> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.messages.len().min(count);
        waiting.messages.drain(..count).collect()
    }
}

impl Serving<'_> {
    /// Whether anything waits. If nothing does the lane is served no longer: whoever puts a message in it is told.
    pub(crate) fn goes_on(&self) -> bool {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_served = !waiting.messages.is_empty();
        waiting.is_served
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        // Whoever came after the last look has begun to serve the lane itself.
        if std::thread::panicking() {
            *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
        }
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").finish_non_exhaustive()
    }
}
