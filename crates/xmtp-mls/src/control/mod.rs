//! Messages that members' clients act upon when they arrive, each in the transaction that stores it.

mod preferences;

use crate::{EngineError, Session};
use xmtp_storage::MessageRow;

/// Acts on a message that is new here, or on one of our own that has its place now.
///
/// # Errors
/// [`EngineError`] if it could not be acted on; what breaks a rule is passed over instead.
pub(crate) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    preferences::act_on(session, row)
}
