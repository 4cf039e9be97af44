//! What is left once everything the network had was ingested: envelopes that got lost, and what follows a commit.
use super::{Intent, PostCommit, is_too_old, requeue, stage::tagged};
use crate::{EngineError, Event, Session, welcome};
use xmtp_storage::{IntentId, IntentState, StorageError};
use xmtp_types::{ClientEnvelope, GroupId, SequenceId};

impl Session<'_> {
    /// Envelopes of `group` that were made before but are not on the network: to be sent again as they are.
    ///
    /// To be called when everything up to the newest envelope of the group was ingested. The network drops an envelope
    /// it already has. What nobody could apply or open any more, because it was made for an epoch that has passed, goes
    /// back to the queue instead.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn unsent(&mut self, group: &GroupId) -> Result<Vec<(IntentId, ClientEnvelope)>, EngineError> {
        let published = self.tx().intents(group, &[IntentState::Published, IntentState::Acknowledged])?;
        if published.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.epoch(group)?;
        let key = self.sender_key(group)?;
        let mut unsent = Vec::new();
        for row in published {
            let made = row.epoch.unwrap_or_default();
            if (Intent::commits(&row) && made != now) || is_too_old(made, now) {
                requeue(self, row)?;
                continue;
            }
            let payload = row.payload.clone().ok_or(StorageError::Damaged("intent"))?;
            unsent.push((row.id, tagged(&key, group, payload, row.wish.should_push)));
        }
        Ok(unsent)
    }

    /// Notes that the network has taken these envelopes: their messages count as published from here on. When they
    /// come back they get their place and time.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn acknowledge(&mut self, intents: &[IntentId]) -> Result<(), EngineError> {
        // One may have come back already. A commit counts from then on only.
        Ok(intents.iter().try_for_each(|id| self.tx().acknowledge_intent(*id))?)
    }

    /// Envelopes that follow applied commits of ours: welcomes for the installations they added. Once the network has
    /// taken them, call [`Session::finish`] with the intent. Sending them twice is harmless.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read, [`EngineError::Crypto`] if a welcome cannot be sealed.
    pub fn follow_ups(&mut self, group: &GroupId) -> Result<Vec<(IntentId, Vec<ClientEnvelope>)>, EngineError> {
        let committed = self.tx().intents(group, &[IntentState::Committed])?;
        let mut follow_ups = Vec::new();
        for row in committed {
            let follow = row.post_commit.as_deref().ok_or(StorageError::Damaged("intent"))?;
            let follow: PostCommit = postcard::from_bytes(follow).map_err(|_| StorageError::Damaged("intent"))?;
            let commit = SequenceId::new(follow.commit.unwrap_or_default());
            let ahead = self.pointers.take_if(|pointers| pointers.point_to(&follow.welcome));
            follow_ups.push((row.id, welcome::seal(&follow.welcome, commit, &follow.recipients, ahead)?));
        }
        Ok(follow_ups)
    }

    /// Notes that what followed an applied commit was sent.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be written.
    pub fn finish(&mut self, group: &GroupId, intent: IntentId) -> Result<(), EngineError> {
        self.tx().delete_intent(intent)?;
        self.emit(Event::IntentDone { group: group.clone(), id: intent });
        Ok(())
    }
}
