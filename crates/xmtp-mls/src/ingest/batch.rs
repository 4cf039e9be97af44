//! The one way in: what the network delivered, in order, a batch to a transaction.
//!
//! ```text
//! Delivered ── seen before? ──> skip
//!     ├── hash of one of our own envelopes ──> intent/resolve
//!     ├── application message ──> open, store
//!     ├── commit ──> open, commit/validate, commit/apply
//!     └── welcome ──> welcome/open, welcome/join
//! ```
//! The cursor moves in the same transaction. What is refused for good moves it too; what could not be judged yet does
//! not, and the rest of the batch waits behind it.
use crate::{
    EngineError, Event, Session, commit, control, credential,
    group::departed,
    message::{PlaintextEnvelope, message_id, payload_hash},
    peek::{self, ContentKind},
    ports::Missing,
};
use openmls::{
    framing::{MlsMessageIn, ProcessedMessageContent, Sender},
    group::{MlsGroup, ProcessMessageError, ProposalValidationError, StageCommitError, ValidationError},
    key_packages::errors::KeyPackageVerifyError,
    prelude::tls_codec::Deserialize as _,
    treesync::errors::LeafNodeValidationError,
};
use std::collections::BTreeSet;
use xmtp_storage::{ConversationKind, DeliveryStatus, GroupRow, GroupStatus, MessageKind, MessageRow, StorageError};
use xmtp_types::{
    Delivered, Epoch, GroupId, InboxId, InstallationId, MessageId, Payload, SequenceId, Timestamp, TopicKind,
};

/// How far a batch came.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Envelopes of the batch that are dealt with, or wait with their group. The rest are to be handed in again.
    pub done: usize,
    /// What must be fetched before the next one can be dealt with.
    pub missing: BTreeSet<Missing>,
    /// Whether a group stopped at an envelope it cannot go past: its cursor stays before it.
    pub halted: bool,
}

/// What became of one envelope.
enum Outcome {
    Done,
    Halted,
}

impl Session<'_> {
    /// Deals with envelopes in the order of their topics.
    ///
    /// Envelopes that break a rule are refused with an [`Event::Refused`] and passed over.
    ///
    /// # Errors
    /// [`EngineError::Storage`] and other failures of this side; then nothing of the batch is kept. What must be
    /// fetched is not an error but [`Ingested::missing`].
    pub fn ingest(&mut self, batch: &[Delivered]) -> Result<Ingested, EngineError> {
        let mut ingested = Ingested::default();
        for delivered in batch {
            match self.ingest_one(delivered) {
                Ok(Outcome::Done) => ingested.done += 1,
                Ok(Outcome::Halted) => {
                    ingested.halted = true;
                    ingested.done += 1;
                }
                Err(EngineError::Missing(missing)) => {
                    ingested.missing = missing;
                    break;
                }
                Err(error @ EngineError::Storage(_)) => return Err(error),
                Err(error) => {
                    // A group that is not known yet may be joined later, and read from where its welcome says.
                    if !matches!(error, EngineError::UnknownGroup) {
                        self.pass(delivered)?;
                        crate::commit_log::note_refused(self, delivered, &error)?;
                    }
                    self.refuse(delivered, &error);
                    ingested.done += 1;
                }
            }
        }
        Ok(ingested)
    }

    fn ingest_one(&mut self, delivered: &Delivered) -> Result<Outcome, EngineError> {
        let seen = self.tx().cursor(&delivered.topic)?.covers(delivered.originator, delivered.sequence_id);
        if seen {
            return Ok(Outcome::Done);
        }
        match delivered.topic.kind() {
            TopicKind::Group => self.ingest_group(delivered),
            TopicKind::Welcome => {
                self.attempt(|session| session.ingest_welcome(delivered))?;
                self.pass(delivered)?;
                Ok(Outcome::Done)
            }
            _ => Err(EngineError::Invalid { what: "envelope", why: "its topic is not one that is synced".into() }),
        }
    }

    fn ingest_group(&mut self, delivered: &Delivered) -> Result<Outcome, EngineError> {
        let group = GroupId::from(delivered.topic.id());
        if self.awake_row(&group)?.status != GroupStatus::Active {
            self.let_go(&group);
            return Ok(Outcome::Halted);
        }
        self.misses_nothing(&group)?;
        let Payload::GroupMessage { data, .. } = &delivered.payload else {
            return Err(EngineError::Invalid { what: "group message", why: "it carries something else".into() });
        };
        // Somebody may repeat our envelope on the topic of another group: it has its place in its own alone.
        let own = self.tx().intent_by_hash(&payload_hash(data))?.filter(|row| row.wish.group == group);
        let result = match own {
            Some(row) => self.attempt_mls(|session| crate::intent::resolve(session, row, delivered)),
            None => self.attempt_mls(|session| session.ingest_foreign(&group, data, delivered)),
        };
        match result {
            Ok(()) => {
                self.pass(delivered)?;
                Ok(Outcome::Done)
            }
            Err(EngineError::Halted(status)) => {
                self.halt(&group, status)?;
                Ok(Outcome::Halted)
            }
            Err(error) => Err(error),
        }
    }

    fn ingest_foreign(&mut self, group: &GroupId, data: &[u8], delivered: &Delivered) -> Result<(), EngineError> {
        let parts = peek::public_parts(data)
            .map_err(|error| EngineError::Invalid { what: "group message", why: error.to_string() })?;
        if parts.group != *group || !parts.is_private() {
            return Err(EngineError::Invalid {
                what: "group message",
                why: "it is not a private message of this group".into(),
            });
        }
        if parts.content == ContentKind::Proposal {
            return Err(EngineError::Invalid {
                what: "group message",
                why: "proposals by reference are not used".into(),
            });
        }
        let mut mls = self.take_group(group)?;
        self.check_epoch(&parts, &mls)?;
        self.process(group, &mut mls, data, delivered)?;
        self.keep_group(group, mls);
        Ok(())
    }

    fn check_epoch(&self, parts: &peek::PublicParts, mls: &MlsGroup) -> Result<(), EngineError> {
        let now = Epoch::from(mls.epoch().as_u64());
        if parts.content == ContentKind::Commit && parts.epoch < now {
            return Err(EngineError::Invalid { what: "commit", why: "another commit of its epoch came first".into() });
        }
        if parts.epoch > now {
            return Err(EngineError::Invalid {
                what: "group message",
                why: format!("it is {} epochs ahead of this installation", parts.epoch.since(now)),
            });
        }
        Ok(())
    }

    fn process(
        &mut self,
        group: &GroupId,
        mls: &mut MlsGroup,
        data: &[u8],
        delivered: &Delivered,
    ) -> Result<(), EngineError> {
        let message = MlsMessageIn::tls_deserialize(&mut &*data)
            .ok()
            .and_then(|message| message.try_into_protocol_message().ok())
            .ok_or_else(|| EngineError::Invalid { what: "group message", why: "it does not decode".into() })?;
        let processed =
            mls.process_message(&self.provider, message).map_err(|error| refusal_of(error, delivered.sequence_id))?;
        let Sender::Member(author) = *processed.sender() else {
            return Err(EngineError::Invalid { what: "group message", why: "its sender is not a member".into() });
        };
        let inbox = credential::inbox_of(processed.credential())?;
        let epoch = Epoch::from(processed.epoch().as_u64());
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let installation = departed::seated(self, mls, author, epoch)?;
                self.store_message(group, (inbox, installation), &message.into_bytes(), delivered)
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                match commit::apply(self, mls, author, *staged, delivered) {
                    Ok(()) => Ok(()),
                    Err(commit::CommitError::Engine(error)) => Err(error),
                    Err(commit::CommitError::Refused(refusal)) => {
                        Err(EngineError::Invalid { what: "commit", why: refusal.to_string() })
                    }
                    Err(commit::CommitError::Paused(version)) => {
                        Err(EngineError::Halted(GroupStatus::Paused { version }))
                    }
                }
            }
            _ => Err(EngineError::Invalid { what: "group message", why: "it is of a kind that is not used".into() }),
        }
    }

    /// Keeps a message and acts on it. What is said in a sync group is acted on alone: nobody reads it.
    fn store_message(
        &mut self,
        group: &GroupId,
        sender: (InboxId, InstallationId),
        plaintext: &[u8],
        delivered: &Delivered,
    ) -> Result<(), EngineError> {
        let conversation = self.row(group)?;
        let Some(row) = self.read_message(&conversation, sender, plaintext, delivered)? else {
            return Ok(());
        };
        // PREF.R11
        if conversation.kind == ConversationKind::Sync {
            return control::act_on(self, conversation.kind, &row);
        }
        let is_new = self.tx().insert_message(&row)?;
        if is_new {
            self.emit(Event::Message { group: group.clone(), id: row.id });
            self.note_expiry(group, row.id, row.expires_at);
            control::act_on(self, conversation.kind, &row)?;
        }
        Ok(())
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

    fn halt(&mut self, group: &GroupId, status: GroupStatus) -> Result<(), EngineError> {
        let mut row = self.row(group)?;
        row.status = status.clone();
        self.tx().put_group(&row)?;
        self.emit(Event::Halted { group: group.clone(), status });
        Ok(())
    }

    fn refuse(&mut self, delivered: &Delivered, error: &EngineError) {
        let group = (delivered.topic.kind() == TopicKind::Group).then(|| GroupId::from(delivered.topic.id()));
        self.emit(Event::Refused { group, sequence_id: delivered.sequence_id, reason: error.to_string() });
    }

    fn pass(&mut self, delivered: &Delivered) -> Result<(), StorageError> {
        self.tx().advance_cursor(&delivered.topic, delivered.originator, delivered.sequence_id)
    }
}
