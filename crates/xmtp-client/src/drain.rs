//! Reading many groups at once: one subscription, from where each was read up to what the network said is its newest.
//!
//! A query reads one group, and in the morning there is news in a thousand. A stream has no end, so it is left once it has
//! given as much of each group as was announced. What a group needs beyond that, and a group of which the stream does not
//! give all, is for a query of its own.
use crate::{ClientError, client::Inner};
use futures::StreamExt;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use xmtp_delivery::Deliveries;
use xmtp_storage::{StorageError, StoreRead};
use xmtp_types::{Cursor, Delivered, GroupId, SequenceId, Topic};

/// So many groups are better read by a query each, all at once: a subscription costs the network more than a query.
const FEW: usize = 2;
/// Envelopes ingested in one go at most.
const BATCH: usize = 256;
/// How long a network may say nothing while it owes envelopes.
const PATIENCE: Duration = Duration::from_secs(5);

/// A group of which the network has more than this installation has seen.
#[derive(Clone, Debug)]
pub(crate) struct Behind {
    pub(crate) group: GroupId,
    /// How far it was read.
    pub(crate) cursor: Cursor,
    /// The last envelope the network has.
    pub(crate) newest: SequenceId,
}

/// What a stream has to give before it can be left.
struct Owed(HashMap<Topic, SequenceId>);

impl Inner {
    /// Reads what the network has of these groups; `read` is told of each that is done. Answers those that are to be
    /// synced one by one.
    pub(crate) async fn drain(
        self: &Arc<Self>,
        behind: Vec<Behind>,
        mut read: impl FnMut() + Send,
    ) -> Result<Vec<GroupId>, ClientError> {
        if behind.len() <= FEW {
            return Ok(behind.into_iter().map(|behind| behind.group).collect());
        }
        let mut told = 0;
        let drained = self.take_owed(&behind, |count| {
            told += count;
            (0..count).for_each(|_| read());
        });
        if let Err(error) = drained.await {
            tracing::debug!(%error, "groups could not be read together: what is left is read one by one");
        }
        let groups = behind.len();
        let left = self.machine.read(move |store| not_done(store, behind)).await?;
        (told..groups.saturating_sub(left.len())).for_each(|_| read());
        Ok(left)
    }

    /// Takes envelopes until all that are owed came, the stream ends, or the network keeps silent.
    async fn take_owed(self: &Arc<Self>, behind: &[Behind], mut done: impl FnMut(usize)) -> Result<(), ClientError> {
        let mut owed = Owed(behind.iter().map(|it| (Topic::group(&it.group), it.newest)).collect());
        let topics: Vec<_> = behind.iter().map(|it| (Topic::group(&it.group), it.cursor.clone())).collect();
        let envelopes: Deliveries = self.transport.subscribe(&topics).await?;
        let mut batches = envelopes.ready_chunks(BATCH);
        while !owed.0.is_empty() {
            let Ok(Some(batch)) = tokio::time::timeout(PATIENCE, batches.next()).await else { break };
            let batch: Arc<[Delivered]> = batch.into_iter().collect::<Result<_, _>>()?;
            let may_go_on = self.ingest(Arc::clone(&batch), &[]).await?;
            let given = owed.strike_off(&batch);
            // Which of them halted is seen in the end.
            done(if may_go_on { given } else { 0 });
        }
        Ok(())
    }
}

impl Owed {
    /// Strikes off the groups of which `batch` has all that was announced. Says how many.
    fn strike_off(&mut self, batch: &[Delivered]) -> usize {
        let before = self.0.len();
        for envelope in batch {
            if self.0.get(&envelope.topic).is_some_and(|newest| envelope.sequence_id >= *newest) {
                self.0.remove(&envelope.topic);
            }
        }
        before - self.0.len()
    }
}

/// Groups that are still behind, and those that have something to send by now.
fn not_done(store: &mut dyn StoreRead, groups: Vec<Behind>) -> Result<Vec<GroupId>, StorageError> {
    let (cursors, busy) = (store.group_cursors()?, busy(store)?);
    let reached = |it: &Behind| cursors.get(&it.group).is_some_and(|cursor| cursor.highest() >= it.newest);
    let left = groups.into_iter().filter(|it| !reached(it) || busy.contains(&it.group));
    Ok(left.map(|it| it.group).collect())
}

/// Groups that have something to send.
pub(crate) fn busy(store: &mut dyn StoreRead) -> Result<HashSet<GroupId>, StorageError> {
    let mut busy: HashSet<GroupId> = store.groups_with_open_intents()?.into_iter().collect();
    busy.extend(store.groups_with_held_intents()?);
    Ok(busy)
}
