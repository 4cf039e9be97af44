//! One batch: envelope by envelope.
use super::{
    refusal::refusal_of,
    run::{Run, author_of, check_not_ahead, protocol_message, unused_kind},
};
use crate::{
    EngineError, Event, Session, commit,
    message::payload_hash,
    peek::{self, ContentKind, PublicParts},
    ports::Missing,
    provider::Secrets,
    unread::Reading,
};
use openmls::{framing::ProcessedMessageContent, group::MlsGroup};
use std::collections::BTreeSet;
use xmtp_storage::{GroupStatus, StorageError};
use xmtp_types::{Delivered, Epoch, GroupId, Payload, TopicKind};

/// How far a batch came.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Envelopes of the batch that are dealt with, or wait with their group. The rest are to be handed in again.
    pub done: usize,
    /// What must be fetched before the next one can be dealt with.
    pub missing: BTreeSet<Missing>,
    /// What envelopes behind that one will need: worth fetching in the same request, and no reason to stop if it cannot be
    /// fetched.
    pub soon: BTreeSet<Missing>,
    /// Whether a group stopped at an envelope it cannot go past: its cursor stays before it.
    pub halted: bool,
}

/// What became of one envelope.
enum Outcome {
    Done,
    Halted,
}

impl Session<'_> {
    /// Deals with envelopes in the order of their topics, each of which is whole from some point on that was dealt with:
    /// a stream that leaves nothing out, or pages from the cursor. Those of a [`Reading`] are handed in with it.
    ///
    /// Envelopes that break a rule are refused with an [`Event::Refused`] and passed over.
    ///
    /// # Errors
    /// [`EngineError::Storage`] and other failures of this side; then nothing of the batch is kept. What must be
    /// fetched is not an error but [`Ingested::missing`].
    pub fn ingest(&mut self, batch: &[Delivered], readings: &[Reading]) -> Result<Ingested, EngineError> {
        self.readings = readings.to_vec();
        let mut ingested = Ingested::default();
        let mut run = None;
        for (at, delivered) in batch.iter().enumerate() {
            match self.ingest_one(&mut run, delivered, batch.get(at..).unwrap_or_default()) {
                Ok(Outcome::Done) => ingested.done += 1,
                Ok(Outcome::Halted) => {
                    ingested.halted = true;
                    ingested.done += 1;
                }
                Err(EngineError::Missing(missing)) => {
                    ingested.missing = missing;
                    ingested.soon = self.needed_soon()?;
                    break;
                }
                Err(error @ EngineError::Storage(_)) => return Err(error),
                Err(error) => {
                    self.end_run(&mut run)?;
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
        self.end_run(&mut run)?;
        Ok(ingested)
    }

    /// Deals with an envelope, the first of `rest`.
    fn ingest_one(
        &mut self,
        run: &mut Option<Run>,
        delivered: &Delivered,
        rest: &[Delivered],
    ) -> Result<Outcome, EngineError> {
        if run.as_ref().is_some_and(|run| run.topic != delivered.topic) {
            self.end_run(run)?;
        }
        if run.is_none() {
            let cursor = self.tx().cursor(&delivered.topic)?;
            if cursor.covers(delivered.originator, delivered.sequence_id) {
                return Ok(Outcome::Done);
            }
            match delivered.topic.kind() {
                TopicKind::Group => *run = self.begin_run(&delivered.topic, cursor)?,
                TopicKind::Welcome => {
                    self.open_ahead(rest)?;
                    return self.ingest_welcome_envelope(delivered);
                }
                _ => {
                    let why = "its topic is not one that is synced".into();
                    return Err(EngineError::Invalid { what: "envelope", why });
                }
            }
        }
        match run {
            Some(current) if current.cursor.covers(delivered.originator, delivered.sequence_id) => Ok(Outcome::Done),
            Some(_) => self.ingest_group(run, delivered),
            None => Ok(Outcome::Halted),
        }
    }

    fn ingest_welcome_envelope(&mut self, delivered: &Delivered) -> Result<Outcome, EngineError> {
        self.attempt(|session| session.ingest_welcome(delivered))?;
        self.pass(delivered)?;
        Ok(Outcome::Done)
    }

    /// Deals with an envelope of the group of the run, which is over after a commit: a commit may change what is known.
    fn ingest_group(&mut self, run: &mut Option<Run>, delivered: &Delivered) -> Result<Outcome, EngineError> {
        let Some(current) = run.as_mut() else { return Ok(Outcome::Halted) };
        let group = current.conversation.id.clone();
        let Payload::GroupMessage { data, .. } = &delivered.payload else {
            return Err(EngineError::Invalid { what: "group message", why: "it carries something else".into() });
        };
        // Somebody may repeat our envelope on the topic of another group: it has its place in its own alone.
        let own = match current.has_own {
            true => self.tx().intent_by_hash(&payload_hash(data))?.filter(|row| row.wish.group == group),
            false => None,
        };
        let parts = public_parts(data, &group);
        let is_message = parts.as_ref().is_ok_and(|parts| parts.content == ContentKind::Application);
        if own.is_none() && is_message {
            self.read_message_on(current, &parts?, data, delivered)?;
            return Ok(Outcome::Done);
        }
        self.store_run(current)?;
        let result = match own {
            Some(row) => self.attempt_mls(|session| crate::intent::resolve(session, row, delivered)),
            None => {
                let parts = parts?;
                self.attempt_mls(|session| session.ingest_commit(&group, &parts, data, delivered))
            }
        };
        match result {
            Ok(()) if is_message => current.pass(delivered),
            Ok(()) => {
                self.pass(delivered)?;
                *run = None;
            }
            Err(EngineError::Halted(status)) => {
                *run = None;
                self.halt(&group, status)?;
                return Ok(Outcome::Halted);
            }
            Err(error) => return Err(error),
        }
        Ok(Outcome::Done)
    }

    fn ingest_commit(
        &mut self,
        group: &GroupId,
        parts: &PublicParts,
        data: &[u8],
        delivered: &Delivered,
    ) -> Result<(), EngineError> {
        let mut mls = self.take_group(group)?;
        self.apply_commit(&mut mls, parts, data, delivered)?;
        self.keep_group(group, mls);
        Ok(())
    }

    fn apply_commit(
        &mut self,
        mls: &mut MlsGroup,
        parts: &PublicParts,
        data: &[u8],
        delivered: &Delivered,
    ) -> Result<(), EngineError> {
        if parts.epoch < Epoch::from(mls.epoch().as_u64()) {
            return Err(EngineError::Invalid { what: "commit", why: "another commit of its epoch came first".into() });
        }
        check_not_ahead(parts, mls)?;
        // Applying the commit writes the message secrets anyway, and one that is not applied has its group read again.
        let processed = mls
            .process_message(&self.provider.writing(Secrets::Later), protocol_message(data)?)
            .map_err(|error| refusal_of(error, delivered.sequence_id))?;
        let author = author_of(&processed)?;
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            return Err(unused_kind());
        };
        match commit::apply(self, mls, author, *staged, delivered) {
            Ok(()) => Ok(()),
            Err(commit::CommitError::Engine(error)) => Err(error),
            Err(commit::CommitError::Refused(refusal)) => {
                Err(EngineError::Invalid { what: "commit", why: refusal.to_string() })
            }
            Err(commit::CommitError::Paused(version)) => Err(EngineError::Halted(GroupStatus::Paused { version })),
        }
    }

    fn end_run(&mut self, run: &mut Option<Run>) -> Result<(), EngineError> {
        match run.take() {
            Some(mut run) => self.store_run(&mut run),
            None => Ok(()),
        }
    }

    fn halt(&mut self, group: &GroupId, status: GroupStatus) -> Result<(), EngineError> {
        let mut row = self.row(group)?;
        row.status = status.clone();
        self.tx().put_group(&row)?;
        self.void_readings(group);
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

/// What everybody can read of a message of `group`, if it is of a kind that is used.
fn public_parts(data: &[u8], group: &GroupId) -> Result<PublicParts, EngineError> {
    let invalid = |why: String| EngineError::Invalid { what: "group message", why };
    let parts = peek::public_parts(data).map_err(|error| invalid(error.to_string()))?;
    if parts.group != *group || !parts.is_private() {
        return Err(invalid("it is not a private message of this group".into()));
    }
    if parts.content == ContentKind::Proposal {
        return Err(invalid("proposals by reference are not used".into()));
    }
    Ok(parts)
}
