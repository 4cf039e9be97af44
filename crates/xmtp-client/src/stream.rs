//! Following live, and streams of messages.
//!
//! One task per client follows the network and stores what comes. A message stream does not listen to that task: it
//! reads the store in the order in which messages were stored, and sleeps when it has read all. So a slow reader loses
//! nothing, nobody sees a message twice, and a reader can come back with the position it had reached.
use crate::{ClientError, Message, client::Inner, maintain};
use futures::StreamExt;
use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};
use tokio::sync::{broadcast::error::RecvError, watch};
use xmtp_delivery::{DeliveryError, Subscription};
use xmtp_mls::Event;
use xmtp_storage::{GroupQuery, GroupStatus, MessageOrder, MessageQuery};
use xmtp_types::{Cursor, Delivered, GroupId, Topic};

/// Envelopes ingested in one go at most.
const BATCH: usize = 256;
/// Messages read from the store in one go.
const READ: u32 = 100;
/// Wait before following again after this side failed, such as on a full disk.
const PAUSE: Duration = Duration::from_secs(1);

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
    /// The next message; waits for it. `None` when the client is gone.
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
            if self.fill().await? {
                continue;
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

impl Inner {
    /// Starts the task that follows the network, once.
    pub(crate) async fn go_live(self: &Arc<Self>) -> Result<(), ClientError> {
        self.live
            .get_or_try_init(|| async {
                self.sync_welcomes().await?;
                let stop = self.stop.clone();
                let follower = Arc::clone(self);
                tokio::spawn(async move { stop.clone().run_until_cancelled(follower.follow()).await });
                maintain::start(self);
                Ok(())
            })
            .await
            .copied()
    }

    async fn follow(self: Arc<Self>) {
        loop {
            if let Err(error) = self.follow_once().await {
                tracing::warn!(%error, "following the network stopped and starts again");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow_once(self: &Arc<Self>) -> Result<(), ClientError> {
        let mut events = self.machine.events();
        let subscription = Subscription::open(Arc::clone(&self.transport), self.topics().await?);
        let topics = subscription.topics();
        let mut batches = subscription.ready_chunks(BATCH);
        loop {
            tokio::select! {
                batch = batches.next() => {
                    let Some(batch) = batch else { return Ok(()) };
                    self.ingest(batch.into_iter().collect::<Result<Vec<Delivered>, DeliveryError>>()?).await?;
                }
                // Heard of while nothing comes, too: a group that was just created or joined by a sync is followed now.
                event = events.recv() => match event {
                    Ok(Event::Joined { group }) => topics.add(vec![self.topic_from_cursor(&group).await?]),
                    Ok(_) => {}
                    // Too many events to tell which groups are new: begin again with all of them.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Ok(()),
                },
            }
        }
    }

    async fn topics(&self) -> Result<Vec<(Topic, Cursor)>, ClientError> {
        let welcome = Topic::welcome(&self.installation);
        self.machine
            .read(move |store| {
                let groups = store.groups(&GroupQuery { include_sync: true, ..GroupQuery::default() })?;
                let active = groups.into_iter().filter(|row| row.status == GroupStatus::Active);
                let mut topics = Vec::new();
                for topic in std::iter::once(welcome).chain(active.map(|row| Topic::group(&row.id))) {
                    let cursor = store.cursor(&topic)?;
                    topics.push((topic, cursor));
                }
                Ok(topics)
            })
            .await
    }

    async fn topic_from_cursor(&self, group: &GroupId) -> Result<(Topic, Cursor), ClientError> {
        let topic = Topic::group(group);
        let wanted = topic.clone();
        Ok((topic, self.machine.read(move |store| store.cursor(&wanted)).await?))
    }
}

impl fmt::Debug for MessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStream").field("position", &self.position).finish_non_exhaustive()
    }
}
