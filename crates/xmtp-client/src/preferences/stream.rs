//! Streams of changes of preferences: read from the log in the store, as messages are.
use super::PreferenceChange;
use crate::{ClientError, StreamPosition, client::Inner};
use std::{collections::VecDeque, fmt, sync::Arc};
use tokio::sync::watch;

/// Changes read from the store in one go.
const READ: u32 = 100;

/// Changes of preferences in the order in which this installation learned of them, each once, also for a slow reader and
/// across restarts: the position can be kept and resumed from.
pub struct PreferenceStream {
    inner: Arc<Inner>,
    changes: watch::Receiver<u64>,
    read: u64,
    position: u64,
    buffer: VecDeque<(u64, PreferenceChange)>,
}

pub(super) async fn open(inner: &Arc<Inner>, from: StreamPosition) -> Result<PreferenceStream, ClientError> {
    let changes = inner.machine.preference_changes();
    let position = match from {
        StreamPosition::Start => 0,
        StreamPosition::After(position) => position,
        StreamPosition::Now => inner.machine.read(|store| store.newest_preference()).await?,
    };
    inner.go_live().await?;
    Ok(PreferenceStream { inner: Arc::clone(inner), changes, read: position, position, buffer: VecDeque::new() })
}

impl PreferenceStream {
    /// The next change; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same change is given the next time.
    pub async fn next(&mut self) -> Result<Option<PreferenceChange>, ClientError> {
        loop {
            // PREF.R9
            if let Some((position, change)) = self.buffer.pop_front() {
                self.position = position;
                return Ok(Some(change));
            }
            self.changes.mark_unchanged();
            match self.fill().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(ClientError::Closed) => return Ok(None),
                Err(error) => return Err(error),
            }
            tokio::select! {
                changed = self.changes.changed() => if changed.is_err() { return Ok(None) },
                () = self.inner.stop.cancelled() => return Ok(None),
            }
        }
    }

    /// The position of the change given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next changes; says whether anything was read.
    async fn fill(&mut self) -> Result<bool, ClientError> {
        let after = self.read;
        let rows = self.inner.machine.read(move |store| store.preferences_after(after, READ)).await?;
        let Some((last, _)) = rows.last() else { return Ok(false) };
        self.read = *last;
        let changes = rows.into_iter().filter_map(|(at, row)| Some((at, PreferenceChange::from_row(row)?)));
        self.buffer.extend(changes);
        Ok(true)
    }
}

impl fmt::Debug for PreferenceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreferenceStream").field("position", &self.position).finish_non_exhaustive()
    }
}
