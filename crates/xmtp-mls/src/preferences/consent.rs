//! Who may write to this inbox: deciding, hearing what was decided elsewhere, and what follows by rule.
//!
//! Source of fact: observed on released clients: a decision keeps the time of the first one about the same thing, and one
//! that was made elsewhere counts if it is newer than that. So once every installation knows of a thing, the order of the
//! sync group decides, and all come to the same.
use crate::{EngineError, Event, Session};
use xmtp_storage::{
    ConsentEntity, ConsentRow, ConsentState, ConversationKind, GroupQuery, Preference, PreferenceRow, PreferenceSource,
};
use xmtp_types::{GroupId, InboxId, Timestamp};

impl Session<'_> {
    /// Decides whether things are wanted.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn set_consent(&mut self, decisions: &[(ConsentEntity, ConsentState)]) -> Result<(), EngineError> {
        let (own, now) = (self.own.inbox(), self.now);
        for (entity, state) in decisions {
            if *entity == ConsentEntity::Inbox(own) {
                return Err(EngineError::Refused("nobody decides about their own inbox".into()));
            }
            self.decide(entity, *state, now, PreferenceSource::Here)?;
        }
        Ok(())
    }

    /// Allows a conversation that this inbox has created or writes in.
    pub(crate) fn allow(&mut self, group: &GroupId) -> Result<(), EngineError> {
        // PREF.R10
        let (entity, now) = (ConsentEntity::Conversation(group.clone()), self.now);
        self.decide(&entity, ConsentState::Allowed, now, PreferenceSource::Here)
    }

    /// What follows from joining a conversation: one that this inbox has created is wanted, and another one with the
    /// same inbox is as wanted as the one before. What was decided about the conversation itself stands.
    pub(crate) fn consent_to_joined(
        &mut self,
        group: &GroupId,
        creator: &InboxId,
        dm_peer: Option<InboxId>,
    ) -> Result<(), EngineError> {
        let (entity, now) = (ConsentEntity::Conversation(group.clone()), self.now);
        if self.tx().consent(&entity)?.is_some() {
            return Ok(());
        }
        let copied = match dm_peer {
            Some(peer) => self.consent_to_duplicates(group, peer)?,
            None => None,
        };
        // PREF.R6
        let by_rule = copied.or((*creator == self.own.inbox()).then_some(ConsentState::Allowed));
        match by_rule {
            Some(state) => self.decide(&entity, state, now, PreferenceSource::Rule),
            None => Ok(()),
        }
    }

    /// What was decided last about other direct conversations with `peer`.
    fn consent_to_duplicates(&self, group: &GroupId, peer: InboxId) -> Result<Option<ConsentState>, EngineError> {
        let query = GroupQuery { dm_peer: Some(peer), kind: Some(ConversationKind::Dm), ..GroupQuery::default() };
        let duplicates = self.tx().groups(&query)?;
        let mut newest: Option<ConsentRow> = None;
        for row in duplicates.into_iter().filter(|row| row.id != *group) {
            let decided = self.tx().consent(&ConsentEntity::Conversation(row.id))?;
            newest = newest.into_iter().chain(decided).max_by_key(|row| row.decided_at);
        }
        Ok(newest.map(|row| row.state))
    }

    /// Takes over what another installation of this inbox has decided, or what this one has once its place is known.
    pub(crate) fn hear_consent(&mut self, told: &ConsentRow) -> Result<(), EngineError> {
        let kept = self.tx().consent(&told.entity)?;
        // PREF.R3
        if kept.is_some_and(|kept| kept.decided_at >= told.decided_at) {
            return Ok(());
        }
        self.decide(&told.entity, told.state, told.decided_at, PreferenceSource::Elsewhere)
    }

    /// Keeps a decision and notes it, if it is another one than before.
    pub(crate) fn decide(
        &mut self,
        entity: &ConsentEntity,
        state: ConsentState,
        decided_at: Timestamp,
        source: PreferenceSource,
    ) -> Result<(), EngineError> {
        let kept = self.tx().consent(entity)?;
        if kept.as_ref().is_some_and(|kept| kept.state == state) {
            return Ok(());
        }
        // PREF.R2
        let first = match (kept, source) {
            (Some(kept), _) => kept.decided_at,
            // Whatever was decided counts more than what merely follows.
            (None, PreferenceSource::Rule) => Timestamp::default(),
            (None, _) => decided_at,
        };
        self.tx().put_consent(&ConsentRow { entity: entity.clone(), state, decided_at: first })?;
        self.note_preference(Preference::Consent { entity: entity.clone(), state }, decided_at, source)
    }

    pub(super) fn note_preference(
        &mut self,
        preference: Preference,
        decided_at: Timestamp,
        source: PreferenceSource,
    ) -> Result<(), EngineError> {
        self.tx().append_preference(&PreferenceRow { preference, decided_at, source })?;
        self.emit(Event::PreferenceChanged { source });
        Ok(())
    }
}
