//! Reading a topic to its end: pages are asked for while those before them are ingested.
use crate::{ClientError, client::Inner};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use xmtp_delivery::DeliveryError;
use xmtp_mls::{Reading, Session};
use xmtp_storage::Durability;
use xmtp_types::{Cursor, Delivered, OriginatorId, Topic, TopicKind};

/// Pages ingested in one go at most, and as many are fetched ahead.
const PAGES: usize = 4;
/// How long a welcome may wait for a chain.
const WELCOME_WAITS: Duration = Duration::from_secs(24 * 60 * 60);

impl Inner {
    /// Reads everything new in a topic, with these readings. Says whether there were commits.
    pub(crate) async fn pull_topic(self: &Arc<Self>, topic: Topic, readings: &[Reading]) -> Result<bool, ClientError> {
        let wanted = topic.clone();
        let cursor = self.machine.read(move |store| store.cursor(&wanted)).await?;
        let (sender, pages) = mpsc::channel(PAGES);
        // What was fetched is ingested even if fetching fails later.
        let (fetched, taken) =
            tokio::join!(self.fetch_pages(&topic, cursor, sender), self.take_pages(&topic, pages, readings));
        let has_commits = taken?;
        fetched?;
        Ok(has_commits)
    }

    /// Asks for page after page behind `cursor`, until there are no more or nobody takes them.
    async fn fetch_pages(
        &self,
        topic: &Topic,
        mut cursor: Cursor,
        pages: mpsc::Sender<Vec<Delivered>>,
    ) -> Result<(), DeliveryError> {
        loop {
            let page = self.transport.query(topic, &cursor).await?;
            page.envelopes.iter().for_each(|envelope| cursor.advance(envelope.originator, envelope.sequence_id));
            if page.envelopes.is_empty() || pages.send(page.envelopes).await.is_err() || !page.more {
                return Ok(());
            }
        }
    }

    /// Ingests pages as they come, as many together as are there. Says whether there were commits.
    async fn take_pages(
        self: &Arc<Self>,
        topic: &Topic,
        mut pages: mpsc::Receiver<Vec<Delivered>>,
        readings: &[Reading],
    ) -> Result<bool, ClientError> {
        let (mut ready, mut has_commits) = (Vec::with_capacity(PAGES), false);
        while pages.recv_many(&mut ready, PAGES).await > 0 {
            let batch: Arc<[Delivered]> = ready.drain(..).flatten().collect();
            has_commits |= batch.iter().any(|envelope| envelope.originator == OriginatorId::V3_COMMITS);
            let may_go_on = loop {
                match self.ingest(Arc::clone(&batch), readings).await {
                    Err(error) if error.waits_for_chain() && self.pass_over_welcome(topic, &batch).await? => {
                        tracing::warn!(%error, "a welcome has waited too long for a chain and is passed over");
                    }
                    ingested => break ingested?,
                }
            };
            if !may_go_on {
                break;
            }
        }
        Ok(has_commits)
    }

    /// Passes over the next welcome if it has waited long enough. Anyone can send one, and those behind it must not wait
    /// for a chain that nobody may ever be able to ask again. Says whether it was passed over.
    async fn pass_over_welcome(self: &Arc<Self>, topic: &Topic, page: &[Delivered]) -> Result<bool, ClientError> {
        if topic.kind() != TopicKind::Welcome {
            return Ok(false);
        }
        let wanted = topic.clone();
        let cursor = self.machine.read(move |store| store.cursor(&wanted)).await?;
        let next = page.iter().find(|welcome| !cursor.covers(welcome.originator, welcome.sequence_id));
        let now = self.machine.clock.now();
        // ID.R66
        let Some(welcome) = next.filter(|welcome| now.since(welcome.created) >= WELCOME_WAITS) else {
            return Ok(false);
        };
        let (topic, originator, number) = (topic.clone(), welcome.originator, welcome.sequence_id);
        let pass = move |session: &mut Session<'_>| Ok(session.tx().advance_cursor(&topic, originator, number)?);
        self.machine.step(Durability::Relaxed, pass).await?;
        Ok(true)
    }
}
