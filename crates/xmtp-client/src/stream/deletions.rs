//! Streams of deletions.
use super::{StreamPosition, tail::Tail};
use crate::{ClientError, client::Inner};
use std::{collections::VecDeque, fmt, sync::Arc};
use xmtp_storage::{DeletionCause, DeletionRow};
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
    tail: Tail,
    read: u64,
    position: u64,
    buffer: VecDeque<(u64, DeletionRow)>,
}

impl DeletionStream {
    pub(crate) async fn open(inner: &Arc<Inner>, from: StreamPosition) -> Result<Self, ClientError> {
        let tail = Tail::new(inner);
        let position = match from {
            StreamPosition::Start => 0,
            StreamPosition::After(position) => position,
            StreamPosition::Now => inner.machine.read(|store| store.newest_deletion()).await?,
        };
        inner.go_live().await?;
        Ok(Self { tail, read: position, position, buffer: VecDeque::new() })
    }

    /// The next deletion; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same deletion is given the next time.
    pub async fn next(&mut self) -> Result<Option<Deletion>, ClientError> {
        loop {
            // MSG.R15
            if let Some((position, row)) = self.buffer.pop_front() {
                self.position = position;
                let DeletionRow { message, group, cause, at } = row;
                return Ok(Some(Deletion { message, conversation: group, cause, at }));
            }
            self.tail.mark();
            match self.fill().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(ClientError::Closed) => return Ok(None),
                Err(error) => return Err(error),
            }
            if !self.tail.wait().await {
                return Ok(None);
            }
        }
    }

    /// The position of the deletion given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next deletions; says whether any was read.
    async fn fill(&mut self) -> Result<bool, ClientError> {
        let after = self.read;
        let rows = self.tail.inner.machine.read(move |store| store.deletions_after(after, READ)).await?;
        let Some((last, _)) = rows.last() else { return Ok(false) };
        self.read = *last;
        self.buffer.extend(rows);
        Ok(true)
    }
}

impl fmt::Debug for DeletionStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletionStream").field("position", &self.position).finish_non_exhaustive()
    }
}
