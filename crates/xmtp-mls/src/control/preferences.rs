//! What an installation of the user tells the others in their sync group.
use crate::{
    EngineError, Session,
    preferences::{Told, told},
};
use xmtp_storage::{ConversationKind, MessageRow};

/// Applies changes of preferences in the order in which the network has them, our own among them. Requests for history
/// and answers to them are not acted on yet.
pub(super) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    if session.row(&row.group)?.kind != ConversationKind::Sync {
        return Ok(());
    }
    // PREF.R1
    if row.sender_inbox != session.own.inbox() {
        return Ok(());
    }
    for change in told(&row.content) {
        match change {
            Told::Consent(consent) => session.hear_consent(&consent)?,
            Told::PushRoot { root, cycled_at } => session.hear_push_root(&root, cycled_at)?,
        }
    }
    Ok(())
}
