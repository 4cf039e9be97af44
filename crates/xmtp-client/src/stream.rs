//! Streams of messages.
//!
//! A message stream does not listen to the task that follows the network: it reads the store in the order in which
//! messages were stored, and sleeps when it has read all. So a slow reader loses nothing, nobody sees a message twice, and
//! a reader can come back with the position it had reached.
use crate::{ClientError, Message, client::Inner};
use std::{collections::VecDeque, fmt, sync::Arc};
use tokio::sync::watch;
use xmtp_storage::{MessageOrder, MessageQuery};

/// Messages read from the store in one go.
const READ: u32 = 100;

/// Where a message stream starts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StreamPosition {
    /// Before the first message of the store.
    Start,
    /// After the newest message of the store.
    #[default]
    Now,
    /// After the message at this position, from [`MessageStream::position`].
    After(u64),
}

/// Messages of all conversations in the order in which this installation stored them, each once. Messages that this
/// installation sends are not among them. Its cursor can be kept and resumed from.
pub struct MessageStream {
    inner: Arc<Inner>,
    changes: watch::Receiver<u64>,
    read: u64,
    position: u64,
    buffer: VecDeque<(u64, Message)>,
}

pub(crate) async fn open(inner: &Arc<Inner>, from: StreamPosition) -> Result<MessageStream, ClientError> {
    let changes = inner.machine.changes();
    let position = match from {
        StreamPosition::Start => 0,
        StreamPosition::After(position) => position,
        StreamPosition::Now => inner.machine.read(|store| store.newest_position()).await?,
    };
    inner.go_live().await?;
    Ok(MessageStream { inner: Arc::clone(inner), changes, read: position, position, buffer: VecDeque::new() })
}

impl MessageStream {
    /// The next message; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same message is given the next time.
    pub async fn next(&mut self) -> Result<Option<Message>, ClientError> {
        loop {
            if let Some((position, message)) = self.buffer.pop_front() {
                self.position = position;
                return Ok(Some(message));
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

    /// The position of the message given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next messages; says whether anything was read.
    async fn fill(&mut self) -> Result<bool, ClientError> {
        let query = MessageQuery {
            stored_after: Some(self.read),
            order: MessageOrder::Stored,
            limit: Some(READ),
            ..MessageQuery::default()
        };
        let own = self.inner.installation;
        let rows = self
            .inner
            .machine
            .read(move |store| {
                let rows = store.messages(&query)?;
                let mut placed = Vec::with_capacity(rows.len());
                for row in rows {
                    placed.extend(store.stored_position(&row.id)?.map(|position| (position, row)));
                }
                Ok(placed)
            })
            .await?;
        let Some((last, _)) = rows.last() else { return Ok(false) };
        self.read = *last;
        let others = rows.into_iter().filter(|(_, row)| row.sender_installation != own);
        self.buffer.extend(others.map(|(position, row)| (position, Message::from(row))));
        Ok(true)
    }
}

impl fmt::Debug for MessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStream").field("position", &self.position).finish_non_exhaustive()
    }
}
