//! Deleting a message: who sent it, or a super admin, says so, and every member hides it from then on.
//!
//! Source of fact: XIP-76 and released clients for the content type, who may delete, and what can be deleted.
use crate::{EngineError, Event, Session, message};
use xmtp_proto::xmtp::mls::message_contents::content_types::DeleteMessage;
use xmtp_storage::{DeletionCause, DeletionRow, EarlyDeletionRow, MessageKind, MessageRow};
use xmtp_types::{InboxId, MessageId, Timestamp};

/// The content type as it is stored, up to its minor version.
const CONTENT_TYPE: &str = "xmtp.org/deleteMessage:1.";
/// Types of content that can be deleted, whoever defines them. What changes a group, or says something about another
/// message, stays.
const DELETABLE: [&str; 8] = [
    "text",
    "markdown",
    "reply",
    "attachment",
    "remoteStaticAttachment",
    "multiRemoteStaticAttachment",
    "transactionReference",
    "walletSendCalls",
];

impl Session<'_> {
    /// Deletes a message: hides it here, and queues the message that asks all members to hide it. Returns the id of that.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if there is no such message, it cannot be deleted, or not by this inbox.
    /// [`EngineError::Inactive`] if its group cannot be written to.
    pub fn queue_deletion(&mut self, message: &MessageId) -> Result<MessageId, EngineError> {
        let refused = |why: &str| Err(EngineError::Refused(format!("message {message} cannot be deleted: {why}")));
        let Some(target) = self.tx().message(message)? else {
            return refused("it is not kept here");
        };
        if !is_deletable(&target) {
            return refused("only what a member says can be, not what changes a group or refers to a message");
        }
        if self.tx().deletion(message)?.is_some() {
            return refused("it was deleted before");
        }
        let own = self.own.inbox();
        let is_super_admin = self.is_super_admin(&target.group, &own)?;
        let Some(cause) = cause(&target, &own, is_super_admin) else {
            return refused("only who sent it and super admins may");
        };
        let asked = self.queue_message(&target.group, request(message), false)?;
        self.note_deletion(&target, cause)?;
        Ok(asked)
    }

    /// Deletes messages that must be gone at `now`.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be written.
    pub fn delete_expired(&mut self, now: Timestamp) -> Result<(), EngineError> {
        let expired = self.tx().delete_expired(now)?;
        for id in expired {
            let deletion = self.tx().deletion(&id)?;
            if let Some(deletion) = deletion {
                self.emit(Event::Deleted { group: deletion.group, id });
            }
        }
        Ok(())
    }

    fn note_deletion(&mut self, target: &MessageRow, cause: DeletionCause) -> Result<(), EngineError> {
        let (message, group) = (target.id, target.group.clone());
        let row = DeletionRow { message, group: group.clone(), cause, at: self.now };
        if self.tx().put_deletion(&row)? {
            self.emit(Event::Deleted { group, id: message });
        }
        Ok(())
    }
}

/// Hides the message that `row` asks to hide; if it is not here yet, when it comes. What asks without a right to is passed
/// over, and so is what asks about a message of another conversation.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(super) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    let Some(message) = row.reference.filter(|_| row.content_type.starts_with(CONTENT_TYPE)) else {
        return Ok(());
    };
    let is_super_admin = session.is_super_admin(&row.group, &row.sender_inbox)?;
    let target = session.tx().message(&message)?;
    match target {
        // MSG.R10
        Some(target) if target.group == row.group => {
            let cause = cause(&target, &row.sender_inbox, is_super_admin);
            cause.map_or(Ok(()), |cause| session.note_deletion(&target, cause))
        }
        Some(_) => Ok(()),
        None => {
            let (request, group, sender) = (row.id, row.group.clone(), row.sender_inbox);
            Ok(session.tx().put_early_deletion(&EarlyDeletionRow {
                request,
                message,
                group,
                sender,
                is_super_admin,
            })?)
        }
    }
}

/// Hides a message if that was asked before it came: one that was sealed anew can come after the one that deletes it.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(super) fn hide_if_asked_before(session: &mut Session<'_>, target: &MessageRow) -> Result<(), EngineError> {
    let asked = session.tx().early_deletions(&target.id)?;
    if asked.is_empty() {
        return Ok(());
    }
    session.tx().forget_early_deletions(&target.id)?;
    // MSG.R17
    let in_place = asked.into_iter().filter(|early| early.group == target.group);
    for early in in_place {
        if let Some(cause) = cause(target, &early.sender, early.is_super_admin) {
            session.note_deletion(target, cause)?;
        }
    }
    Ok(())
}

/// By what right `inbox` deletes a message, if by any.
fn cause(target: &MessageRow, inbox: &InboxId, is_super_admin: bool) -> Option<DeletionCause> {
    // MSG.R9
    match is_deletable(target) {
        true if target.sender_inbox == *inbox => Some(DeletionCause::Sender),
        true if is_super_admin => Some(DeletionCause::SuperAdmin(*inbox)),
        _ => None,
    }
}

fn is_deletable(target: &MessageRow) -> bool {
    let name = target.content_type.split_once('/').and_then(|(_, rest)| rest.rsplit_once(':')).map(|(name, _)| name);
    target.kind == MessageKind::Application && name.is_some_and(|name| DELETABLE.contains(&name))
}

/// The bytes of the message that asks to hide another.
fn request(target: &MessageId) -> Vec<u8> {
    message::encoded("deleteMessage", &DeleteMessage { message_id: target.to_string() })
}
