//! The signatures of the leaves of a tree, checked on all cores before the MLS library checks one after the other.
//!
//! Nothing is decided here: what does not hold, or is of another kind, is left for the library to judge.
//!
//! Source of fact: RFC 9420 §5.1.2 and §7.2.
use openmls::{
    messages::group_info::VerifiableGroupInfo,
    prelude::{
        SignaturePublicKey,
        tls_codec::{Serialize as _, VLByteSlice},
    },
};
use rayon::prelude::*;
use xmtp_crypto::{MlsCrypto, SIGNATURE_LENGTH};
use xmtp_types::InstallationId;

/// The label of a leaf's signature.
const LABEL: &[u8] = b"MLS 1.0 LeafNodeTBS";
/// The length of a signature before it, as MLS writes lengths.
const LENGTH_OF_SIGNATURE: [u8; 2] = [0x40, 0x40];

/// A tree with fewer leaves is not worth handing to other cores.
const MANY: usize = 8;

/// Checks those leaves that came with key packages. Their signatures say nothing of the group. Of few leaves only the one
/// of `own` is checked, which is the same in all groups: the others are mostly signed anew by who made the group.
pub(super) fn check_ahead(crypto: &MlsCrypto, own: &InstallationId, info: &VerifiableGroupInfo) {
    let Some(tree) = info.extensions().ratchet_tree() else { return };
    let mut leaves: Vec<_> = tree.ratchet_tree().leaves().collect();
    if leaves.len() < MANY {
        leaves.retain(|leaf| leaf.signature_key().as_slice() == own.as_bytes());
    }
    let encoded = leaves.iter().filter_map(|leaf| Some((leaf.signature_key(), leaf.tls_serialize_detached().ok()?)));
    let encoded: Vec<_> = encoded.collect();
    let check_one = |(key, bytes): &(&SignaturePublicKey, Vec<u8>)| {
        check(crypto, key.as_slice(), bytes);
    };
    match encoded.as_slice() {
        [one] => check_one(one),
        many => many.par_iter().for_each(check_one),
    }
}

/// Whether the signature at the end of a TLS-encoded leaf holds.
fn check(crypto: &MlsCrypto, signature_key: &[u8], leaf: &[u8]) -> bool {
    let signed_and_signature = leaf
        .split_last_chunk::<SIGNATURE_LENGTH>()
        .and_then(|(signed, signature)| Some((signed.strip_suffix(&LENGTH_OF_SIGNATURE)?, signature)));
    let (Ok(installation), Some((signed, signature))) = (InstallationId::try_from(signature_key), signed_and_signature)
    else {
        return false;
    };
    let mut content = Vec::with_capacity(leaf.len() + LABEL.len());
    let written = [LABEL, signed].iter().try_for_each(|part| VLByteSlice(part).tls_serialize(&mut content).map(drop));
    written.is_ok() && crypto.verify_ahead(&installation, &content, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        key_package::{build, verify},
        testing::{Installation, now},
    };

    #[test]
    fn the_leaf_of_a_key_package_is_checked_and_an_altered_one_is_left_to_the_library() {
        let mut who = Installation::new(1);
        let inbox = who.inbox;
        let package = who.transaction(|provider, key| build(provider, key, &inbox, now()).unwrap());
        let package = verify(&package.bytes).unwrap();
        let leaf = package.key_package().leaf_node();
        let (key, mut bytes) = (leaf.signature_key().as_slice(), leaf.tls_serialize_detached().unwrap());
        assert!(check(&MlsCrypto::new(), key, &bytes));
        for at in [0, 40, bytes.len() - 1] {
            bytes[at] ^= 1;
            assert!(!check(&MlsCrypto::new(), key, &bytes));
            bytes[at] ^= 1;
        }
        assert!(!check(&MlsCrypto::new(), &key[1..], &bytes) && !check(&MlsCrypto::new(), key, b"short"));
    }
}
