//! Storing a wish: the intent and, for a message, its row, in one transaction. The caller may go on at once.
use super::Intent;
use crate::{
    EngineError, Session,
    message::{PlaintextEnvelope, message_id},
};
use std::time::Duration;
use xmtp_storage::{
    Beginning, DeliveryStatus, GroupRow, GroupStatus, IntentId, IntentState, MessageKind, MessageRow, NewIntent,
};
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
        if intent.is_commit() { self.queue_commit(row, intent) } else { self.store_intent(group, intent) }
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
        self.write_message(group, content, should_push, Beginning::Waiting)
    }

    /// Writes a message down as unpublished, and an intent that sends it.
    pub(super) fn write_message(
        &mut self,
        group: &GroupId,
        content: Vec<u8>,
        should_push: bool,
        beginning: Beginning,
    ) -> Result<MessageId, EngineError> {
        let id = self.store_unpublished(group, content)?.id;
        self.tx().begin_intent(&sending(group, id, should_push), beginning)?;
        Ok(id)
    }

    /// Stores a message as unpublished. Nothing sends it yet.
    pub(super) fn store_unpublished(&mut self, group: &GroupId, content: Vec<u8>) -> Result<MessageRow, EngineError> {
        let (content_type, reference) = crate::message::describe(&content);
        let mut nanos = self.now.as_nanos();
        let mut row = MessageRow {
            id: MessageId::from_bytes([0; 32]),
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
            idempotency_key: String::new(),
            expires_at: None,
        };
        // Decimal nanoseconds, as released clients write them; one more if two equal messages fall on the same one.
        loop {
            row.idempotency_key = nanos.to_string();
            row.id = message_id(group, &row.idempotency_key, &row.content);
            if self.tx().insert_message(&row)? {
                return Ok(row);
            }
            nanos = nanos.wrapping_add(1);
        }
    }

    /// Queues an application message that is acted on and not kept, here as on every other member.
    pub(crate) fn queue_unkept_message(&mut self, group: &GroupId, content: Vec<u8>) -> Result<IntentId, EngineError> {
        self.ready_to_write(group)?;
        let idempotency_key = self.now.as_nanos().to_string();
        let envelope = PlaintextEnvelope { content, idempotency_key }.encode();
        self.store_intent(group, &Intent::SendMessage { envelope })
    }

    /// Checks that messages can be queued, behind a commit that renews this installation's keys if they are old. Who writes
    /// in a conversation wants it.
    pub(super) fn ready_for_message(&mut self, group: &GroupId) -> Result<(), EngineError> {
        self.ready_to_write(group)?;
        self.allow(group)
    }

    fn ready_to_write(&mut self, group: &GroupId) -> Result<(), EngineError> {
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
            self.store_intent(&row.id, &members)?;
        }
        row.rotated_at = self.now;
        self.tx().put_group(&row)?;
        self.store_intent(&row.id, intent)
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

    fn store_intent(&self, group: &GroupId, intent: &Intent) -> Result<IntentId, EngineError> {
        let (kind, data) = (intent.number(), intent.encode()?);
        let wish = NewIntent { group: group.clone(), kind, data, message: None, should_push: false };
        Ok(self.tx().queue_intent(&wish)?)
    }
}

/// The wish to send a message that is kept. What it says stands in its row and nowhere else.
pub(super) fn sending(group: &GroupId, message: MessageId, should_push: bool) -> NewIntent {
    let (group, message) = (group.clone(), Some(message));
    NewIntent { group, kind: Intent::SEND_MESSAGE, data: Vec::new(), message, should_push }
}
