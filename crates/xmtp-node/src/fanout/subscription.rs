//! A stream over many topics: everything after a position in each, then everything new, once and in order.
//!
//! Why nothing is missed: a topic that is caught up from the log has pushes switched on *before* its page is read. What
//! was committed before the read is in the page; what is committed after it is pushed. Why nothing comes twice: each
//! topic has a high-water mark. Why order holds: while a topic catches up, pushed records of it are dropped, because
//! the pages will bring them.
use super::{Fanout, subscriber::Subscriber};
use crate::{
    error::{LogError, Refusal},
    log::{Log, Logged, Streamed},
};
use bytes::Bytes;
use futures::Stream;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};
use tokio::select;
use tokio_util::sync::CancellationToken;
use xmtp_types::SequenceId;

/// Topics caught up with one trip to the log, if their pages are small.
const TOPICS_PER_READ: usize = 64;

/// See the module.
#[derive(Debug)]
pub(crate) struct Subscription<R: Streamed> {
    log: Log,
    fanout: Arc<Fanout<R>>,
    subscriber: Arc<Subscriber<R>>,
    stop: CancellationToken,
    /// The last id handed out, or to be left out, per topic.
    high_water: HashMap<Bytes, SequenceId>,
    /// Topics that have to be read from the log.
    catching_up: VecDeque<Bytes>,
    in_catch_up: HashSet<Bytes>,
    ready: VecDeque<Logged<R>>,
    ended: bool,
}

impl<R: Streamed> Subscription<R> {
    /// Follows `topics`, each from a position; of a topic named twice the earlier position counts. It ends when `stop`
    /// is cancelled.
    pub(crate) fn open(
        log: Log,
        fanout: Arc<Fanout<R>>,
        topics: impl Iterator<Item = (Bytes, SequenceId)>,
        stop: CancellationToken,
    ) -> Self {
        let mut high_water = HashMap::new();
        for (topic, position) in topics {
            let lowest = high_water.entry(topic).or_insert(position);
            *lowest = position.min(*lowest);
        }
        let subscriber = Arc::new(Subscriber::behind_in(high_water.keys().cloned()));
        fanout.register(&subscriber, high_water.keys());
        Self {
            log,
            fanout,
            subscriber,
            stop,
            high_water,
            catching_up: VecDeque::new(),
            in_catch_up: HashSet::new(),
            ready: VecDeque::new(),
            ended: false,
        }
    }

    /// The records as a stream. It ends only with an error: the node stops, or its log does not answer.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Logged<R>, Refusal>> + Send {
        futures::stream::unfold(self, |mut subscription| async move {
            if subscription.ended {
                return None;
            }
            let item = subscription.next().await;
            subscription.ended = item.is_err();
            Some((item, subscription))
        })
    }

    async fn next(&mut self) -> Result<Logged<R>, Refusal> {
        loop {
            if self.stop.is_cancelled() {
                return Err(Refusal::Stopping);
            }
            if let Some(record) = self.ready.pop_front() {
                return Ok(record);
            }
            self.take_news();
            if !self.ready.is_empty() {
                continue;
            }
            if self.catching_up.is_empty() {
                select! {
                    () = self.subscriber.wait() => {}
                    () = self.stop.cancelled() => {}
                }
            } else {
                self.catch_up().await?;
            }
        }
    }

    fn take_news(&mut self) {
        let news = self.subscriber.take();
        for topic in news.behind {
            if self.in_catch_up.insert(topic.clone()) {
                self.catching_up.push_back(topic);
            }
        }
        for record in news.pushed {
            if !self.in_catch_up.contains(record.body.topic()) {
                self.hand_out(record);
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), LogError> {
        let positions = self.positions_to_read();
        if positions.is_empty() {
            return Ok(());
        }
        let pages = self.log.pages_after::<R>(positions.clone()).await?;
        let mut pages = pages.into_iter();
        for (topic, _) in positions {
            match pages.next() {
                Some(page) => {
                    if page.full {
                        self.catching_up.push_back(topic);
                    } else {
                        self.in_catch_up.remove(&topic);
                    }
                    page.rows.into_iter().for_each(|record| self.hand_out(record));
                }
                None => self.catching_up.push_back(topic),
            }
        }
        Ok(())
    }

    /// The next topics to read. Those known to have nothing new are live at once: the writer enters a record in the
    /// table of newest ones before it pushes it, so a record we dropped would be known.
    fn positions_to_read(&mut self) -> Vec<(Bytes, SequenceId)> {
        let mut positions = Vec::new();
        while positions.len() < TOPICS_PER_READ
            && let Some(topic) = self.catching_up.pop_front()
        {
            let position = self.high_water.get(&topic).copied().unwrap_or_default();
            if self.log.newest_known::<R>(&topic).is_some_and(|newest| newest <= position) {
                self.in_catch_up.remove(&topic);
            } else {
                positions.push((topic, position));
            }
        }
        positions
    }

    fn hand_out(&mut self, record: Logged<R>) {
        // NODE.R12
        if let Some(high_water) = self.high_water.get_mut(record.body.topic())
            && *high_water < record.id
        {
            *high_water = record.id;
            self.ready.push_back(record);
        }
    }
}

impl<R: Streamed> Drop for Subscription<R> {
    fn drop(&mut self) {
        self.fanout.remove(&self.subscriber, self.high_water.keys());
    }
}
