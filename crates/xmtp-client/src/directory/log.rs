//! Identity logs as this installation keeps them.
//!
//! What is kept was vouched for: an update that a contract wallet signed is stored only after its chain said yes, and is
//! not asked about again.
use crate::{
    ClientError,
    contract::{self, Asked},
    identities::{InboxError, fold},
};
use xmtp_identity::{Action, IdentityError, InboxState, RawSignature, UnverifiedUpdate};
use xmtp_storage::{IdentityUpdateRow, Namespace, StorageError, StoreRead, StoreTx};
use xmtp_types::{InboxId, SequenceId};

type Decoded = (SequenceId, Result<UnverifiedUpdate, IdentityError>);

/// The updates in `rows` with their numbers.
pub(super) fn decode(rows: &[IdentityUpdateRow]) -> impl Iterator<Item = Decoded> {
    rows.iter().map(|row| (row.sequence_id, UnverifiedUpdate::decode(&row.payload)))
}

/// Checks that every chain that was asked about `updates` said yes.
///
/// # Errors
/// [`ClientError::ChainNotAsked`] if one could not be asked, [`InboxError::InvalidLog`] if one said no.
pub(super) fn vouched_by_chains(inbox: InboxId, updates: &[Decoded], asked: &Asked) -> Result<(), ClientError> {
    for (number, update) in updates {
        let Ok(update) = update else { continue };
        asked.check(update)?;
        for signature in update.actions().iter().flat_map(Action::signatures) {
            if let RawSignature::Erc1271(signature) = signature
                && let Err(cause) = signature.verify(&update.signing_text(), &asked.answers)
            {
                return Err(InboxError::InvalidLog { inbox, update: *number, cause }.into());
            }
        }
    }
    Ok(())
}

/// Keeps new updates, and the verified state at the newest one so that it need not be verified again.
pub(super) fn keep(tx: &mut dyn StoreTx, logs: &[super::Log]) -> Result<(), StorageError> {
    for (inbox, log) in logs {
        tx.append_identity(inbox, log)?;
        let Some(newest) = log.last() else { continue };
        if let Some(Ok(state)) = state_at(tx, inbox, newest.sequence_id)? {
            tx.put_value(Namespace::InboxStates, &state_key(inbox, newest.sequence_id), &state.to_bytes())?;
        }
    }
    Ok(())
}

/// The state right after the update `at`, or why there is none; nothing if the log here has no such update.
pub(super) fn state_at(
    store: &mut (impl StoreRead + ?Sized),
    inbox: &InboxId,
    at: SequenceId,
) -> Result<Option<Result<InboxState, InboxError>>, StorageError> {
    if let Some(bytes) = store.value(Namespace::InboxStates, &state_key(inbox, at))?
        && let Ok(state) = InboxState::from_bytes(&bytes)
    {
        return Ok(Some(Ok(state)));
    }
    let log = store.identity_log(inbox, Some(at))?;
    if log.last().is_none_or(|newest| newest.sequence_id != at) {
        return Ok(None);
    }
    let updates: Vec<_> = decode(&log).collect();
    let answers = contract::vouched(updates.iter().filter_map(|(_, update)| update.as_ref().ok()));
    Ok(Some(fold(*inbox, updates, &answers)))
}

/// The newest state of which the store knows, or why there is none.
pub(crate) fn newest_state(
    store: &mut (impl StoreRead + ?Sized),
    inbox: &InboxId,
) -> Result<Result<InboxState, InboxError>, StorageError> {
    let newest = store.latest_identity(inbox)?.unwrap_or_default();
    Ok(state_at(store, inbox, newest)?.unwrap_or(Err(InboxError::Unknown(*inbox))))
}

fn state_key(inbox: &InboxId, at: SequenceId) -> Vec<u8> {
    [inbox.as_bytes().as_slice(), &at.as_u64().to_be_bytes()].concat()
}
