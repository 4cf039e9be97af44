//! A door for the fuzz targets to decoders that nothing outside this crate can reach: of what members say once it is
//! decrypted, of group contexts, of what a welcome brings, and of the rows of the state machine.
//!
//! Compiled for cargo-fuzz, which sets the cfg `fuzzing`, and for the test below. It is no part of the API.
use crate::{
    group::{
        membership::GroupMembership,
        metadata::{ImmutableMetadata, MutableMetadata},
        permissions::PolicySet,
    },
    intent::{Intent, PostCommit},
    message::{PlaintextEnvelope, describe},
    preferences, version, welcome,
};
use xmtp_types::SequenceId;

/// Hands `bytes` to every decoder. What one of them reads must come back from its own encoder as it was.
///
/// # Panics
/// If a decoder panics or a value does not survive its encoder: that is what fuzzing looks for.
pub fn decode(bytes: &[u8]) {
    if let Ok(Some(envelope)) = PlaintextEnvelope::decode(bytes) {
        assert_eq!(PlaintextEnvelope::decode(&envelope.encode()), Ok(Some(envelope)));
    }
    if let Ok(metadata) = ImmutableMetadata::decode(bytes) {
        assert_eq!(metadata.encode().and_then(|bytes| ImmutableMetadata::decode(&bytes)), Ok(metadata));
    }
    if let Ok(metadata) = MutableMetadata::decode(bytes) {
        assert_eq!(MutableMetadata::decode(&metadata.encode()), Ok(metadata));
    }
    if let Ok(membership) = GroupMembership::decode(bytes) {
        assert_eq!(GroupMembership::decode(&membership.encode()), Ok(membership));
    }
    if let Ok(policies) = PolicySet::decode(bytes) {
        assert_eq!(policies.encode().and_then(|bytes| PolicySet::decode(&bytes)), Ok(policies));
    }
    let _ = describe(bytes);
    let _ = welcome::decode_metadata(bytes);
    let _ = welcome::Pointer::decode(bytes).map(|pointer| pointer.topic());
    let _ = str::from_utf8(bytes).map(version::is_newer);
}

/// Hands `bytes` to whoever reads what this side has kept, or what another installation of the same user tells.
///
/// # Panics
/// If a reader panics or what it read does not survive being kept: that is what fuzzing looks for.
pub fn decode_rows(bytes: &[u8]) {
    if let Ok(intent) = postcard::from_bytes::<Intent>(bytes) {
        let again = intent.encode().map(|kept| postcard::from_bytes::<Intent>(&kept));
        assert_eq!(again.ok(), Some(Ok(intent)));
    }
    if let Ok(follow) = postcard::from_bytes::<PostCommit>(bytes) {
        let _ = welcome::seal(&follow.welcome, SequenceId::ZERO, &follow.recipients, None);
    }
    let _ = preferences::told(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_a_decoder_panic(bytes: Vec<u8>) {
            decode(&bytes);
            decode_rows(&bytes);
        }

        #[test]
        fn neither_do_bytes_that_are_nearly_a_group_context(at: proptest::sample::Index, to: u8) {
            let creator = xmtp_types::InboxId::from_bytes([1; 32]);
            let contexts = [
                MutableMetadata::of_group(creator, &Default::default(), &[7; 32]).encode(),
                GroupMembership::of_creator(creator).encode(),
                PolicySet::all_members().encode().unwrap(),
                PolicySet::dm().encode().unwrap(),
            ];
            for mut bytes in contexts {
                let at = at.index(bytes.len());
                bytes[at] = to;
                decode(&bytes);
            }
        }
    }
}
