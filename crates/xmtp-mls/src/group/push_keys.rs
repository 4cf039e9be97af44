//! The tag on every group message by which an inbox's own push server knows not to ring.
//!
//! The root key belongs to the inbox and is shared by its installations; until another one sends theirs, this
//! installation uses one it made itself.
//!
//! Source of fact: observed on released clients; known answers in the tests.
use crate::EngineError;
use xmtp_crypto::push_hmac::{PushEpoch, PushHmacRoot};
use xmtp_storage::{KvReads, KvWrites, Namespace, StorageError};
use xmtp_types::{GroupId, Timestamp};

const ROOT: &[u8] = b"push-hmac-root";

/// HMAC of an MLS message of `group` under this period's key.
///
/// # Errors
/// [`EngineError::Storage`] if the root key cannot be read or kept, [`EngineError::Crypto`] if it cannot be made.
pub(crate) fn sender_hmac<T: KvReads + KvWrites + ?Sized>(
    tx: &mut T,
    group: &GroupId,
    now: Timestamp,
    data: &[u8],
) -> Result<Vec<u8>, EngineError> {
    let key = root(tx)?.group_key(group, PushEpoch::at(now))?;
    Ok(key.tag(data).to_vec())
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
        let tag = sender_hmac(&mut kv, &group, EPOCH_688, b"payload").unwrap();
        assert_eq!(hex::encode(tag), "b6e278831cd2872c32a80dad96fca8069176154d3c57ea440145f64bd2ea9afb");
    }

    #[test]
    fn the_root_is_made_once_and_kept() {
        let mut kv = CountingKv::default();
        let tag = |kv: &mut CountingKv| sender_hmac(kv, &GroupId::from([2; 16]), EPOCH_688, b"payload").unwrap();
        assert_eq!(tag(&mut kv), tag(&mut kv));
        assert_ne!(tag(&mut kv), tag(&mut CountingKv::default()));
    }

    #[test]
    fn a_damaged_root_is_an_error_and_not_replaced() {
        let mut kv = CountingKv::default();
        kv.put_value(Namespace::Installation, ROOT, b"short").unwrap();
        assert!(sender_hmac(&mut kv, &GroupId::from([2; 16]), EPOCH_688, b"").is_err());
        assert_eq!(kv.values[&(Namespace::Installation, ROOT.to_vec())], b"short");
    }
}
