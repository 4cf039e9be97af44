//! Streams of changes of preferences: read from the log in the store, as messages are.
use super::PreferenceChange;
use crate::{
    ClientError, StreamPosition,
    client::Inner,
    stream::{Batch, Tail},
};
use std::{fmt, sync::Arc};
use xmtp_storage::StoreRead;

/// Changes read from the store in one go.
const READ: u32 = 100;

/// Changes of preferences in the order in which this installation learned of them, each once, also for a slow reader and
/// across restarts: the position can be kept and resumed from.
pub struct PreferenceStream {
    tail: Tail<PreferenceChange>,
}

pub(super) async fn open(inner: &Arc<Inner>, from: StreamPosition) -> Result<PreferenceStream, ClientError> {
    let changes = inner.machine.preference_changes();
    Ok(PreferenceStream { tail: Tail::open(inner, changes, from, |store| store.newest_preference()).await? })
}

impl PreferenceStream {
    /// The next change; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same change is given the next time.
    pub async fn next(&mut self) -> Result<Option<PreferenceChange>, ClientError> {
        // PREF.R9
        let read = |store: &mut dyn StoreRead, after, _| {
            let rows = store.preferences_after(after, READ)?;
            let upto = rows.last().map_or(after, |(position, _)| *position);
            let items = rows.into_iter().filter_map(|(at, row)| Some((at, PreferenceChange::from_row(row)?)));
            Ok(Batch { items: items.collect(), upto, more: upto > after })
        };
        self.tail.next(read).await
    }

    /// The position of the change given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.tail.position()
    }
}

impl fmt::Debug for PreferenceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreferenceStream").field("position", &self.position()).finish_non_exhaustive()
    }
}
