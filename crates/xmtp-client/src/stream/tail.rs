//! What all streams have in common: where they start, how they read on, and how they wait.
use crate::{ClientError, client::Inner};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::watch;
use xmtp_storage::{StorageError, StoreRead};
use xmtp_types::Timestamp;

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

/// A reader that follows one kind of thing in the store: what is kept, in order, then what comes.
pub(crate) struct Tail<T> {
    pub(crate) inner: Arc<Inner>,
    changes: watch::Receiver<u64>,
    /// How far the store was read.
    read: u64,
    /// Where the item stands that was given last.
    position: u64,
    buffer: VecDeque<(u64, T)>,
}

/// What was read in one go.
pub(crate) struct Batch<T> {
    /// What is to be given, each with its position, in order.
    pub(crate) items: Vec<(u64, T)>,
    /// How far was read, with what is not to be given.
    pub(crate) upto: u64,
    /// Whether there may be more.
    pub(crate) more: bool,
}

impl<T: Send + 'static> Tail<T> {
    /// A reader that starts at `from`; `changes` moves whenever there may be something new. The client is live from here
    /// on.
    pub(crate) async fn open(
        inner: &Arc<Inner>,
        changes: watch::Receiver<u64>,
        from: StreamPosition,
        newest: fn(&mut dyn StoreRead) -> Result<u64, StorageError>,
    ) -> Result<Self, ClientError> {
        let position = match from {
            StreamPosition::Start => 0,
            StreamPosition::After(position) => position,
            StreamPosition::Now => inner.machine.read(newest).await?,
        };
        inner.go_live().await?;
        Ok(Self { inner: Arc::clone(inner), changes, read: position, position, buffer: VecDeque::new() })
    }

    /// The next item; waits for it. `None` when the client is closed or gone. `read` is told how far the store was read,
    /// and the time.
    pub(crate) async fn next(
        &mut self,
        read: impl Fn(&mut dyn StoreRead, u64, Timestamp) -> Result<Batch<T>, StorageError> + Clone + Send + 'static,
    ) -> Result<Option<T>, ClientError> {
        loop {
            match self.try_next(read.clone()).await {
                Ok(None) => {}
                Err(ClientError::Closed) => return Ok(None),
                given => return given,
            }
            tokio::select! {
                changed = self.changes.changed() => if changed.is_err() { return Ok(None) },
                () = self.inner.stop.cancelled() => return Ok(None),
            }
        }
    }

    /// The next item that is stored already; `None` at once if there is none.
    pub(crate) async fn try_next(
        &mut self,
        read: impl Fn(&mut dyn StoreRead, u64, Timestamp) -> Result<Batch<T>, StorageError> + Clone + Send + 'static,
    ) -> Result<Option<T>, ClientError> {
        loop {
            if let Some((position, item)) = self.buffer.pop_front() {
                self.position = position;
                return Ok(Some(item));
            }
            // Before the store is read: what comes from then on ends the wait.
            self.changes.mark_unchanged();
            let (read, after, now) = (read.clone(), self.read, self.inner.machine.clock.now());
            let batch = self.inner.machine.read(move |store| read(store, after, now)).await?;
            self.read = self.read.max(batch.upto);
            self.buffer.extend(batch.items);
            if !batch.more && self.buffer.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Where the item stands that was given last.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }
}

impl<T> Batch<T> {
    /// All of what was read behind `after` is to be given.
    pub(crate) fn whole(items: Vec<(u64, T)>, after: u64) -> Self {
        let upto = items.last().map_or(after, |(position, _)| *position);
        Self { items, upto, more: false }
    }
}
