//! Storing a wish: the intent and, for a message, its row, in one transaction. The caller may go on at once.
use super::Intent;
use crate::{
    EngineError, Session,
    message::{PlaintextEnvelope, message_id},
};
use std::time::Duration;
use xmtp_storage::{DeliveryStatus, GroupRow, GroupStatus, IntentId, IntentState, MessageKind, MessageRow, NewIntent};
use xmtp_types::{GroupId, MessageId, SequenceId};

/// How long this installation's leaf keys in a group are used. Released clients take the same 30 days.
const KEY_ROTATION_INTERVAL: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Session<'_> {
    /// Queues `intent` for `group`.
    ///
    /// # Errors
    /// As [`Session::check`]; then nothing is queued.
    pub fn queue(&mut self, group: &GroupId, intent: &Intent) -> Result<IntentId, EngineError> {
        let row = self.writable(group)?;
        self.check_wish(group, intent)?;
        if intent.is_commit() { self.queue_commit(row, intent) } else { self.store_intent(group, intent, None, false) }
    }

    /// Queues an application message: `content` is what other members will read, the bytes of an `EncodedContent`.
    ///
    /// The message is stored as unpublished. Its id is equal on every member.
    ///
    /// # Errors
    /// [`EngineError::Inactive`] if the group cannot be written to, [`EngineError::UnknownGroup`] if it is not known.
    pub fn queue_message(
        &mut self,
        group: &GroupId,
        content: Vec<u8>,
        should_push: bool,
    ) -> Result<MessageId, EngineError> {
        self.ready_for_message(group)?;
        self.allow(group)?;
        let idempotency_key = self.unused_idempotency_key(group, &content)?;
        let id = message_id(group, &idempotency_key, &content);
        let (content_type, reference) = crate::message::describe(&content);
        let envelope = PlaintextEnvelope { content: content.clone(), idempotency_key: idempotency_key.clone() };
        self.tx().insert_message(&MessageRow {
            id,
            group: group.clone(),
            kind: MessageKind::Application,
            status: DeliveryStatus::Unpublished,
            sender_inbox: self.own.inbox(),
            sender_installation: self.own.id(),
            sent_at: self.now,
            sequence_id: None,
            content_type,
            reference,
            content,
            idempotency_key,
            expires_at: None,
        })?;
        let intent = Intent::SendMessage { envelope: envelope.encode() };
        self.store_intent(group, &intent, Some(id), should_push)?;
        Ok(id)
    }

    /// Queues an application message that is acted on and not kept, here as on every other member.
    pub(crate) fn queue_unkept_message(&mut self, group: &GroupId, content: Vec<u8>) -> Result<IntentId, EngineError> {
        self.ready_for_message(group)?;
        let idempotency_key = self.now.as_nanos().to_string();
        let envelope = PlaintextEnvelope { content, idempotency_key }.encode();
        self.store_intent(group, &Intent::SendMessage { envelope }, None, false)
    }

    /// Checks that a message can be queued, behind a commit that renews this installation's keys if they are old.
    fn ready_for_message(&mut self, group: &GroupId) -> Result<(), EngineError> {
        let row = self.writable(group)?;
        if self.now.since(row.rotated_at) > KEY_ROTATION_INTERVAL {
            self.queue_commit(row, &Intent::RotateKeys)?;
        }
        Ok(())
    }

    /// Queues a commit. Each renews the keys of this installation's leaf.
    fn queue_commit(&mut self, mut row: GroupRow, intent: &Intent) -> Result<IntentId, EngineError> {
        let members = Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() };
        if intent.number() != members.number() && self.needs_number(&row.id, &members)? {
            self.store_intent(&row.id, &members, None, false)?;
        }
        row.rotated_at = self.now;
        self.tx().put_group(&row)?;
        self.store_intent(&row.id, intent, None, false)
    }

    /// Whether this installation, having created the group, still stands in it with the placeholder in place of an
    /// identity update: no commit of it would be let through but the one on membership that sets this right.
    fn needs_number(&mut self, group: &GroupId, members: &Intent) -> Result<bool, EngineError> {
        let mls = self.take_group(group)?;
        let view = self.view_of(&mls)?;
        self.keep_group(group, mls);
        if view.membership.members.get(&self.own.inbox()) != Some(&SequenceId::ZERO) {
            return Ok(false);
        }
        let open = self.tx().intents(group, &[IntentState::ToPublish, IntentState::Published])?;
        Ok(!open.iter().any(|row| row.wish.kind == members.number()))
    }

    pub(crate) fn writable(&self, group: &GroupId) -> Result<GroupRow, EngineError> {
        let row = self.awake_row(group)?;
        match &row.status {
            GroupStatus::Active => Ok(row),
            GroupStatus::Removed => {
                Err(EngineError::Inactive("this installation was removed from it, ask a member to add it again".into()))
            }
            GroupStatus::Paused { version } => {
                Err(EngineError::Inactive(format!("it asks for protocol version {version}, update the program")))
            }
            GroupStatus::Stuck { reason, .. } => Err(EngineError::Inactive(reason.clone())),
        }
    }

    /// Decimal nanoseconds, as released clients write them; one more if two equal messages fall on the same one.
    fn unused_idempotency_key(&self, group: &GroupId, content: &[u8]) -> Result<String, EngineError> {
        let mut nanos = self.now.as_nanos();
        loop {
            let key = nanos.to_string();
            if self.tx().message(&message_id(group, &key, content))?.is_none() {
                return Ok(key);
            }
            nanos = nanos.wrapping_add(1);
        }
    }

    fn store_intent(
        &self,
        group: &GroupId,
        intent: &Intent,
        message: Option<MessageId>,
        should_push: bool,
    ) -> Result<IntentId, EngineError> {
        let wish =
            NewIntent { group: group.clone(), kind: intent.number(), data: intent.encode()?, message, should_push };
        Ok(self.tx().queue_intent(&wish)?)
    }
}
