//! From wishes to envelopes: each queued intent becomes the bytes that will be sent, kept before they are.
use super::{
    Intent, permitted, readd, rotate_keys, send_message, update_admins, update_members, update_metadata,
    update_permissions,
};
use crate::{EngineError, Event, Session, commit, message::payload_hash};
use openmls::group::MlsGroup;
use xmtp_crypto::push_hmac::PushHmacKey;
use xmtp_storage::{DeliveryStatus, GroupStatus, IntentId, IntentRow, IntentState};
use xmtp_types::{ClientEnvelope, Epoch, GroupId};

/// Envelopes ready to be sent, in this order.
#[derive(Debug, Default)]
pub struct Staged {
    /// The intents they belong to and the envelopes.
    pub envelopes: Vec<(IntentId, ClientEnvelope)>,
    /// Whether more waits behind an envelope of ours that must come back, or be sent again, first.
    pub must_wait: bool,
    /// Whether nothing can be sent in this group as it is.
    pub cannot_move_on: bool,
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
        self.stage_behind(group, &[], u32::MAX)
    }

    /// Like [`Session::stage`], for the first intents in the queue, at most `limit`. Envelopes of `on_the_way` are being
    /// sent: what is staged now must not be sent before the network has taken them.
    ///
    /// # Errors
    /// As [`Session::stage`].
    pub fn stage_behind(
        &mut self,
        group: &GroupId,
        on_the_way: &[IntentId],
        limit: u32,
    ) -> Result<Staged, EngineError> {
        let mut staged = Staged::default();
        if self.awake_row(group)?.status != GroupStatus::Active {
            staged.cannot_move_on = true;
            return Ok(staged);
        }
        // A commit opens the epoch that what follows it is made in.
        if self.must_come_back(group, on_the_way)? {
            staged.must_wait = true;
            return Ok(staged);
        }
        let queued = self.tx().first_intents(group, IntentState::ToPublish, limit)?;
        if queued.is_empty() {
            return Ok(staged);
        }
        let key = self.sender_key(group)?;
        for row in queued {
            match self.attempt_mls(|session| session.stage_one(&row, &key)) {
                Ok(None) => {}
                Ok(Some(envelope)) => {
                    staged.envelopes.push((row.id, envelope));
                    staged.must_wait = Intent::commits(&row);
                }
                // The fault of this side, or of the moment.
                Err(error @ (EngineError::Missing(_) | EngineError::Storage(_) | EngineError::Crypto(_))) => {
                    return Err(error);
                }
                Err(EngineError::Refused(reason)) => fail(self, row, reason)?,
                // What cannot be made now can never be, and must not keep the rest of the queue waiting.
                Err(error) => fail(self, row, error.to_string())?,
            }
            if staged.must_wait {
                break;
            }
        }
        Ok(staged)
    }

    /// Whether an envelope was made that must come back before another is made: one that the network may not have and that
    /// is not being sent, because members open the messages of a sender in about the order in which they were sealed, or not
    /// at all; and one of an epoch that has passed, because the network may have taken it when nobody could open it any
    /// more, and what is made anew must not stand behind what was said after it.
    pub(super) fn must_come_back(&mut self, group: &GroupId, on_the_way: &[IntentId]) -> Result<bool, EngineError> {
        let one_more = u32::try_from(on_the_way.len()).unwrap_or(u32::MAX).saturating_add(1);
        let published = self.tx().first_intents(group, IntentState::Published, one_more)?;
        if published.iter().any(|row| !on_the_way.contains(&row.id)) {
            return Ok(true);
        }
        // For this very reason all that the network has taken and that is not back is of one epoch.
        let acknowledged = self.tx().first_intents(group, IntentState::Acknowledged, 1)?;
        if published.is_empty() && acknowledged.is_empty() {
            return Ok(false);
        }
        let now = self.epoch(group)?;
        Ok(published.iter().chain(&acknowledged).any(|row| row.epoch != Some(now)))
    }

    /// Makes one intent's envelope and keeps it; nothing if what was wished is so already.
    fn stage_one(&mut self, row: &IntentRow, key: &PushHmacKey) -> Result<Option<ClientEnvelope>, EngineError> {
        let group = &row.wish.group;
        let intent = self.wished(row)?;
        let mut mls = self.take_group(group)?;
        let made = self.make(&mut mls, &intent)?;
        let envelope = self.keep_made(&mls, row.clone(), made, key)?;
        self.keep_group(group, mls);
        Ok(envelope)
    }

    fn make(&mut self, mls: &mut MlsGroup, intent: &Intent) -> Result<Made, EngineError> {
        permitted::permitted(self, mls, intent)?;
        let made = match intent {
            Intent::SendMessage { envelope } => return send_message::make(self, mls, envelope),
            Intent::RotateKeys => rotate_keys::make(self, mls),
            Intent::UpdateMetadata { field, value } => update_metadata::make(self, mls, field, value),
            Intent::UpdateMembers { add, remove } => update_members::make(self, mls, add, remove),
            Intent::UpdateAdmins { change, inbox } => update_admins::make(self, mls, *change, inbox),
            Intent::UpdatePermissions { kind, policy } => update_permissions::make(self, mls, kind, policy),
            Intent::ReaddInstallations { installations } => readd::make(self, mls, installations),
        }?;
        self.check_own_commit(mls)?;
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
        key: &PushHmacKey,
    ) -> Result<Option<ClientEnvelope>, EngineError> {
        let group = row.wish.group.clone();
        let Made::Message { bytes, post_commit } = made else {
            self.tx().delete_intent(row.id)?;
            self.emit(Event::IntentDone { group, id: row.id });
            return Ok(None);
        };
        let envelope = tagged(key, &group, bytes.clone(), row.wish.should_push);
        row.state = IntentState::Published;
        row.payload_hash = Some(payload_hash(&bytes));
        row.payload = Some(bytes);
        row.post_commit = post_commit;
        row.epoch = Some(Epoch::from(mls.epoch().as_u64()));
        // GROUP.R9
        self.tx().update_intent(&row)?;
        Ok(Some(envelope))
    }

    /// The key under which what is sent to `group` is tagged now.
    pub(crate) fn sender_key(&self, group: &GroupId) -> Result<PushHmacKey, EngineError> {
        crate::preferences::sender_key(&mut **self.tx(), group, self.now)
    }
}

/// The envelope of an MLS message, with its tag for the push server of this inbox.
pub(crate) fn tagged(key: &PushHmacKey, group: &GroupId, bytes: Vec<u8>, should_push: bool) -> ClientEnvelope {
    let tag = key.tag(&bytes).to_vec();
    ClientEnvelope::group_message(group, bytes, tag, should_push)
}

/// Ends every intent of `group` that is still to happen: it never can.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn fail_open(session: &mut Session<'_>, group: &GroupId, reason: &str) -> Result<(), EngineError> {
    let open = [IntentState::Held, IntentState::ToPublish, IntentState::Published, IntentState::Acknowledged];
    let open = session.tx().intents(group, &open)?;
    open.into_iter().try_for_each(|row| fail(session, row, reason.to_owned()))
}

/// Ends an intent, and the message that it sends if nobody has it: it never can.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(super) fn fail(session: &mut Session<'_>, mut row: IntentRow, reason: String) -> Result<(), EngineError> {
    row.state = IntentState::Error;
    row.error = Some(reason.clone());
    session.tx().update_intent(&row)?;
    if let Some(id) = row.wish.message {
        let message = session.tx().message(&id)?;
        if let Some(message) = message.filter(|message| message.status == DeliveryStatus::Unpublished) {
            session.tx().update_delivery(&id, DeliveryStatus::Failed, message.sent_at, None, None)?;
        }
    }
    session.emit(Event::IntentFailed { group: row.wish.group, id: row.id, reason });
    Ok(())
}
