//! Following the network live: one task per client, which stores what comes.
use crate::{ClientError, client::Inner, maintain};
use futures::StreamExt;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use xmtp_delivery::{Connection, DeliveryError, Subscription};
use xmtp_storage::{GroupQuery, GroupRow};
use xmtp_types::{Cursor, Delivered, GroupId, Topic};

/// Envelopes ingested in one go at most.
const BATCH: usize = 256;
/// Wait before following again after this side failed, such as on a full disk.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a chain that could not be asked is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(5);

impl Inner {
    /// Starts the task that follows the network, once.
    pub(crate) async fn go_live(self: &Arc<Self>) -> Result<(), ClientError> {
        self.live
            .get_or_try_init(|| async {
                match self.sync_welcomes().await {
                    // It comes again with the subscription, and waits there.
                    Err(error) if error.waits_for_chain() => tracing::warn!(%error, "a welcome waits"),
                    read => read?,
                }
                self.spawn(Arc::clone(self).follow());
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
                self.connection.send_if_modified(|told| std::mem::take(told) != Connection::Apart);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow_once(self: &Arc<Self>) -> Result<(), ClientError> {
        let (mut newcomers, mut joined) = (self.machine.newcomers(), Vec::new());
        let subscription = Subscription::open(Arc::clone(&self.transport), self.topics().await?);
        let topics = subscription.topics();
        let mut connection = subscription.connection();
        let mut batches = subscription.ready_chunks(BATCH);
        let mut held = BTreeSet::new();
        let mut again = tokio::time::interval(ASK_AGAIN);
        loop {
            tokio::select! {
                batch = batches.next() => {
                    let Some(batch) = batch else { return Ok(()) };
                    self.take(batch.into_iter().collect::<Result<_, DeliveryError>>()?, &mut held).await?;
                }
                Ok(()) = connection.changed() => {
                    let state = *connection.borrow_and_update();
                    self.connection.send_if_modified(|told| std::mem::replace(told, state) != state);
                }
                _ = again.tick(), if !held.is_empty() => self.catch_up(&mut held).await?,
                // Heard of while nothing comes, too: a group that was just created or joined by a sync is followed now.
                _ = newcomers.recv_many(&mut joined, BATCH) => {
                    topics.add(self.topics_of(std::mem::take(&mut joined)).await?);
                }
            }
        }
    }

    /// Takes what came, except of topics that are held: their next envelope waits for a chain, and what follows it would
    /// be taken out of its order. The others need not wait with them.
    async fn take(self: &Arc<Self>, mut batch: Vec<Delivered>, held: &mut BTreeSet<Topic>) -> Result<(), ClientError> {
        // ID.R60
        batch.retain(|envelope| !held.contains(&envelope.topic));
        let batch: Arc<[Delivered]> = batch.into();
        match self.ingest(Arc::clone(&batch), &[]).await {
            Err(error) if error.waits_for_chain() => {}
            taken => return taken.map(drop),
        }
        let mut topics: BTreeMap<Topic, Vec<Delivered>> = BTreeMap::new();
        for envelope in &*batch {
            topics.entry(envelope.topic.clone()).or_default().push(envelope.clone());
        }
        for (topic, envelopes) in topics {
            match self.ingest(envelopes.into(), &[]).await {
                Err(error) if error.waits_for_chain() => {
                    tracing::warn!(%error, "a conversation waits, the others go on");
                    held.insert(topic);
                }
                taken => drop(taken?),
            }
        }
        Ok(())
    }

    /// Asks again for topics that are held; those that can go on are read up to now and followed again.
    async fn catch_up(self: &Arc<Self>, held: &mut BTreeSet<Topic>) -> Result<(), ClientError> {
        for topic in std::mem::take(held) {
            match self.pull_topic(topic.clone(), &[]).await {
                Err(error) if error.waits_for_chain() => drop(held.insert(topic)),
                read => _ = read?,
            }
        }
        Ok(())
    }

    async fn topics(&self) -> Result<Vec<(Topic, Cursor)>, ClientError> {
        let welcome = Topic::welcome(&self.installation);
        self.machine
            .read(move |store| {
                let groups = store.groups(&GroupQuery { is_active: Some(true), ..GroupQuery::everything() })?;
                let mut cursors = store.group_cursors()?;
                let topic = |row: GroupRow| (Topic::group(&row.id), cursors.remove(&row.id).unwrap_or_default());
                let mut topics: Vec<_> = groups.into_iter().map(topic).collect();
                topics.push((welcome.clone(), store.cursor(&welcome)?));
                Ok(topics)
            })
            .await
    }

    async fn topics_of(&self, groups: Vec<GroupId>) -> Result<Vec<(Topic, Cursor)>, ClientError> {
        self.machine
            .read(move |store| {
                let mut topics = Vec::with_capacity(groups.len());
                for topic in groups.iter().map(Topic::group) {
                    let cursor = store.cursor(&topic)?;
                    topics.push((topic, cursor));
                }
                Ok(topics)
            })
            .await
    }
}
