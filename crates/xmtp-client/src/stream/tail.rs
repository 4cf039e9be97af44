//! What all streams have in common: where they start, and how they wait.
use crate::client::Inner;
use std::sync::Arc;
use tokio::sync::watch;

/// Where a stream starts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StreamPosition {
    /// Before the first that is kept.
    Start,
    /// After the newest that is kept.
    #[default]
    Now,
    /// After what stands at this position, which is that of a stream of the same kind.
    After(u64),
}

/// The end of the store, where something may come.
pub(super) struct Tail {
    pub(super) inner: Arc<Inner>,
    changes: watch::Receiver<u64>,
}

impl Tail {
    pub(super) fn new(inner: &Arc<Inner>) -> Self {
        Self { inner: Arc::clone(inner), changes: inner.machine.changes() }
    }

    /// To be called before the store is read: what comes from then on ends [`Tail::wait`].
    pub(super) fn mark(&mut self) {
        self.changes.mark_unchanged();
    }

    /// Waits for something to come; `false` when the client is closed or gone.
    pub(super) async fn wait(&mut self) -> bool {
        tokio::select! {
            changed = self.changes.changed() => changed.is_ok(),
            () = self.inner.stop.cancelled() => false,
        }
    }
}
