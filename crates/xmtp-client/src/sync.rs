//! Catching up: what the network has and this installation has not seen.
use crate::{
    ClientError,
    client::Inner,
    drain::{Behind, busy},
    installations::due,
};
use futures::{StreamExt, stream};
use std::sync::Arc;
use xmtp_mls::{EngineError, Ingested, Missing, Reading, Release, Session};
use xmtp_storage::{ConsentState, ConversationKind, Durability, GroupQuery, GroupRow, GroupStatus};
use xmtp_types::{Delivered, GroupId, SequenceId, Topic};

/// Groups that are synced at a time.
const CONCURRENT_GROUPS: usize = 8;
/// Groups asked about in one request.
const GROUPS_PER_QUESTION: usize = 1000;
/// Rounds of fetching what one envelope lacks before it is given up.
const FETCH_ROUNDS: usize = 64;

/// What a sync of everything did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SyncReport {
    /// Conversations that were looked at.
    pub looked_at: usize,
    /// Conversations that had news, or something to send.
    pub synced: usize,
}

/// How far a sync of everything has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SyncProgress {
    /// Conversations that were synced.
    pub done: usize,
    /// Conversations that have to be.
    pub of: usize,
}

/// What is to be done in groups.
#[derive(Default)]
struct News {
    /// Those with something to send: each is synced by itself.
    alone: Vec<GroupId>,
    /// Those the network has more of than this installation has seen.
    behind: Vec<Behind>,
}

impl Inner {
    /// Reads new welcomes and joins their groups.
    pub(crate) async fn sync_welcomes(self: &Arc<Self>) -> Result<(), ClientError> {
        let read = self.pull_topic(Topic::welcome(&self.installation), &[]).await;
        self.rotate_key_package().await?;
        read.map(drop)
    }

    /// Sends what is queued for a group and reads what is new in it.
    pub(crate) async fn sync_group(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let lane = self.lanes.of(group);
        {
            let _turn = lane.turn.lock().await;
            self.release(group, Release::WithMembers).await?;
            self.drive(group).await?;
        }
        self.refresh_installations(group).await?;
        self.remove_leavers_of(group).await
    }

    /// Syncs welcomes and every conversation that has news or something to send. Tells how far it has come.
    pub(crate) async fn sync_all(
        self: &Arc<Self>,
        consent: &[ConsentState],
        progress: impl Fn(SyncProgress) + Send + Sync,
    ) -> Result<SyncReport, ClientError> {
        let welcomes = match self.sync_welcomes().await {
            // A stranger's welcome that waits for a chain must not keep the conversations there are from going on.
            Err(error) if error.waits_for_chain() => Some(error),
            read => read.map(|()| None)?,
        };
        let rows = self.wanted(consent.to_vec()).await?;
        let active = rows.iter().filter(|row| can_move_on(&row.status)).map(|row| row.id.clone()).collect::<Vec<_>>();
        let looked_at = active.len();
        let News { mut alone, behind } = self.news(active).await?;
        let due = due(&rows, behind.iter().map(|it| &it.group).collect(), self.machine.clock.now());
        let synced = alone.len() + behind.len();
        let mut come = SyncProgress { done: 0, of: synced };
        progress(come);
        let mut one_more = || {
            come.done = synced.min(come.done + 1);
            progress(come);
        };
        let told = self.tell_preferences().await.err();
        alone.extend(self.drain(behind, &mut one_more).await?);
        let mut results = stream::iter(alone)
            .map(|group| async move { self.sync_group(&group).await })
            .buffer_unordered(CONCURRENT_GROUPS);
        let mut failed = welcomes.or(told);
        while let Some(result) = results.next().await {
            failed = failed.or(result.err());
            one_more();
        }
        let failed = failed.or(self.refresh_installations_of(due).await.err());
        let failed = failed.or(self.remove_leavers().await.err());
        match failed {
            Some(error) => Err(error),
            None => Ok(SyncReport { looked_at, synced }),
        }
    }

    /// Conversations with such consent, and those that are hidden from users.
    async fn wanted(self: &Arc<Self>, consent: Vec<ConsentState>) -> Result<Vec<GroupRow>, ClientError> {
        self.machine
            .read(move |store| {
                let mut rows = store.groups(&GroupQuery { consent, ..GroupQuery::default() })?;
                let hidden = GroupQuery { kind: Some(ConversationKind::Sync), ..GroupQuery::default() };
                rows.extend(store.groups(&hidden)?);
                Ok(rows)
            })
            .await
    }

    /// What there is to do in these groups.
    async fn news(self: &Arc<Self>, groups: Vec<GroupId>) -> Result<News, ClientError> {
        let mut newest = Vec::with_capacity(groups.len());
        for chunk in groups.chunks(GROUPS_PER_QUESTION) {
            newest.extend(self.transport.newest(chunk).await?);
        }
        self.machine
            .read(move |store| {
                let (busy, mut cursors) = (busy(store)?, store.group_cursors()?);
                let mut news = News::default();
                for (group, newest) in groups.into_iter().zip(newest) {
                    let cursor = cursors.remove(&group).unwrap_or_default();
                    let newest = newest.map_or(SequenceId::ZERO, |newest| newest.sequence_id);
                    if busy.contains(&group) {
                        news.alone.push(group);
                    } else if newest > cursor.highest() {
                        news.behind.push(Behind { group, cursor, newest });
                    }
                }
                Ok(news)
            })
            .await
    }

    /// Reads everything new in a group.
    pub(crate) async fn pull(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        self.pull_with(group, &[]).await
    }

    /// As [`Inner::pull`], for somebody who needs what these readings read.
    async fn pull_with(self: &Arc<Self>, group: &GroupId, readings: &[Reading]) -> Result<(), ClientError> {
        let has_moved = self.pull_topic(Topic::group(group), readings).await?;
        self.lanes.of(group).note_read(self.machine.clock.now(), has_moved);
        Ok(())
    }

    /// Hands envelopes to the state machine until all are dealt with; fetches what it lacks on the way. Says whether
    /// more of the same topic can follow. The batch was read with `readings`.
    pub(crate) async fn ingest(
        self: &Arc<Self>,
        batch: Arc<[Delivered]>,
        readings: &[Reading],
    ) -> Result<bool, ClientError> {
        let mut all = readings.to_vec();
        let ingested = self.ingest_reading(batch, &mut all).await;
        let begun = all.split_off(readings.len());
        if !begun.is_empty() {
            let is_read = ingested.is_ok();
            let end = move |session: &mut Session<'_>| {
                begun.iter().for_each(|reading| session.end_reading(reading, is_read));
                Ok(())
            };
            self.machine.step(Durability::Relaxed, end).await?;
        }
        ingested
    }

    /// Fetches what the next envelope needs, and what those behind it will need in the same requests.
    async fn fetch_for(&self, ingested: &Ingested) -> Result<(), ClientError> {
        let together = ingested.missing.union(&ingested.soon).cloned().collect();
        match self.machine.ledger.fetch(&self.machine, &together).await {
            // If it is not the next one that waits, that one goes on.
            Err(error) if error.waits_for_chain() => self.machine.ledger.fetch(&self.machine, &ingested.missing).await,
            fetched => fetched,
        }
    }

    /// As [`Inner::ingest`]; adds to `readings` those that were begun on the way because something was missing.
    async fn ingest_reading(
        self: &Arc<Self>,
        batch: Arc<[Delivered]>,
        readings: &mut Vec<Reading>,
    ) -> Result<bool, ClientError> {
        let (mut rest, mut rounds) = (batch, 0);
        while rounds < FETCH_ROUNDS {
            let (handed, held) = (Arc::clone(&rest), readings.clone());
            let ingested =
                self.machine.step(Durability::Relaxed, move |session| session.ingest(&handed, &held)).await?;
            if !ingested.missing.is_empty() {
                self.fetch_for(&ingested).await?;
                for missing in &ingested.missing {
                    if let Missing::Group(group) = missing {
                        let wanted = group.clone();
                        let begin = move |session: &mut Session<'_>| Ok(session.begin_reading(&wanted));
                        readings.push(self.machine.step(Durability::Relaxed, begin).await?);
                        Box::pin(self.pull_with(group, readings)).await?;
                    }
                }
                rest = rest.get(ingested.done..).unwrap_or_default().into();
                rounds = if ingested.done == 0 { rounds + 1 } else { 1 };
                continue;
            }
            return Ok(!ingested.halted);
        }
        Err(ClientError::Engine(EngineError::Refused("an envelope keeps asking for more than can be fetched".into())))
    }
}

/// A group that waits for a newer version is looked at too: this program may be that version by now.
const fn can_move_on(status: &GroupStatus) -> bool {
    matches!(status, GroupStatus::Active | GroupStatus::Paused { .. })
}
