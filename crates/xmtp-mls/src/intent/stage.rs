//! From wishes to envelopes: each queued intent becomes the bytes that will be sent, kept before they are.
use super::{Intent, rotate_keys, send_message, update_admins, update_members, update_metadata};
use crate::{EngineError, Event, Session, commit, message::payload_hash};
use openmls::group::MlsGroup;
use openmls_traits::OpenMlsProvider as _;
use xmtp_storage::{DeliveryStatus, GroupStatus, IntentId, IntentRow, IntentState};
use xmtp_types::{ClientEnvelope, Epoch, GroupId};

/// Envelopes ready to be sent, in this order.
#[derive(Debug, Default)]
pub struct Staged {
    /// The intents they belong to and the envelopes.
    pub envelopes: Vec<(IntentId, ClientEnvelope)>,
    /// Whether a commit of ours is on its way: nothing more is staged until it came back or lost.
    pub awaits_commit: bool,
}

/// What carrying out an intent takes.
pub(super) enum Made {
    /// Nothing: what was wished is so already.
    Nothing,
    /// An MLS message and, for a commit, what must follow it.
    Message { bytes: Vec<u8>, post_commit: Option<Vec<u8>> },
}

impl Session<'_> {
    /// Turns the queued intents of `group` into envelopes, up to and including the first commit.
    ///
    /// Must be committed durably before anything is sent. An intent that can never be carried out ends in
    /// [`IntentState::Error`] with its reason and an [`Event::IntentFailed`]; the rest goes on.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if something must be fetched first; then nothing was staged.
    pub fn stage(&mut self, group: &GroupId) -> Result<Staged, EngineError> {
        let mut staged = Staged::default();
        if self.row(group)?.status != GroupStatus::Active {
            return Ok(staged);
        }
        if self.awaits_commit(group)? {
            staged.awaits_commit = true;
            return Ok(staged);
        }
        let queued = self.tx().intents(group, &[IntentState::ToPublish])?;
        if queued.is_empty() {
            return Ok(staged);
        }
        let mut mls = self.take_group(group)?;
        for row in queued {
            let intent = Intent::decode(&row)?;
            let id = row.id;
            match self.make(&mut mls, &intent) {
                Ok(made) => {
                    let envelope = self.keep_made(&mls, row, made)?;
                    staged.envelopes.extend(envelope.map(|envelope| (id, envelope)));
                }
                Err(EngineError::Refused(reason)) => {
                    self.fail(row, reason)?;
                    continue;
                }
                Err(error) => return Err(error),
            }
            if mls.pending_commit().is_some() {
                staged.awaits_commit = true;
                break;
            }
        }
        self.keep_group(group, mls);
        Ok(staged)
    }

    fn awaits_commit(&self, group: &GroupId) -> Result<bool, EngineError> {
        for row in self.tx().intents(group, &[IntentState::Published])? {
            if Intent::decode(&row)?.is_commit() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn make(&mut self, mls: &mut MlsGroup, intent: &Intent) -> Result<Made, EngineError> {
        let made = match intent {
            Intent::SendMessage { envelope } => return send_message::make(self, mls, envelope),
            Intent::RotateKeys => rotate_keys::make(self, mls),
            Intent::UpdateMetadata { field, value } => update_metadata::make(self, mls, field, value),
            Intent::UpdateMembers { add, remove } => update_members::make(self, mls, add, remove),
            Intent::UpdateAdmins { change, inbox } => update_admins::make(self, mls, *change, inbox),
        }?;
        if let Err(error) = self.check_own_commit(mls) {
            mls.clear_pending_commit(self.provider.storage())
                .map_err(|error| EngineError::mls("dropping a commit")(&error))?;
            return Err(error);
        }
        Ok(made)
    }

    /// Holds our own commit to the rules every other member will hold it to.
    fn check_own_commit(&mut self, mls: &MlsGroup) -> Result<(), EngineError> {
        match mls.pending_commit() {
            Some(staged) => commit::validate(self, mls, mls.own_leaf_index(), staged)
                .map(drop)
                .map_err(commit::CommitError::into_refusal),
            None => Ok(()),
        }
    }

    fn keep_made(
        &mut self,
        mls: &MlsGroup,
        mut row: IntentRow,
        made: Made,
    ) -> Result<Option<ClientEnvelope>, EngineError> {
        let group = row.wish.group.clone();
        let Made::Message { bytes, post_commit } = made else {
            self.tx().delete_intent(row.id)?;
            self.emit(Event::IntentDone { group, id: row.id });
            return Ok(None);
        };
        let envelope = self.group_envelope(&group, bytes.clone(), row.wish.should_push)?;
        row.state = IntentState::Published;
        row.payload_hash = Some(payload_hash(&bytes));
        row.payload = Some(bytes);
        row.post_commit = post_commit;
        row.epoch = Some(Epoch::from(mls.epoch().as_u64()));
        self.tx().update_intent(&row)?;
        Ok(Some(envelope))
    }

    pub(crate) fn group_envelope(
        &self,
        group: &GroupId,
        bytes: Vec<u8>,
        should_push: bool,
    ) -> Result<ClientEnvelope, EngineError> {
        let hmac = crate::group::push_keys::sender_hmac(&mut **self.tx(), group, self.now, &bytes)?;
        Ok(ClientEnvelope::group_message(group, bytes, hmac, should_push))
    }

    fn fail(&mut self, mut row: IntentRow, reason: String) -> Result<(), EngineError> {
        row.state = IntentState::Error;
        row.error = Some(reason.clone());
        self.tx().update_intent(&row)?;
        if let Some(message) = row.wish.message {
            let now = self.now;
            self.tx().update_delivery(&message, DeliveryStatus::Failed, now, None, None)?;
        }
        self.emit(Event::IntentFailed { group: row.wish.group, id: row.id, reason });
        Ok(())
    }
}
