//! Messages that a member's client acts upon when they arrive, in the transaction that stores them.

mod delete;
pub(crate) mod leave;
mod preferences;

use crate::{EngineError, Session};
use xmtp_storage::{ConversationKind, MessageRow};

/// Does what a message in a conversation of this kind asks of this client, if it asks for anything. To be called once for
/// each message: when one of another installation is stored, and when one of this installation has its place.
///
/// # Errors
/// [`EngineError`] if it could not be acted on; what breaks a rule is passed over instead.
pub(crate) fn act_on(session: &mut Session<'_>, kind: ConversationKind, row: &MessageRow) -> Result<(), EngineError> {
    if matches!(kind, ConversationKind::Group | ConversationKind::Dm) {
        delete::hide_if_asked_before(session, row)?;
    }
    act_on_unawaited(session, kind, row)
}

/// As [`act_on`], for a message that is known not to have been deleted before it came.
///
/// # Errors
/// [`EngineError`] as there.
pub(crate) fn act_on_unawaited(
    session: &mut Session<'_>,
    kind: ConversationKind,
    row: &MessageRow,
) -> Result<(), EngineError> {
    match kind {
        ConversationKind::Group => {
            leave::act_on(session, row)?;
            delete::act_on(session, row)
        }
        ConversationKind::Dm => delete::act_on(session, row),
        ConversationKind::Sync => preferences::act_on(session, row),
        ConversationKind::Oneshot => Ok(()),
    }
}
