//! Who sat on a leaf in an epoch that has passed.
//!
//! A message of a past epoch names its sender by leaf. By the time it is read that leaf may be empty or somebody
//! else's, so each commit that empties leaves notes whose they were, for as long as messages of that time are read.
use crate::{
    EngineError, Session,
    group::config::PAST_EPOCHS_KEPT,
    provider::{KvStorage, Label},
};
use openmls::{
    group::{MlsGroup, StagedCommit},
    prelude::LeafNodeIndex,
};
use openmls_traits::OpenMlsProvider as _;
use serde::{Deserialize, Serialize};
use xmtp_types::{Epoch, InstallationId};

/// A leaf that a commit empties, and whose it was.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct DepartedLeaf {
    leaf: u32,
    installation: [u8; 32],
    /// The last epoch in which it was seated there.
    last_epoch: u64,
}

/// The leaves that `staged` empties. To be asked before it is applied.
pub(crate) fn departing(mls: &MlsGroup, staged: &StagedCommit) -> Vec<DepartedLeaf> {
    staged
        .remove_proposals()
        .filter_map(|removal| {
            let leaf = removal.remove_proposal().removed();
            let installation = installation_at(mls, leaf)?;
            let installation = *installation.as_bytes();
            Some(DepartedLeaf { leaf: leaf.u32(), installation, last_epoch: mls.epoch().as_u64() })
        })
        .collect()
}

/// Notes leaves that a commit has emptied, and forgets those whose messages are not read any more.
///
/// # Errors
/// [`EngineError`] if the notes cannot be read.
pub(crate) fn note(session: &Session<'_>, mls: &MlsGroup, departed: Vec<DepartedLeaf>) -> Result<(), EngineError> {
    if departed.is_empty() {
        return Ok(());
    }
    let oldest_read = mls.epoch().as_u64().saturating_sub(PAST_EPOCHS_KEPT as u64);
    let mut kept = noted(session.provider.storage(), mls)?;
    kept.retain(|note| note.last_epoch >= oldest_read);
    kept.extend(departed);
    session
        .provider
        .storage()
        .put(Label::DepartedLeaves, mls.group_id(), &kept)
        .map_err(|error| EngineError::mls("noting who left")(&error))
}

/// The installation that sat on `leaf` in `epoch`, which has passed or is the one the group is in.
///
/// # Errors
/// [`EngineError::Invalid`] if nobody is known to have sat there.
pub(crate) fn seated(
    storage: &KvStorage<'_>,
    mls: &MlsGroup,
    leaf: LeafNodeIndex,
    epoch: Epoch,
) -> Result<InstallationId, EngineError> {
    let has_passed = epoch.as_u64() < mls.epoch().as_u64();
    let notes = if has_passed { noted(storage, mls)? } else { Vec::new() };
    let departed = notes.into_iter().filter(|note| note.leaf == leaf.u32() && note.last_epoch >= epoch.as_u64());
    let departed = departed.min_by_key(|note| note.last_epoch);
    departed
        .map(|note| InstallationId::from_bytes(note.installation))
        .or_else(|| installation_at(mls, leaf))
        .ok_or_else(|| EngineError::Invalid { what: "group message", why: "nobody is known to have sent it".into() })
}

fn installation_at(mls: &MlsGroup, leaf: LeafNodeIndex) -> Option<InstallationId> {
    InstallationId::try_from(mls.member_at(leaf)?.signature_key.as_slice()).ok()
}

fn noted(storage: &KvStorage<'_>, mls: &MlsGroup) -> Result<Vec<DepartedLeaf>, EngineError> {
    let notes = storage.value(Label::DepartedLeaves, mls.group_id());
    Ok(notes.map_err(|error| EngineError::mls("reading who left")(&error))?.unwrap_or_default())
}
