//! From queued intents to the network.
use crate::{ClientError, client::Inner, maintain::Owed};
use std::sync::Arc;
use xmtp_mls::{EngineError, Intent, Release, Staged};
use xmtp_storage::{Durability, IntentId, IntentState};
use xmtp_types::{ClientEnvelope, GroupId};

/// Envelopes in one request, and staged in one transaction, at most.
pub(crate) const ENVELOPES_PER_REQUEST: usize = 64;
/// Rounds in which what is queued loses to commits of others before its caller is told. It stays queued.
const ROUNDS: usize = 16;

/// What is left to do in a group.
struct Left {
    /// Envelopes that got lost.
    unsent: Vec<(IntentId, ClientEnvelope)>,
    /// What follows applied commits: welcomes.
    follow_ups: Vec<(IntentId, Vec<ClientEnvelope>)>,
    is_any_queued: bool,
}

impl Inner {
    /// Sends staged envelopes in order and notes that they were taken, which becomes visible at once and is written down
    /// with whatever is written next.
    pub(crate) async fn publish(&self, staged: Vec<(IntentId, ClientEnvelope)>) -> Result<(), ClientError> {
        let (intents, envelopes): (Vec<_>, Vec<_>) = staged.into_iter().unzip();
        for (taken, chunk) in intents.chunks(ENVELOPES_PER_REQUEST).zip(envelopes.chunks(ENVELOPES_PER_REQUEST)) {
            self.transport.publish(chunk).await?;
            let taken = taken.to_vec();
            // If the program dies before it is written down, they are sent once more, and the network drops them.
            self.machine.soon(move |session| session.acknowledge(&taken))?;
        }
        Ok(())
    }

    /// Stages what is queued for a group and sends it, a batch at a time: the next one is sealed while the one before it
    /// is on its way. Says how that ended, without envelopes. The caller holds the group's turn.
    async fn send_queued(self: &Arc<Self>, group: &GroupId) -> Result<Staged, ClientError> {
        let mut staged = self.stage(group, Vec::new()).await?;
        while !staged.envelopes.is_empty() {
            let on_the_way: Vec<_> = staged.envelopes.iter().map(|(id, _)| *id).collect();
            let envelopes = std::mem::take(&mut staged.envelopes);
            if staged.must_wait {
                self.publish(envelopes).await?;
                return Ok(staged);
            }
            let (sent, next) = tokio::join!(self.publish(envelopes), self.stage(group, on_the_way));
            sent?;
            staged = next?;
        }
        Ok(staged)
    }

    async fn stage(&self, group: &GroupId, on_the_way: Vec<IntentId>) -> Result<Staged, ClientError> {
        let (wanted, limit) = (group.clone(), u32::try_from(ENVELOPES_PER_REQUEST).unwrap_or(u32::MAX));
        let stage = move |session: &mut xmtp_mls::Session<'_>| session.stage_behind(&wanted, &on_the_way, limit);
        self.machine.step_fetching(Durability::Full, stage).await
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
        if self.send_queued(group).await?.must_wait {
            self.drive(group).await?;
        } else {
            self.settle_later(group, &lane);
        }
        owed.settled();
        Ok(())
    }

    /// Lets messages that wait in a group go with what is sent next.
    pub(crate) async fn release(self: &Arc<Self>, group: &GroupId, which: Release) -> Result<(), ClientError> {
        // Whoever writes knows it without a look at the disk.
        let wanted = group.clone();
        let is_any_held = self.machine.step(Durability::Relaxed, move |session| session.is_any_held(&wanted)).await?;
        if !is_any_held {
            return Ok(());
        }
        // What has happened since may be that nobody could read them, or that this client is no member any more.
        if !self.live.initialized()
            && let Err(error) = self.pull(group).await
        {
            tracing::debug!(%error, "a group could not be read before messages that waited were sent");
        }
        let wanted = group.clone();
        self.machine.step(Durability::Relaxed, move |session| session.release(&wanted, which)).await.map(drop)
    }

    /// Carries everything queued for a group as far as it goes: send, read what the network has, send again what got
    /// lost, send what follows, until nothing is queued any more. The caller holds the group's turn.
    pub(crate) async fn drive(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let owed = Owed::by(self);
        for _ in 0..ROUNDS {
            let staged = self.send_queued(group).await?;
            self.pull(group).await?;
            let mut left = self.left(group).await?;
            if !left.unsent.is_empty() {
                self.publish(left.unsent).await?;
                self.pull(group).await?;
                left = self.left(group).await?;
            }
            for (intent, envelopes) in left.follow_ups {
                self.transport.publish(&envelopes).await?;
                let wanted = group.clone();
                self.machine.step(Durability::Relaxed, move |session| session.finish(&wanted, intent)).await?;
            }
            // What a group that cannot move on has queued waits for it to move on.
            if staged.cannot_move_on || !left.is_any_queued {
                owed.settled();
                return Ok(());
            }
        }
        Err(ClientError::Contended)
    }

    /// What is left to do in a group once everything the network had was read.
    async fn left(&self, group: &GroupId) -> Result<Left, ClientError> {
        let wanted = group.clone();
        // No message is sealed here, so nothing must be on the disk before it is sent.
        let left = move |session: &mut xmtp_mls::Session<'_>| {
            let (unsent, follow_ups) = (session.unsent(&wanted)?, session.follow_ups(&wanted)?);
            let queued = session.tx().first_intents(&wanted, IntentState::ToPublish, 1)?;
            Ok(Left { unsent, follow_ups, is_any_queued: !queued.is_empty() })
        };
        self.machine.step(Durability::Relaxed, left).await
    }
}
