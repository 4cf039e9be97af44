//! Identity logs as this installation keeps them.
//!
//! What is kept was vouched for: an update that a contract wallet signed is stored only after its chain said yes, and is
//! not asked about again.
use crate::{
    ClientError,
    contract::{self, Asked},
    identities::{InboxError, fold},
};
use rayon::prelude::*;
use std::borrow::Cow;
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

/// What the store has that says what an inbox was right after an update.
enum Kept {
    /// The state, verified when it was kept.
    State(InboxState),
    /// The updates up to this one.
    Log(Vec<IdentityUpdateRow>),
}

/// Keeps new updates, and the verified state at the newest one so that it need not be verified again. Answers these states.
pub(super) fn keep(tx: &mut dyn StoreTx, logs: &[super::Log]) -> Result<Vec<(SequenceId, InboxState)>, StorageError> {
    let mut unfolded = Vec::new();
    for (inbox, log) in logs {
        let is_all_there_is = tx.latest_identity(inbox)?.is_none();
        tx.append_identity(inbox, log)?;
        let Some(newest) = log.last() else { continue };
        if is_all_there_is {
            unfolded.push((*inbox, newest.sequence_id, Cow::Borrowed(log)));
        } else if let Some(Kept::Log(rows)) = kept_at(tx, inbox, newest.sequence_id)? {
            unfolded.push((*inbox, newest.sequence_id, Cow::Owned(rows)));
        }
    }
    // Checking signatures is what takes long, and there can be a new member with its own log for each of 250 places.
    let states: Vec<_> =
        unfolded.par_iter().filter_map(|(inbox, at, rows)| Some((*at, verified(*inbox, rows).ok()?))).collect();
    for (at, state) in &states {
        tx.put_value(Namespace::InboxStates, &state_key(state.inbox_id(), *at), &state.to_bytes())?;
    }
    Ok(states)
}

/// The state right after the update `at`, or why there is none; nothing if the log here has no such update.
pub(super) fn state_at(
    store: &mut (impl StoreRead + ?Sized),
    inbox: &InboxId,
    at: SequenceId,
) -> Result<Option<Result<InboxState, InboxError>>, StorageError> {
    Ok(kept_at(store, inbox, at)?.map(|kept| match kept {
        Kept::State(state) => Ok(state),
        Kept::Log(log) => verified(*inbox, &log),
    }))
}

fn kept_at(
    store: &mut (impl StoreRead + ?Sized),
    inbox: &InboxId,
    at: SequenceId,
) -> Result<Option<Kept>, StorageError> {
    if let Some(bytes) = store.value(Namespace::InboxStates, &state_key(inbox, at))?
        && let Ok(state) = InboxState::from_bytes(&bytes)
    {
        return Ok(Some(Kept::State(state)));
    }
    let log = store.identity_log(inbox, Some(at))?;
    Ok(log.last().is_some_and(|newest| newest.sequence_id == at).then_some(Kept::Log(log)))
}

/// The state after a log that was vouched for when it was kept.
fn verified(inbox: InboxId, log: &[IdentityUpdateRow]) -> Result<InboxState, InboxError> {
    let updates: Vec<_> = decode(log).collect();
    let answers = contract::vouched(updates.iter().filter_map(|(_, update)| update.as_ref().ok()));
    fold(inbox, updates, &answers)
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
