//! From a caller who has something to say to the network.
//!
//! Messages of one group leave in the order in which they were handed in. Whoever sends while another send of the same
//! group is on its way waits for it, and all who wait are sent together: one transaction and one request for many
//! messages. The next batch is sealed while the one before it is on its way, and leaves when that has arrived.
use crate::{
    ClientError,
    client::Inner,
    lane::{Lane, Outgoing},
    maintain::Owed,
    publish::ENVELOPES_PER_REQUEST,
};
use std::sync::Arc;
use tokio::sync::oneshot;
use xmtp_mls::{EngineError, Sending};
use xmtp_storage::{DeliveryStatus, Durability, IntentId, IntentState, StorageError};
use xmtp_types::{GroupId, MessageId};

/// Batches that are sent before others who wait for the group's turn have theirs.
const BATCHES_IN_A_TURN: usize = 16;

/// Messages that are stored, and their senders.
struct Batch {
    senders: Vec<Outgoing>,
    sending: Sending,
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
        if lane.push(Outgoing { content, should_push, answer }) {
            let (inner, group) = (Arc::clone(self), group.clone());
            // A task of its own: a caller that goes away must not leave the others of its batch unanswered.
            self.spawn_until(self.closed.clone(), async move { inner.serve(&group, &lane).await });
        }
        tokio::select! {
            biased;
            sent = result => sent.unwrap_or(Err(ClientError::Closed)),
            () = self.closed.cancelled() => Err(ClientError::Closed),
        }
    }

    /// Sends what waits in a lane until nothing does.
    async fn serve(self: Arc<Self>, group: &GroupId, lane: &Arc<Lane>) {
        let serving = lane.serve();
        while serving.goes_on() {
            let _turn = lane.turn.lock().await;
            self.prepare_to_send(group).await;
            let mut on_the_way = self.seal(group, lane.take(ENVELOPES_PER_REQUEST), Vec::new()).await;
            let (mut has_arrived, mut batches) = (true, 1);
            while let Some(batch) = on_the_way {
                let intents = batch.intents();
                let is_simple = has_arrived && intents.is_some() && batches < BATCHES_IN_A_TURN;
                let next = if is_simple { lane.take(ENVELOPES_PER_REQUEST) } else { Vec::new() };
                batches += 1;
                let deliver = self.deliver(group, batch, has_arrived);
                (has_arrived, on_the_way) = tokio::join!(deliver, self.seal(group, next, intents.unwrap_or_default()));
            }
            self.settle_later(group, lane);
            self.tell_in_background();
        }
    }

    /// Stores messages and makes their envelopes, which must not leave before those of `on_the_way` have arrived. Senders
    /// whose messages cannot be stored are told.
    async fn seal(&self, group: &GroupId, senders: Vec<Outgoing>, on_the_way: Vec<IntentId>) -> Option<Batch> {
        if senders.is_empty() {
            return None;
        }
        let messages: Vec<_> = senders.iter().map(|out| (out.content.clone(), out.should_push)).collect();
        let wanted = group.clone();
        // MSG.R16
        let send = move |session: &mut xmtp_mls::Session<'_>| session.send(&wanted, messages, &on_the_way);
        match self.machine.step(Durability::Full, send).await {
            Ok(sending) => Some(Batch { senders, sending }),
            Err(error) => {
                let error = Arc::new(error);
                for out in senders {
                    let _caller_gone = out.answer.send(Err(ClientError::NotStored(Arc::clone(&error))));
                }
                None
            }
        }
    }

    /// Sends a batch and tells its senders. Says whether it has arrived.
    async fn deliver(self: &Arc<Self>, group: &GroupId, batch: Batch, has_arrived_before: bool) -> bool {
        let Batch { senders, sending: Sending { ids, envelopes } } = batch;
        let owed = Owed::by(self);
        let envelopes = envelopes.filter(|_| has_arrived_before);
        let is_whole = envelopes.as_ref().is_some_and(|envelopes| envelopes.len() == ids.len());
        let sent = match envelopes {
            Some(envelopes) => self.publish(envelopes).await,
            // What goes before them must be sent, and a change come back, first.
            None => self.drive(group).await,
        };
        let has_arrived = sent.is_ok();
        if has_arrived {
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
        for (out, answer) in senders.into_iter().zip(sent) {
            let _caller_gone = out.answer.send(answer);
        }
        has_arrived
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
}

impl Batch {
    /// What sends it, unless it is queued behind something else.
    fn intents(&self) -> Option<Vec<IntentId>> {
        let envelopes = self.sending.envelopes.as_ref()?;
        Some(envelopes.iter().map(|(id, _)| *id).collect())
    }
}
