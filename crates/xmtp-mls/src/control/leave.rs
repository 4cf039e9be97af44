//! Leaving a group: a member asks, and a super admin's client removes it.
//!
//! ```text
//! queue_leave ──> message ──> every member notes it (act_on)
//!                                   │ a super admin's client: leavers
//!                                   v
//!                            membership commit ──> every member: left, not removed (settle)
//! welcome, later ──> the wish is forgotten, and consent asked for anew (rejoined)
//! ```
//! Nobody can commit their own removal (CM.R6), so leaving takes another member.
//!
//! Source of fact: XMTP documentation, "Leave a group"; content type and effects: observed on released clients.
use crate::{EngineError, Event, LeaveRefusal, Session, WishError, commit::Change, group::permissions::Role, message};
use prost::Message as _;
use std::collections::BTreeSet;
use xmtp_proto::xmtp::mls::message_contents::{EncodedContent, content_types::LeaveRequest};
use xmtp_storage::{
    ConsentEntity, ConsentState, ConversationKind, GroupStatus, IntentState, MessageRow, PendingRemovalRow,
    PreferenceSource,
};
use xmtp_types::{GroupId, InboxId, MessageId};

/// The content type as it is stored, up to its minor version.
const CONTENT_TYPE: &str = "xmtp.org/leave_request:1.";

impl Session<'_> {
    /// Queues the message that asks the members to remove this inbox. It stays a member until a super admin's client has
    /// removed it.
    ///
    /// # Errors
    /// [`WishError::CannotLeave`] says why this inbox cannot leave, [`EngineError::Inactive`] if the group cannot be
    /// written to.
    pub fn queue_leave(&mut self, group: &GroupId) -> Result<MessageId, EngineError> {
        let kind = self.writable(group)?.kind;
        if let Some(refusal) = self.leave_refusal(group, kind)? {
            return Err(WishError::CannotLeave(refusal).into());
        }
        self.queue_message(group, request(), false)
    }

    /// Whether this inbox has asked to be removed from `group` and is still in it.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn is_leaving(&mut self, group: &GroupId) -> Result<bool, EngineError> {
        Ok(self.row(group)?.status != GroupStatus::Removed && self.has_asked(group)?)
    }

    /// Who has asked to be removed from `group` and can be removed by this installation now: nobody unless its inbox is a
    /// super admin, and one that stays itself. A super admin who asked before it became one is not removed.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn leavers(&mut self, group: &GroupId) -> Result<Vec<InboxId>, EngineError> {
        let row = self.row(group)?;
        let asked: BTreeSet<InboxId> =
            self.tx().pending_removals(group)?.into_iter().map(|pending| pending.inbox).collect();
        let own = self.own.inbox();
        if row.status != GroupStatus::Active || asked.is_empty() || asked.contains(&own) {
            return Ok(Vec::new());
        }
        let view = self.view(group)?;
        let may_remove = view.permissions.remove_member.allows(Role::SuperAdmin);
        // GROUP.R13
        if view.metadata.role_of(&own) != Role::SuperAdmin || !may_remove {
            return Ok(Vec::new());
        }
        let goes = |inbox: &InboxId| {
            view.membership.members.contains_key(inbox) && view.metadata.role_of(inbox) != Role::SuperAdmin
        };
        Ok(asked.into_iter().filter(goes).collect())
    }

    fn leave_refusal(&mut self, group: &GroupId, kind: ConversationKind) -> Result<Option<LeaveRefusal>, EngineError> {
        let view = self.view(group)?;
        // GROUP.R11
        Ok(match kind {
            ConversationKind::Dm => Some(LeaveRefusal::Dm),
            ConversationKind::Sync | ConversationKind::Oneshot => Some(LeaveRefusal::OwnInstallations),
            _ if view.membership.members.len() < 2 => Some(LeaveRefusal::Alone),
            _ if view.metadata.role_of(&self.own.inbox()) == Role::SuperAdmin => Some(LeaveRefusal::SuperAdmin),
            _ if self.has_asked(group)? || self.is_about_to_ask(group)? => Some(LeaveRefusal::AskedAlready),
            _ => None,
        })
    }

    fn has_asked(&self, group: &GroupId) -> Result<bool, EngineError> {
        let own = self.own.inbox();
        Ok(self.tx().pending_removals(group)?.iter().any(|pending| pending.inbox == own))
    }

    /// Whether a message that asks is on its way.
    fn is_about_to_ask(&self, group: &GroupId) -> Result<bool, EngineError> {
        let open = [IntentState::ToPublish, IntentState::Published, IntentState::Acknowledged];
        let open = self.tx().intents(group, &open)?;
        for id in open.into_iter().filter_map(|row| row.wish.message) {
            if self.tx().message(&id)?.is_some_and(|row| asks(&row)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Notes that a member asks to be removed. What somebody asks who has been removed meanwhile is too late.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(super) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    if !asks(row) {
        return Ok(());
    }
    // GROUP.R12
    if !session.membership(&row.group)?.contains_key(&row.sender_inbox) {
        return Ok(());
    }
    let (group, inbox) = (row.group.clone(), row.sender_inbox);
    session.tx().put_pending_removal(&PendingRemovalRow { group: group.clone(), inbox, message: row.id })?;
    session.emit(Event::LeaveAsked { group, inbox });
    Ok(())
}

/// Tells those who left from those who were removed, and forgets what they asked for. What this inbox asked for is kept
/// until it is added again: then it is not the conversation it agreed to.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn settle(
    session: &Session<'_>,
    group: &GroupId,
    is_active: bool,
    change: &mut Change,
) -> Result<(), EngineError> {
    if change.removed.is_empty() && is_active {
        return Ok(());
    }
    let own = session.own.inbox();
    let asked = session.tx().pending_removals(group)?;
    // GROUP.R14
    let has_asked = |inbox: &InboxId| asked.iter().any(|pending| pending.inbox == *inbox);
    (change.left, change.removed) = std::mem::take(&mut change.removed).into_iter().partition(has_asked);
    for pending in &asked {
        let is_gone = !is_active || change.left.contains(&pending.inbox);
        if is_gone && pending.inbox != own {
            session.tx().delete_pending_removal(group, &pending.inbox)?;
        }
    }
    Ok(())
}

/// This installation is in a group, perhaps again: what was asked in it before does not count any more. Whether it is
/// wanted is not known any more if this inbox had left it.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn rejoined(session: &mut Session<'_>, group: &GroupId) -> Result<(), EngineError> {
    // GROUP.R15
    if session.has_asked(group)? {
        let (entity, now) = (ConsentEntity::Conversation(group.clone()), session.now);
        session.decide(&entity, ConsentState::Unknown, now, PreferenceSource::Rule)?;
    }
    let asked = session.tx().pending_removals(group)?;
    asked.iter().try_for_each(|pending| Ok(session.tx().delete_pending_removal(group, &pending.inbox)?))
}

fn asks(row: &MessageRow) -> bool {
    row.content_type.starts_with(CONTENT_TYPE)
        && EncodedContent::decode(&*row.content).is_ok_and(|encoded| LeaveRequest::decode(&*encoded.content).is_ok())
}

/// The content of the message that asks. Released clients write no note either.
fn request() -> Vec<u8> {
    message::encoded("leave_request", &LeaveRequest { authenticated_note: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::describe;

    #[test]
    fn the_request_has_the_bytes_that_the_official_codec_writes() {
        assert_eq!(hex::encode(request()), "0a1b0a08786d74702e6f7267120d6c656176655f726571756573741801");
        assert!(describe(&request()).0.starts_with(CONTENT_TYPE));
    }
}
