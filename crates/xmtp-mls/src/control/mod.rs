//! Messages that a member's client acts upon when they arrive, in the transaction that stores them.

mod delete;
pub(crate) mod leave;
mod preferences;

use crate::{EngineError, Session};
use xmtp_storage::MessageRow;

/// Does what a message asks of this client, if it asks for anything. To be called once for each message: when one of
/// another installation is stored, and when one of this installation has its place.
///
/// # Errors
/// [`EngineError`] if it could not be acted on; what breaks a rule is passed over instead.
pub(crate) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    leave::act_on(session, row)?;
    preferences::act_on(session, row)?;
    delete::act_on(session, row)
}
