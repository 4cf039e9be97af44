//! The queue between the writer and one reader.
use crate::log::{Logged, Streamed};
use bytes::Bytes;
use std::{
    collections::{HashSet, VecDeque},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Records a queue holds before its topics fall behind.
pub(super) const MAX_QUEUED: usize = 1_024;
/// Bytes of payload a queue holds before its topics fall behind. Payloads are shared between queues.
const MAX_QUEUED_BYTES: usize = 8 * 1024 * 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Subscriber<R> {
    state: Mutex<State<R>>,
    news: Notify,
}

#[derive(Debug)]
struct State<R> {
    queue: VecDeque<Logged<R>>,
    bytes: usize,
    behind: HashSet<Bytes>,
}

/// What a reader finds.
#[derive(Debug)]
pub(super) struct News<R> {
    /// Records that were pushed, in order.
    pub(super) pushed: VecDeque<Logged<R>>,
    /// Topics that missed a push. From now on pushes arrive for them again.
    pub(super) behind: HashSet<Bytes>,
}

impl<R: Streamed> Subscriber<R> {
    /// A subscriber that is behind in all of `topics`.
    pub(super) fn behind_in(topics: impl Iterator<Item = Bytes>) -> Self {
        let state = State { queue: VecDeque::new(), bytes: 0, behind: topics.collect() };
        Self { state: Mutex::new(state), news: Notify::new() }
    }

    /// Queues a record, unless its topic is behind anyway or there is no room.
    pub(super) fn push(&self, record: &Logged<R>) {
        let mut state = self.state();
        if state.behind.contains(record.body.topic()) {
            return;
        }
        let size = record.body.size();
        // NODE.R13
        if state.queue.len() >= MAX_QUEUED || (state.bytes > 0 && state.bytes + size > MAX_QUEUED_BYTES) {
            state.behind.insert(record.body.topic().clone());
        } else {
            state.bytes += size;
            state.queue.push_back(record.clone());
        }
        drop(state);
        self.news.notify_one();
    }

    pub(super) fn fall_behind(&self, topic: &Bytes) {
        self.state().behind.insert(topic.clone());
        self.news.notify_one();
    }

    /// Takes everything there is.
    pub(super) fn take(&self) -> News<R> {
        let mut state = self.state();
        state.bytes = 0;
        News { pushed: mem::take(&mut state.queue), behind: mem::take(&mut state.behind) }
    }

    /// Waits until there is something to take. May wake for nothing.
    pub(super) async fn wait(&self) {
        self.news.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
