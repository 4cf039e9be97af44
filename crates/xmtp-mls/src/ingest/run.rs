//! Messages of one group, one after another.
//!
//! What is the same for all of them is looked up once, and what can be written together is: a run is opened with the
//! first envelope of its group and stored before anything else happens.
use super::refusal::refusal_of;
use crate::{
    EngineError, Event, Session, control, credential,
    group::departed,
    message::{PlaintextEnvelope, message_id},
    peek::PublicParts,
    provider::Secrets,
};
use openmls::{
    framing::{MlsMessageIn, ProcessedMessage, ProcessedMessageContent, ProtocolMessage, Sender},
    group::MlsGroup,
    prelude::tls_codec::Deserialize as _,
};
use openmls_traits::OpenMlsProvider as _;
use xmtp_storage::{ConversationKind, DeliveryStatus, GroupRow, GroupStatus, MessageKind, MessageRow};
use xmtp_types::{Cursor, Delivered, Epoch, GroupId, InboxId, InstallationId, MessageId, Timestamp, Topic};

/// A group whose envelopes are being ingested.
pub(super) struct Run {
    pub(super) topic: Topic,
    pub(super) conversation: GroupRow,
    /// Whether some of them may be our own.
    pub(super) has_own: bool,
    /// How far the topic was processed, with what is not stored yet.
    pub(super) cursor: Cursor,
    /// How far it was processed since what is stored.
    passed: Cursor,
    messages: Vec<MessageRow>,
}

/// A message that a member has sealed, opened.
struct Opened {
    sender: (InboxId, InstallationId),
    plaintext: Vec<u8>,
}

impl Run {
    /// Notes that an envelope is dealt with.
    pub(super) fn pass(&mut self, delivered: &Delivered) {
        self.cursor.advance(delivered.originator, delivered.sequence_id);
        self.passed.advance(delivered.originator, delivered.sequence_id);
    }
}

impl Session<'_> {
    /// Begins to ingest envelopes of a group; `None` if it cannot move on.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`]; [`EngineError::Missing`] if it must be read from its cursor first.
    pub(super) fn begin_run(&mut self, topic: &Topic, cursor: Cursor) -> Result<Option<Run>, EngineError> {
        let group = GroupId::from(topic.id());
        let conversation = self.awake_row(&group)?;
        if conversation.status != GroupStatus::Active {
            self.let_go(&group);
            return Ok(None);
        }
        self.misses_nothing(&group)?;
        let has_own = self.tx().has_made_envelopes(&group)?;
        let (passed, messages) = Default::default();
        Ok(Some(Run { topic: topic.clone(), conversation, has_own, cursor, passed, messages }))
    }

    /// Opens a message of another member, to be stored with the run.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] if it cannot be opened or says nothing that can be read.
    pub(super) fn read_message_on(
        &mut self,
        run: &mut Run,
        parts: &PublicParts,
        data: &[u8],
        delivered: &Delivered,
    ) -> Result<(), EngineError> {
        let Opened { sender, plaintext } = self.open_message(parts, data, delivered)?;
        run.messages.extend(self.read_message(&run.conversation, sender, &plaintext, delivered)?);
        run.pass(delivered);
        Ok(())
    }

    /// Stores the messages of a run and acts on them, in their order, and moves the cursor behind them. What is said in a
    /// sync group is acted on alone: nobody reads it.
    ///
    /// # Errors
    /// [`EngineError::Storage`].
    pub(super) fn store_run(&mut self, run: &mut Run) -> Result<(), EngineError> {
        let messages = std::mem::take(&mut run.messages);
        let kind = run.conversation.kind;
        // PREF.R11
        if kind == ConversationKind::Sync {
            for row in &messages {
                self.act(row, |session| control::act_on(session, kind, row))?;
            }
        } else if !messages.is_empty() {
            let is_new = self.tx().insert_messages(&messages)?;
            // Wishes about any of these are none of those that follow: their messages are all here by now.
            let are_awaited = self.tx().has_early_deletions()?;
            let new = messages.iter().zip(is_new).filter_map(|(row, is_new)| is_new.then_some(row));
            for row in new {
                self.emit(Event::Message { group: row.group.clone(), id: row.id });
                self.note_expiry(&row.group, row.id, row.expires_at);
                self.act(row, |session| {
                    if are_awaited {
                        control::act_on(session, kind, row)
                    } else {
                        control::act_on_unawaited(session, kind, row)
                    }
                })?;
            }
        }
        for (originator, sequence_id) in std::mem::take(&mut run.passed).iter() {
            self.tx().advance_cursor(&run.topic, originator, sequence_id)?;
        }
        Ok(())
    }

    /// Does what a message asks for. If that fails the message is there all the same.
    fn act(
        &mut self,
        row: &MessageRow,
        work: impl FnOnce(&mut Self) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        match work(self) {
            Err(error @ EngineError::Storage(_)) => Err(error),
            Err(error) => {
                let sequence_id = row.sequence_id.unwrap_or_default();
                self.emit(Event::Refused { group: Some(row.group.clone()), sequence_id, reason: error.to_string() });
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Opens an application message. Its key is spent from then on, whatever it turns out to say.
    fn open_message(&mut self, parts: &PublicParts, data: &[u8], delivered: &Delivered) -> Result<Opened, EngineError> {
        let message = protocol_message(data)?;
        self.lend_group(&parts.group, |provider, mls| {
            check_not_ahead(parts, mls)?;
            let processed =
                mls.process_message(provider, message).map_err(|error| refusal_of(error, delivered.sequence_id))?;
            let is_current = parts.epoch.as_u64() == mls.epoch().as_u64();
            let changed = if is_current { Secrets::Ratchets } else { Secrets::Whole };
            let author = author_of(&processed);
            let opened = author.and_then(|author| {
                let epoch = Epoch::from(processed.epoch().as_u64());
                let inbox = credential::inbox_of(processed.credential())?;
                let ProcessedMessageContent::ApplicationMessage(message) = processed.into_content() else {
                    return Err(unused_kind());
                };
                let installation = departed::seated(provider.storage(), mls, author, epoch)?;
                Ok(Opened { sender: (inbox, installation), plaintext: message.into_bytes() })
            });
            Ok((opened, changed))
        })?
    }

    /// The row of a message; `None` for one of a kind that is ignored.
    pub(crate) fn read_message(
        &self,
        conversation: &GroupRow,
        (sender_inbox, sender_installation): (InboxId, InstallationId),
        plaintext: &[u8],
        delivered: &Delivered,
    ) -> Result<Option<MessageRow>, EngineError> {
        let Some(PlaintextEnvelope { content, idempotency_key }) = PlaintextEnvelope::decode(plaintext)? else {
            return Ok(None);
        };
        let id = message_id(&conversation.id, &idempotency_key, &content);
        let (content_type, reference) = crate::message::describe(&content);
        Ok(Some(MessageRow {
            id,
            group: conversation.id.clone(),
            kind: MessageKind::Application,
            status: DeliveryStatus::Published,
            sender_inbox,
            sender_installation,
            sent_at: delivered.created,
            sequence_id: Some(delivered.sequence_id),
            content_type,
            reference,
            content,
            idempotency_key,
            expires_at: conversation.expiry(self.now),
        }))
    }

    /// Tells when a message must be gone, if ever.
    pub(crate) fn note_expiry(&mut self, group: &GroupId, id: MessageId, expires_at: Option<Timestamp>) {
        if let Some(at) = expires_at {
            self.emit(Event::Expiring { group: group.clone(), id, at });
        }
    }
}

pub(super) fn protocol_message(data: &[u8]) -> Result<ProtocolMessage, EngineError> {
    MlsMessageIn::tls_deserialize(&mut &*data)
        .ok()
        .and_then(|message| message.try_into_protocol_message().ok())
        .ok_or_else(|| EngineError::Invalid { what: "group message", why: "it does not decode".into() })
}

/// The leaf of the member who made a message.
pub(super) fn author_of(processed: &ProcessedMessage) -> Result<openmls::prelude::LeafNodeIndex, EngineError> {
    match *processed.sender() {
        Sender::Member(author) => Ok(author),
        _ => Err(EngineError::Invalid { what: "group message", why: "its sender is not a member".into() }),
    }
}

pub(super) fn check_not_ahead(parts: &PublicParts, mls: &MlsGroup) -> Result<(), EngineError> {
    let now = Epoch::from(mls.epoch().as_u64());
    if parts.epoch > now {
        let why = format!("it is {} epochs ahead of this installation", parts.epoch.since(now));
        return Err(EngineError::Invalid { what: "group message", why });
    }
    Ok(())
}

pub(super) fn unused_kind() -> EngineError {
    EngineError::Invalid { what: "group message", why: "it is of a kind that is not used".into() }
}
