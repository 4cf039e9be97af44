//! When the next key package is due, and when the private keys of the last ones go.
//!
//! Source of fact: the three intervals are those of released clients.
use super::{
    KeyPackageId,
    build::{DAMAGED, RECORD, Record},
};
use crate::{
    EngineError,
    provider::{Provider, SharedKv},
};
use std::time::Duration;
use xmtp_storage::{Namespace, StorageError};
use xmtp_types::Timestamp;

/// How long a key package is handed out if nobody uses it: 30 days.
const ROTATION_INTERVAL: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How soon another takes its place once it was used: long enough for a burst of welcomes.
const AFTER_WELCOME: Duration = Duration::from_secs(5);
/// How long its private keys are kept after that, for welcomes that were under way: 24 hours.
const KEPT_AFTER_ROTATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The key under which the point in time of the next rotation is kept.
const DUE: &[u8] = &[3];

/// Notes that the network has taken a key package: the ones before are superseded, the next is due in 30 days.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn uploaded(kv: &dyn SharedKv, id: &KeyPackageId, now: Timestamp) -> Result<(), EngineError> {
    let current = Record::key(id);
    for (key, bytes) in kv.values(Namespace::KeyPackages, &[RECORD])? {
        let mut record = Record::decode(&bytes)?;
        let superseded = if key == current { None } else { record.superseded.or(Some(now.as_nanos())) };
        if record.superseded != superseded {
            record.superseded = superseded;
            record.replace(kv, &key)?;
        }
    }
    set_due(kv, now.plus(ROTATION_INTERVAL))?;
    Ok(())
}

/// Whether a new key package should be made and uploaded now.
///
/// # Errors
/// [`StorageError`] if the store cannot be read.
pub(crate) fn is_due(kv: &dyn SharedKv, now: Timestamp) -> Result<bool, StorageError> {
    Ok(due(kv)?.is_none_or(|due| due <= now))
}

/// When the next one is due, or the private keys of a superseded one can go; `now` if a new one was never uploaded.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read.
pub(crate) fn next_work(kv: &dyn SharedKv, now: Timestamp) -> Result<Timestamp, EngineError> {
    let mut next = due(kv)?.unwrap_or(now);
    for (_, bytes) in kv.values(Namespace::KeyPackages, &[RECORD])? {
        if let Some(since) = Record::decode(&bytes)?.superseded {
            let gone = Timestamp::from_nanos(since).plus(KEPT_AFTER_ROTATION).plus(Duration::from_nanos(1));
            next = next.min(gone);
        }
    }
    Ok(next)
}

/// Brings the next rotation forward to 5 seconds from now: a welcome was opened, so the current package was used.
///
/// # Errors
/// [`StorageError`] if the store cannot be read or written.
pub(crate) fn queue_rotation(kv: &dyn SharedKv, now: Timestamp) -> Result<(), StorageError> {
    let soon = now.plus(AFTER_WELCOME);
    match due(kv)? {
        Some(due) if due <= soon => Ok(()),
        _ => set_due(kv, soon),
    }
}

/// Deletes the private keys of packages that were superseded more than 24 hours ago. Says how many went.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn prune(provider: &Provider<'_>, now: Timestamp) -> Result<usize, EngineError> {
    let mut pruned = 0;
    for (key, bytes) in provider.kv().values(Namespace::KeyPackages, &[RECORD])? {
        let record = Record::decode(&bytes)?;
        let superseded = record.superseded.map(Timestamp::from_nanos);
        if superseded.is_some_and(|since| now.since(since) > KEPT_AFTER_ROTATION) {
            record.delete(provider, &key)?;
            pruned += 1;
        }
    }
    Ok(pruned)
}

fn due(kv: &dyn SharedKv) -> Result<Option<Timestamp>, StorageError> {
    let Some(bytes) = kv.value(Namespace::KeyPackages, DUE)? else {
        return Ok(None);
    };
    let nanos = bytes.as_slice().try_into().map_err(|_| DAMAGED)?;
    Ok(Some(Timestamp::from_nanos(u64::from_le_bytes(nanos))))
}

fn set_due(kv: &dyn SharedKv, at: Timestamp) -> Result<(), StorageError> {
    kv.put_value(Namespace::KeyPackages, DUE, &at.as_nanos().to_le_bytes())
}
