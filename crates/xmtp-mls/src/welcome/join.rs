//! Joining a group by a welcome: open, judge, then keep group, row, history and cursor together.
//!
//! Source of fact: RFC 9420 §12.4.3.1; XMTP documentation and released clients for what is checked beyond it.
use super::{offer::Offer, validate};
use crate::{
    EngineError, Event, Session,
    commit::{Change, GroupView, write_history},
    control::leave,
    credential,
};
use openmls::group::GroupContext;
use xmtp_storage::{ConversationKind, GroupRow, GroupStatus, IntentState};
use xmtp_types::{Delivered, Epoch, GroupId, InboxId, InstallationId, OriginatorId, SequenceId, Timestamp, Topic};

impl Session<'_> {
    /// Joins the group a welcome is for, unless this installation is in it already.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if something must be fetched first, [`EngineError::Invalid`] if the welcome cannot be
    /// opened or breaks a rule.
    pub(crate) fn ingest_welcome(&mut self, delivered: &Delivered) -> Result<(), EngineError> {
        let offer = self.offer(&delivered.payload)?;
        match self.is_wanted(&offer) {
            Ok(true) => self.join(offer, delivered),
            Ok(false) => Ok(()),
            Err(error) => {
                if matches!(error, EngineError::Missing(_)) {
                    self.ahead.keep(delivered.payload.clone(), offer);
                }
                Err(error)
            }
        }
    }

    /// Whether a group is to be joined.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if something must be fetched before it can be.
    fn is_wanted(&mut self, offer: &Offer) -> Result<bool, EngineError> {
        let context = offer.staged.group_context();
        let group = GroupId::from(context.group_id().as_slice());
        if self.is_in_group(&group, context, offer.message_cursor)? {
            return Ok(false);
        }
        self.leave_nothing_behind(&group, offer.message_cursor)?;
        validate::ask_for_members(self, context.extensions())?;
        Ok(true)
    }

    /// Whether the group is known and at least as far as a welcome to it says. One that this installation was removed
    /// from is as far as the commit that did it: a welcome that was on its way for longer must not bring it back there, but
    /// the same commit may have put it back.
    fn is_in_group(
        &mut self,
        group: &GroupId,
        offered: &GroupContext,
        commit: SequenceId,
    ) -> Result<bool, EngineError> {
        if self.tx().group(group)?.is_none() {
            return Ok(false);
        }
        let mls = self.take_group(group)?;
        validate::same_conversation(mls.extensions(), offered.extensions())?;
        // FORK.R12
        let asked = self.tx().readd(group, &self.own.id())?;
        if asked.is_open() && asked.requested.is_some_and(|requested| requested < commit) {
            return Ok(false);
        }
        // WE.R8
        let here = if mls.is_active() { mls.epoch() >= offered.epoch() } else { mls.epoch() > offered.epoch() };
        if here {
            self.keep_group(group, mls);
        }
        Ok(here)
    }

    /// Asks for the rest of a group that a welcome begins anew: what was said until this installation was removed can be
    /// read with the old state alone, and commits of its own may have welcomes to send.
    fn leave_nothing_behind(&mut self, group: &GroupId, begins_after: SequenceId) -> Result<(), EngineError> {
        let row = self.tx().group(group)?;
        let goes_on = row.is_some_and(|row| row.status == GroupStatus::Active);
        // WE.R9
        let is_behind = goes_on && self.tx().cursor(&Topic::group(group))?.highest() < begins_after;
        if is_behind { self.must_be_read(group) } else { Ok(()) }
    }

    fn join(&mut self, offer: Offer, delivered: &Delivered) -> Result<(), EngineError> {
        let Offer { message_cursor, staged } = offer;
        let group = &GroupId::from(staged.group_context().group_id().as_slice());
        let invalid = |why: &str| EngineError::Invalid { what: "welcome", why: why.to_owned() };
        let view = GroupView::read(staged.group_context().extensions())?;
        let sender = staged.welcome_sender().map_err(|error| invalid(&error.to_string()))?;
        let adder = credential::inbox_of(sender.credential())?;
        let installation = InstallationId::try_from(sender.signature_key().as_slice())
            .map_err(|_| invalid("its sender's key is no installation"))?;
        validate::members(self, &view, staged.members())?;
        let kind = validate::kind(&view, &self.own.inbox(), &adder)?;
        if let Some(request) = &view.immutable.oneshot {
            crate::key_package::queue_rotation(self.provider.kv(), self.now)?;
            return crate::readd::hear(self, request, installation);
        }
        let mls = staged.into_group(&self.provider).map_err(|error| EngineError::mls("joining a group")(&error))?;

        let row = self.joined_row(group, kind, &view, adder, delivered)?;
        self.tx().put_group(&row)?;
        self.tx().advance_cursor(&Topic::group(group), OriginatorId::V3_COMMITS, message_cursor)?;
        crate::commit_log::note_start(self, &mls)?;
        crate::readd::note_answered(self, group, &[self.own.id()], message_cursor)?;
        leave::rejoined(self, group)?;
        if kind == ConversationKind::Sync {
            self.note_newcomer()?;
        } else {
            self.consent_to_joined(group, &view.immutable.creator, row.dm_peer)?;
            let added = Change::added(adder, installation, self.own.inbox(), Epoch::from(mls.epoch().as_u64()));
            let key = format!("{}_welcome_added", delivered.created.as_nanos());
            write_history(self, group, &added, key, delivered.created, message_cursor)?;
        }
        self.keep_group(group, mls);
        crate::key_package::queue_rotation(self.provider.kv(), self.now)?;
        self.void_readings(group);
        self.emit(Event::Joined { group: group.clone() });
        // What was queued before this installation was taken out and put back goes on.
        let queued = self.tx().intents(group, &[IntentState::ToPublish])?;
        queued.into_iter().for_each(|row| self.emit(Event::Unsent { group: group.clone(), id: row.id }));
        Ok(())
    }

    fn joined_row(
        &self,
        group: &GroupId,
        kind: ConversationKind,
        view: &GroupView,
        added_by: InboxId,
        delivered: &Delivered,
    ) -> Result<GroupRow, EngineError> {
        let known = self.tx().group(group)?;
        let own = self.own.inbox();
        let status = match crate::commit::required_version(view) {
            Some(version) => GroupStatus::Paused { version },
            None => GroupStatus::Active,
        };
        Ok(GroupRow {
            id: group.clone(),
            kind,
            status,
            created_at: known.as_ref().map_or(self.now, |row| row.created_at),
            added_by,
            dm_peer: view.immutable.dm_members.map(|(one, two)| if one == own { two } else { one }),
            welcome: Some(delivered.sequence_id),
            installations_checked_at: Timestamp::default(),
            rotated_at: self.now,
            last_message_at: known.and_then(|row| row.last_message_at),
            disappear_from_ns: view.metadata.disappear_from_ns(),
            disappear_in_ns: view.metadata.disappear_in_ns(),
        })
    }
}
