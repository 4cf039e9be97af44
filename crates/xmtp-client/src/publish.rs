//! From queued intents to the network.
//!
//! Messages of one group leave in the order in which they were queued. Whoever sends while another send of the same
//! group is on its way waits for it, and then the first of those who wait sends for all of them: one transaction and
//! one request for many messages.
use crate::{ClientError, client::Inner, maintain::Owed};
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use xmtp_mls::{EngineError, Intent, Release, Staged};
use xmtp_storage::{DeliveryStatus, Durability, IntentId, IntentState, StorageError};
use xmtp_types::{ClientEnvelope, GroupId, MessageId, Timestamp};

/// Envelopes in one request at most.
const ENVELOPES_PER_REQUEST: usize = 64;
/// How long a client that does not follow a group live counts on knowing its epoch. Members keep the keys of few past
/// epochs, and every member may commit when it first speaks.
const READ_AGAIN: Duration = Duration::from_millis(100);
/// Rounds in which what is queued loses to commits of others before its caller is told. It stays queued.
const ROUNDS: usize = 16;

/// One lane per group in which something is being sent.
#[derive(Default)]
pub(crate) struct Lanes(Mutex<HashMap<GroupId, Arc<Lane>>>);

#[derive(Default)]
pub(crate) struct Lane {
    /// Held while envelopes of the group are on their way.
    pub(crate) turn: AsyncMutex<()>,
    /// Whether somebody will look after what was sent.
    pub(crate) is_settling: AtomicBool,
    /// When the group was last read up to its newest envelope, in nanoseconds since the Unix epoch.
    read_at: AtomicU64,
    waiting: Mutex<Vec<Outgoing>>,
}

struct Outgoing {
    content: Vec<u8>,
    should_push: bool,
    answer: oneshot::Sender<Result<MessageId, ClientError>>,
}

impl Lanes {
    pub(crate) fn of(&self, group: &GroupId) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !lanes.contains_key(group) {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        Arc::clone(lanes.entry(group.clone()).or_default())
    }
}

impl Inner {
    /// Stores and sends a message; returns when the network has taken it.
    pub(crate) async fn send(
        self: &Arc<Self>,
        group: &GroupId,
        content: Vec<u8>,
        should_push: bool,
    ) -> Result<MessageId, ClientError> {
        let lane = self.lanes.of(group);
        let (answer, result) = oneshot::channel();
        lane.push(Outgoing { content, should_push, answer });
        let (inner, group) = (Arc::clone(self), group.clone());
        // A task of its own: a caller that goes away must not leave the others of its batch unanswered.
        self.spawn_until(self.closed.clone(), async move { inner.send_waiting(&group, &lane).await });
        tokio::select! {
            biased;
            sent = result => sent.unwrap_or(Err(ClientError::Closed)),
            () = self.closed.cancelled() => Err(ClientError::Closed),
        }
    }

    async fn send_waiting(self: Arc<Self>, group: &GroupId, lane: &Arc<Lane>) {
        let _turn = lane.turn.lock().await;
        if lane.is_empty() {
            return;
        }
        self.prepare_to_send(group).await;
        // MSG.R16
        let batch = lane.take();
        let contents: Vec<_> = batch.iter().map(|out| (out.content.clone(), out.should_push)).collect();
        let wanted = group.clone();
        let queued = self
            .machine
            .step(Durability::Full, move |session| {
                session.release(&wanted, Release::All)?;
                let queue = |(content, push)| session.queue_message(&wanted, content, push);
                let ids: Vec<MessageId> = contents.into_iter().map(queue).collect::<Result<_, _>>()?;
                // What must be fetched for an older, queued commit is fetched below; the messages are safe by now.
                match session.attempt(|session| session.stage(&wanted)) {
                    Ok(staged) => Ok((ids, staged)),
                    Err(EngineError::Missing(_)) => Ok((ids, Staged { must_wait: true, ..Staged::default() })),
                    Err(error) => Err(error),
                }
            })
            .await;
        let (ids, staged) = match queued {
            Ok(queued) => queued,
            Err(error) => return refuse(batch, error),
        };
        let owed = Owed::by(&self);
        let is_whole = !staged.must_wait && staged.envelopes.len() == ids.len();
        let sent = if staged.must_wait {
            // A queued change or what got lost goes first: it must come back before the messages can be sealed.
            self.drive(group).await
        } else {
            self.publish(staged.envelopes).await
        };
        if sent.is_ok() {
            owed.settled();
        }
        let sent = match sent {
            Ok(()) if is_whole => ids.into_iter().map(Ok).collect(),
            Ok(()) => self.sent(&ids).await,
            Err(cause) => {
                let cause = Arc::new(cause);
                ids.into_iter().map(|message| Err(ClientError::Queued { message, cause: Arc::clone(&cause) })).collect()
            }
        };
        for (out, answer) in batch.into_iter().zip(sent) {
            let _caller_gone = out.answer.send(answer);
        }
        self.settle_later(group, lane);
        self.tell_in_background();
    }

    /// What became of messages of which some may not have gone out.
    async fn sent(self: &Arc<Self>, ids: &[MessageId]) -> Vec<Result<MessageId, ClientError>> {
        let wanted = ids.to_vec();
        let statuses = self.machine.read(move |store| {
            let mut fate = |id: &MessageId| match store.message(id)? {
                Some(row) if row.status == DeliveryStatus::Failed => {
                    let failed = store.intents(&row.group, &[IntentState::Error])?;
                    let failed = failed.into_iter().find(|intent| intent.wish.message == Some(row.id));
                    Ok((Some(row.status), failed.and_then(|intent| intent.error)))
                }
                row => Ok((row.map(|row| row.status), None)),
            };
            wanted.iter().map(&mut fate).collect::<Result<Vec<_>, StorageError>>()
        });
        let queued = |message, cause| Err(ClientError::Queued { message, cause });
        match statuses.await.map_err(Arc::new) {
            Ok(statuses) => ids
                .iter()
                .zip(statuses)
                .map(|(id, status)| match status {
                    (Some(DeliveryStatus::Unpublished), _) => queued(*id, Arc::new(ClientError::Contended)),
                    (Some(DeliveryStatus::Failed), reason) => {
                        Err(ClientError::Engine(EngineError::Refused(reason.unwrap_or_default())))
                    }
                    _ => Ok(*id),
                })
                .collect(),
            Err(cause) => ids.iter().map(|id| queued(*id, Arc::clone(&cause))).collect(),
        }
    }

    /// Sends staged envelopes in order and notes that they were taken.
    pub(crate) async fn publish(&self, staged: Vec<(IntentId, ClientEnvelope)>) -> Result<(), ClientError> {
        for chunk in staged.chunks(ENVELOPES_PER_REQUEST) {
            let envelopes: Vec<_> = chunk.iter().map(|(_, envelope)| envelope.clone()).collect();
            self.transport.publish(&envelopes).await?;
            let taken: Vec<_> = chunk.iter().map(|(id, _)| *id).collect();
            let machine = Arc::clone(&self.machine);
            let noted =
                async move { machine.step(Durability::Relaxed, move |session| session.acknowledge(&taken)).await };
            noted.await?;
        }
        Ok(())
    }

    /// Queues a commit and carries it through: staged, sent, read back, welcomes sent.
    pub(crate) async fn commit(self: &Arc<Self>, group: &GroupId, intent: Intent) -> Result<(), ClientError> {
        self.commit_all(group, vec![intent]).await
    }

    /// Like [`Inner::commit`], for several: all are queued, or none.
    pub(crate) async fn commit_all(self: &Arc<Self>, group: &GroupId, intents: Vec<Intent>) -> Result<(), ClientError> {
        for intent in &intents {
            let Intent::UpdateMembers { add, .. } = intent else { continue };
            // What a policy refuses is told at once: no network is asked for it.
            let (wanted, wish) = (group.clone(), intent.clone());
            self.machine.step(Durability::Relaxed, move |session| session.check(&wanted, &wish)).await?;
            match self.refresh_members(std::slice::from_ref(group), add).await {
                // The change waits for the network with everything else.
                Err(ClientError::Delivery(error)) if error.is_retryable() => {}
                other => drop(other?),
            }
        }
        let wanted = group.clone();
        let queue = move |session: &mut xmtp_mls::Session<'_>| {
            intents.iter().map(|intent| session.queue(&wanted, intent)).collect::<Result<Vec<_>, _>>()
        };
        let queued = self.machine.step(Durability::Full, queue).await?;
        let owed = Owed::by(self);
        let lane = self.lanes.of(group);
        let _turn = lane.turn.lock().await;
        self.drive(group).await?;
        owed.settled();
        self.tell_in_background();
        for id in queued {
            match self.machine.read(move |store| store.intent(id)).await? {
                None => {}
                Some(row) if row.state == IntentState::Error => {
                    return Err(ClientError::Engine(EngineError::Refused(row.error.unwrap_or_default())));
                }
                Some(_) => return Err(ClientError::Contended),
            }
        }
        Ok(())
    }

    /// Lets messages that wait in a group go, and carries everything queued for it as far as it goes.
    pub(crate) async fn publish_held(self: &Arc<Self>, group: &GroupId, which: Release) -> Result<(), ClientError> {
        let owed = Owed::by(self);
        let lane = self.lanes.of(group);
        let _turn = lane.turn.lock().await;
        self.release(group, which).await?;
        self.drive(group).await?;
        owed.settled();
        Ok(())
    }

    /// Lets messages that wait in a group go with what is sent next.
    pub(crate) async fn release(self: &Arc<Self>, group: &GroupId, which: Release) -> Result<(), ClientError> {
        let wanted = group.clone();
        let held = self.machine.read(move |store| store.intents(&wanted, &[IntentState::Held])).await?;
        if held.is_empty() {
            return Ok(());
        }
        // What has happened since may be that nobody could read them, or that this client is no member any more.
        if !self.live.initialized()
            && let Err(error) = self.pull(group).await
        {
            tracing::debug!(%error, "a group could not be read before messages that waited were sent");
        }
        let wanted = group.clone();
        self.machine.step(Durability::Full, move |session| session.release(&wanted, which)).await.map(drop)
    }

    /// Carries everything queued for a group as far as it goes: send, read what the network has, send again what got
    /// lost, send what follows, until nothing is queued any more. The caller holds the group's turn.
    pub(crate) async fn drive(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let owed = Owed::by(self);
        for _ in 0..ROUNDS {
            let had_queued = self.has_queued(group).await?;
            let wanted = group.clone();
            let staged = self.machine.step_fetching(Durability::Full, move |session| session.stage(&wanted)).await?;
            let cannot_move_on = had_queued && !staged.must_wait && staged.envelopes.is_empty();
            self.publish(staged.envelopes).await?;
            self.pull(group).await?;
            let wanted = group.clone();
            let unsent = self.machine.step(Durability::Full, move |session| session.unsent(&wanted)).await?;
            let resent = !unsent.is_empty();
            self.publish(unsent).await?;
            if resent {
                self.pull(group).await?;
            }
            self.follow_up(group).await?;
            // What a group that cannot move on has queued waits for it to move on.
            if cannot_move_on || !self.has_queued(group).await? {
                owed.settled();
                return Ok(());
            }
        }
        Err(ClientError::Contended)
    }

    /// Sends what follows applied commits: welcomes.
    async fn follow_up(&self, group: &GroupId) -> Result<(), ClientError> {
        let wanted = group.clone();
        let follow_ups = self.machine.step(Durability::Relaxed, move |session| session.follow_ups(&wanted)).await?;
        for (intent, envelopes) in follow_ups {
            self.transport.publish(&envelopes).await?;
            let wanted = group.clone();
            self.machine.step(Durability::Relaxed, move |session| session.finish(&wanted, intent)).await?;
        }
        Ok(())
    }

    async fn has_queued(&self, group: &GroupId) -> Result<bool, ClientError> {
        let wanted = group.clone();
        let queued = self.machine.read(move |store| store.intents(&wanted, &[IntentState::ToPublish])).await?;
        Ok(!queued.is_empty())
    }
}

fn refuse(batch: Vec<Outgoing>, error: ClientError) {
    let error = Arc::new(error);
    for out in batch {
        let _caller_gone = out.answer.send(Err(ClientError::NotStored(Arc::clone(&error))));
    }
}

impl Lane {
    /// Notes that the group was read up to its newest envelope.
    pub(crate) fn note_read(&self, now: Timestamp) {
        self.read_at.store(now.as_nanos(), Ordering::Relaxed);
    }

    /// Whether so much may have happened in the group that a message sealed now could not be read.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        now.since(Timestamp::from_nanos(self.read_at.load(Ordering::Relaxed))) >= READ_AGAIN
    }

    fn push(&self, out: Outgoing) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(out);
    }

    fn is_empty(&self) -> bool {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self) -> Vec<Outgoing> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(ENVELOPES_PER_REQUEST);
        waiting.drain(..count).collect()
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").finish_non_exhaustive()
    }
}
