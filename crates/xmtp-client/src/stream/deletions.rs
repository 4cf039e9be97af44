//! Streams of deletions.
use super::{Batch, StreamPosition, Tail};
use crate::{ClientError, client::Inner};
use std::{fmt, sync::Arc};
use xmtp_storage::{DeletionCause, DeletionRow, StoreRead};
use xmtp_types::{GroupId, MessageId, Timestamp};

/// Deletions read from the store in one go.
const READ: u32 = 100;

/// A message that is not to be shown any more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deletion {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: GroupId,
    /// Why it is not to be shown.
    pub cause: DeletionCause,
    /// When this installation learned of it.
    pub at: Timestamp,
}

/// Deletions of messages in the order in which this installation learned of them, each message once: because a member
/// deleted it or because its time was over. Its position can be kept and resumed from.
pub struct DeletionStream {
    tail: Tail<DeletionRow>,
}

impl DeletionStream {
    pub(crate) async fn open(inner: &Arc<Inner>, from: StreamPosition) -> Result<Self, ClientError> {
        let changes = inner.machine.changes();
        Ok(Self { tail: Tail::open(inner, changes, from, |store| store.newest_deletion()).await? })
    }

    /// The next deletion; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same deletion is given the next time.
    pub async fn next(&mut self) -> Result<Option<Deletion>, ClientError> {
        // MSG.R15
        let read = |store: &mut dyn StoreRead, after, _| Ok(Batch::whole(store.deletions_after(after, READ)?, after));
        let row = self.tail.next(read).await?;
        Ok(row.map(|DeletionRow { message, group, cause, at }| Deletion { message, conversation: group, cause, at }))
    }

    /// The position of the deletion given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.tail.position()
    }
}

impl fmt::Debug for DeletionStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletionStream").field("position", &self.position()).finish_non_exhaustive()
    }
}
