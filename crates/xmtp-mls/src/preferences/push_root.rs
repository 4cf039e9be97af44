//! The root of the push keys, and the keys that come of it.
//!
//! Every group message carries a tag by which an inbox's own push server knows not to ring. The root behind the tags belongs
//! to the inbox and is shared by its installations: the one that was made last is used by all. Until one is made for all,
//! an installation uses one of its own.
//!
//! Source of fact: observed on released clients; known answers in the tests.
use crate::{EngineError, Session};
use std::fmt;
use xmtp_crypto::push_hmac::{KEY_LENGTH, PushEpoch, PushHmacKey, PushHmacRoot};
use xmtp_storage::{KvReads, KvWrites, Namespace, Preference, PreferenceSource, StorageError};
use xmtp_types::{GroupId, Timestamp};
use zeroize::{Zeroize, ZeroizeOnDrop};

const ROOT: &[u8] = b"push-hmac-root";
/// When the root was made for all installations, in nanoseconds; absent for one that this installation made for itself.
const MADE_AT: &[u8] = b"push-hmac-root-made-at";

/// A key by which a push server recognises what the user has sent to one group in one period of 30 days. Wiped when
/// dropped; `Debug` does not show it.
#[derive(Clone, Eq, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct PushKey {
    /// The number of the period, counted from the Unix epoch.
    pub epoch: i64,
    /// The key.
    pub key: [u8; KEY_LENGTH],
}

impl Session<'_> {
    /// The push keys of a group for the period before this one, this one and the next.
    ///
    /// # Errors
    /// [`EngineError`] if the root cannot be read or made.
    pub fn push_keys(&mut self, group: &GroupId) -> Result<Vec<PushKey>, EngineError> {
        let root = root(&mut **self.tx())?;
        let epochs = PushEpoch::at(self.now).with_neighbours();
        let key = |epoch: PushEpoch| {
            let key = root.group_key(group, epoch)?;
            Ok(PushKey { epoch: epoch.number(), key: *key.as_bytes() })
        };
        epochs.into_iter().map(key).collect()
    }

    /// Makes a new root, for all installations of the user.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be made or kept.
    pub fn cycle_push_root(&mut self) -> Result<(), EngineError> {
        let root = PushHmacRoot::generate()?;
        let after_last = made_at(&mut **self.tx())?.as_nanos().saturating_add(1);
        let at = self.now.max(Timestamp::from_nanos(after_last));
        self.keep_push_root(&root, at, PreferenceSource::Here)
    }

    /// Takes over the root that another installation of this inbox has made.
    pub(crate) fn hear_push_root(&mut self, told: &PushHmacRoot, at: Timestamp) -> Result<(), EngineError> {
        // PREF.R4
        if made_at(&mut **self.tx())? >= at {
            return Ok(());
        }
        self.keep_push_root(told, at, PreferenceSource::Elsewhere)
    }

    fn keep_push_root(
        &mut self,
        root: &PushHmacRoot,
        at: Timestamp,
        source: PreferenceSource,
    ) -> Result<(), EngineError> {
        set_root(&mut **self.tx(), root)?;
        self.tx().put_value(Namespace::Installation, MADE_AT, &at.as_nanos().to_be_bytes())?;
        self.note_preference(Preference::PushRoot, at, source)
    }

    /// The root, and when it was made for all installations.
    pub(super) fn push_root(&self) -> Result<(PushHmacRoot, Timestamp), EngineError> {
        let root = root(&mut **self.tx())?;
        let made_at = made_at(&mut **self.tx())?;
        Ok((root, made_at))
    }
}

/// The key of this period, under which what is sent to `group` is tagged.
///
/// # Errors
/// [`EngineError::Storage`] if the root key cannot be read or kept, [`EngineError::Crypto`] if it cannot be made.
pub(crate) fn sender_key<T: KvReads + KvWrites + ?Sized>(
    tx: &mut T,
    group: &GroupId,
    now: Timestamp,
) -> Result<PushHmacKey, EngineError> {
    Ok(root(tx)?.group_key(group, PushEpoch::at(now))?)
}

fn made_at<T: KvReads + ?Sized>(tx: &mut T) -> Result<Timestamp, EngineError> {
    let Some(kept) = tx.value(Namespace::Installation, MADE_AT)? else { return Ok(Timestamp::default()) };
    let bytes = kept.as_slice().try_into().map_err(|_| StorageError::Damaged("time of the root of the push keys"))?;
    Ok(Timestamp::from_nanos(u64::from_be_bytes(bytes)))
}

fn set_root<T: KvWrites + ?Sized>(tx: &mut T, root: &PushHmacRoot) -> Result<(), StorageError> {
    tx.put_value(Namespace::Installation, ROOT, root.as_bytes())
}

fn root<T: KvReads + KvWrites + ?Sized>(tx: &mut T) -> Result<PushHmacRoot, EngineError> {
    if let Some(kept) = tx.value(Namespace::Installation, ROOT)? {
        return Ok(PushHmacRoot::from_bytes(&kept).map_err(|_| StorageError::Damaged("root of the push keys"))?);
    }
    let root = PushHmacRoot::generate()?;
    set_root(tx, &root)?;
    Ok(root)
}

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushKey").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingKv;

    const EPOCH_688: Timestamp = Timestamp::from_secs(688 * 2_592_000 + 7);

    #[test]
    fn the_tag_is_the_one_of_released_clients() {
        let mut kv = CountingKv::default();
        set_root(&mut kv, &PushHmacRoot::from_bytes(&[1; 42]).unwrap()).unwrap();
        let group = GroupId::from([2; 16]);
        let tag = sender_key(&mut kv, &group, EPOCH_688).unwrap().tag(b"payload");
        assert_eq!(hex::encode(tag), "b6e278831cd2872c32a80dad96fca8069176154d3c57ea440145f64bd2ea9afb");
    }

    #[test]
    fn the_root_is_made_once_and_kept() {
        let mut kv = CountingKv::default();
        let tag = |kv: &mut CountingKv| sender_key(kv, &GroupId::from([2; 16]), EPOCH_688).unwrap().tag(b"payload");
        assert_eq!(tag(&mut kv), tag(&mut kv));
        assert_ne!(tag(&mut kv), tag(&mut CountingKv::default()));
    }

    #[test]
    fn a_damaged_root_is_an_error_and_not_replaced() {
        let mut kv = CountingKv::default();
        kv.put_value(Namespace::Installation, ROOT, b"short").unwrap();
        assert!(sender_key(&mut kv, &GroupId::from([2; 16]), EPOCH_688).is_err());
        assert_eq!(kv.values[&(Namespace::Installation, ROOT.to_vec())], b"short");
    }
}
