//! From the log of an inbox to its state, naming the update that is not valid.
use super::InboxError;
use xmtp_identity::{ContractAnswers, IdentityError, InboxState, UnverifiedUpdate};
use xmtp_types::{InboxId, SequenceId};

/// The state of `inbox` after every update of `log`, which begins with its first one.
///
/// # Errors
/// [`InboxError::Unknown`] if the log is empty, [`InboxError::InvalidLog`] for the first update that is not valid.
pub(crate) fn fold(
    inbox: InboxId,
    log: impl IntoIterator<Item = (SequenceId, Result<UnverifiedUpdate, IdentityError>)>,
    answers: &ContractAnswers,
) -> Result<InboxState, InboxError> {
    let mut state: Option<InboxState> = None;
    for (number, update) in log {
        let next = update.and_then(|update| update.verify_with(answers)).and_then(|update| match &state {
            Some(state) => state.apply(&update),
            None => InboxState::fold([&update]),
        });
        let next = next.map_err(|cause| InboxError::InvalidLog { inbox, update: number, cause })?;
        state = Some(next);
    }
    // A network that answers with the log of another inbox is caught here.
    state.filter(|state| *state.inbox_id() == inbox).ok_or(InboxError::Unknown(inbox))
}
