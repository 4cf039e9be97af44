//! A subscription that outlives its connections.
//!
//! [`Transport::subscribe`] is one connection's worth. A [`Subscription`] opens one after another, each from the
//! positions of the envelopes it has handed out, so the reader sees no seam: no gap, no double, order per topic. There
//! is no limit on attempts: a network may be away for a night. Errors that no new attempt can heal end it.
//!
//! ```text
//! apart ──subscribe──▶ following ──envelope──▶ following
//!   ▲  ╲                   │
//!   │   ╲ permanent error  │ end of a lane, error, too many lanes
//!   │    ▼                 │
//!   │   over ◀─────────────┤ permanent error
//!   └──────── backoff ◀────┘
//! ```
//!
//! Topics that are added later get a connection of their own (a lane). When there are many lanes, or one breaks, all
//! are replaced by one.
use crate::{Backoff, Deliveries, DeliveryError, HighWater, Transport, persist::system_random};
use futures::{
    FutureExt, Stream, StreamExt, future,
    stream::{self, BoxStream, SelectAll},
};
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use xmtp_types::{Cursor, Delivered, Topic};

/// Lanes after which all are replaced by one. A released client replaces its subscription with every topic it adds;
/// a few lanes make that cheap while groups arrive one by one.
const LANES: usize = 8;

/// Envelopes of topics, for as long as it is polled. Ends only after a permanent error, which is its last item.
#[must_use = "a subscription does nothing unless it is polled"]
pub struct Subscription {
    envelopes: Deliveries,
    topics: Topics,
    connection: watch::Receiver<Connection>,
}

/// Whether a subscription is connected to the network.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Connection {
    /// It is not, and tries to be.
    #[default]
    Apart,
    /// It follows its topics live.
    Following,
}

/// Adds topics to a running [`Subscription`], from any task.
#[derive(Clone, Debug)]
pub struct Topics(mpsc::UnboundedSender<Vec<(Topic, Cursor)>>);

impl Topics {
    /// Follows `topics` from their cursors too. A topic that is followed already goes on from where it is. Nothing
    /// happens if the subscription is gone.
    pub fn add(&self, topics: Vec<(Topic, Cursor)>) {
        let _gone = self.0.send(topics);
    }
}

impl Subscription {
    /// Follows group and welcome `topics` from their cursors.
    pub fn open(transport: Arc<dyn Transport>, topics: Vec<(Topic, Cursor)>) -> Self {
        Self::open_with(transport, topics, Backoff::STREAM, system_random)
    }

    /// Like [`open`](Self::open), with delays between connections by `backoff` and jitter drawn from `random`.
    pub fn open_with(
        transport: Arc<dyn Transport>,
        topics: Vec<(Topic, Cursor)>,
        backoff: Backoff,
        random: fn() -> u64,
    ) -> Self {
        let (sender, additions) = mpsc::unbounded_channel();
        let (state, connection) = watch::channel(Connection::default());
        let follower = Follower {
            transport,
            additions,
            backoff,
            random,
            marks: topics.into_iter().collect(),
            lanes: SelectAll::new(),
            connection: state,
            opened: Instant::now(),
            failures: 0,
        };
        let envelopes = stream::unfold(Some(follower), |follower| async {
            let mut follower = follower?;
            Some(match follower.next().await {
                Ok(envelope) => (Ok(envelope), Some(follower)),
                Err(permanent) => (Err(permanent), None),
            })
        });
        Self { envelopes: envelopes.boxed(), topics: Topics(sender), connection }
    }

    /// A handle that adds topics.
    pub fn topics(&self) -> Topics {
        self.topics.clone()
    }

    /// Whether it is connected; changes while it is polled.
    pub fn connection(&self) -> watch::Receiver<Connection> {
        self.connection.clone()
    }

    /// Follows `topics` from their cursors too: see [`Topics::add`].
    pub fn add_topics(&self, topics: Vec<(Topic, Cursor)>) {
        self.topics.add(topics);
    }
}

impl Stream for Subscription {
    type Item = Result<Delivered, DeliveryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.envelopes.poll_next_unpin(context)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// A connection's envelopes, then `None`: what merges lanes would otherwise swallow the end of one.
type Lane = BoxStream<'static, Option<Result<Delivered, DeliveryError>>>;

struct Follower {
    transport: Arc<dyn Transport>,
    additions: mpsc::UnboundedReceiver<Vec<(Topic, Cursor)>>,
    backoff: Backoff,
    random: fn() -> u64,
    marks: HighWater,
    /// Empty while apart.
    lanes: SelectAll<Lane>,
    connection: watch::Sender<Connection>,
    opened: Instant,
    /// Failures since the last sign that the network is well.
    failures: u32,
}

impl Follower {
    /// The next new envelope, or the error that ends the subscription.
    async fn next(&mut self) -> Result<Delivered, DeliveryError> {
        loop {
            if self.lanes.is_empty() {
                self.connect().await?;
                continue;
            }
            tokio::select! {
                biased;
                Some(topics) = self.additions.recv() => self.extend(topics).await?,
                item = self.lanes.next() => match item.flatten() {
                    Some(Ok(envelope)) if self.marks.admit(&envelope) => {
                        self.failures = 0;
                        return Ok(envelope);
                    }
                    Some(Ok(_seen)) => {}
                    Some(Err(error)) => self.part(error).await?,
                    None => self.part(DeliveryError::Interrupted("the stream ended".into())).await?,
                },
            }
        }
    }

    /// Opens one lane for everything that is followed.
    async fn connect(&mut self) -> Result<(), DeliveryError> {
        while let Ok(topics) = self.additions.try_recv() {
            topics.iter().for_each(|(topic, cursor)| self.marks.follow(topic.clone(), cursor));
        }
        // DELIVERY.R5
        match self.transport.subscribe(&self.marks.positions()).await {
            Ok(envelopes) => {
                self.opened = Instant::now();
                self.tell(Connection::Following);
                self.lanes.push(lane(envelopes));
                Ok(())
            }
            Err(error) => self.part(error).await,
        }
    }

    /// Opens a lane for those of `topics` that are not followed yet.
    async fn extend(&mut self, mut topics: Vec<(Topic, Cursor)>) -> Result<(), DeliveryError> {
        topics.retain(|(topic, _)| !self.marks.follows(topic));
        topics.iter().for_each(|(topic, cursor)| self.marks.follow(topic.clone(), cursor));
        if topics.is_empty() {
            return Ok(());
        }
        if self.lanes.len() >= LANES {
            self.lanes.clear();
            return Ok(());
        }
        match self.transport.subscribe(&topics).await {
            Ok(envelopes) => {
                self.lanes.push(lane(envelopes));
                Ok(())
            }
            Err(error) => self.part(error).await,
        }
    }

    /// Leaves all lanes and waits, or gives `error` back if it is permanent.
    ///
    /// A subscription that held longer than the longest delay starts the count anew: it was not the network's state
    /// that ended it.
    async fn part(&mut self, error: DeliveryError) -> Result<(), DeliveryError> {
        self.tell(Connection::Apart);
        if !error.is_retryable() {
            return Err(error);
        }
        if !self.lanes.is_empty() && self.opened.elapsed() > self.backoff.longest {
            self.failures = 0;
        }
        self.lanes.clear();
        self.failures = self.failures.saturating_add(1);
        let delay = self.backoff.delay(self.failures, &error, (self.random)());
        tracing::info!(%error, failures = self.failures, ?delay, "a subscription reconnects");
        tokio::time::sleep(delay).await;
        Ok(())
    }

    fn tell(&self, state: Connection) {
        self.connection.send_if_modified(|told| std::mem::replace(told, state) != state);
    }
}

fn lane(envelopes: Deliveries) -> Lane {
    envelopes.map(Some).chain(future::ready(None).into_stream()).boxed()
}

#[cfg(test)]
mod tests;
