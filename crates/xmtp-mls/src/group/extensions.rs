//! The extensions of a group context: built for a new group, read from any, replaced one at a time.
//!
//! A commit that changes the group carries the whole list, so whatever is not being changed must stay byte for byte as
//! it was: members compare, and extensions of newer clients must survive older ones.
//!
//! Source of fact: ids, order and contents: observed on released clients; RFC 9420 §11.1 for required capabilities.
use super::{
    config,
    membership::{GroupMembership, MembershipError},
    metadata::{GroupOptions, ImmutableMetadata, MetadataError, MutableMetadata, ReaddRequest},
    permissions::{PolicyError, PolicySet},
};
use crate::EngineError;
use openmls::{
    extensions::{Extension, Extensions, UnknownExtension},
    group::GroupContext,
};
use thiserror::Error;
use xmtp_crypto::{CryptoError, InstallationKey};
use xmtp_storage::ConversationKind;
use xmtp_types::InboxId;

/// What never changes about a group, behind a length prefix of its own.
pub(crate) const IMMUTABLE_METADATA: u16 = 0xf000;
/// What members may edit.
pub(crate) const MUTABLE_METADATA: u16 = 0xff00;
/// Who is a member.
pub(crate) const MEMBERSHIP: u16 = 0xff01;
/// Who may change what.
pub(crate) const PERMISSIONS: u16 = 0xff02;

/// Released clients miscount the length of extension data of exactly this many bytes, and split off.
const MISCOUNTED_LENGTH: usize = 16383;
/// A protobuf field with the highest number there is and the value 0: every decoder skips it.
const SKIPPED_FIELD: [u8; 6] = [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x00];

/// A group context cannot be read or built. No retry can help.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub(crate) enum ContextError {
    #[error("the group context lacks its {0}")]
    Missing(&'static str),
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    #[error(transparent)]
    Membership(#[from] MembershipError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("the group context holds an extension twice, or one that does not belong there")]
    NotAllowed,
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl From<ContextError> for EngineError {
    fn from(error: ContextError) -> Self {
        match error {
            ContextError::Crypto(error) => Self::Crypto(error),
            other => Self::Invalid { what: "group context", why: other.to_string() },
        }
    }
}

/// The group context of a new conversation of `creator`; `dm_peer` is the other inbox of a direct one.
pub(crate) fn new_group(
    kind: ConversationKind,
    creator: InboxId,
    dm_peer: Option<InboxId>,
    options: &GroupOptions,
    oneshot: Option<ReaddRequest>,
) -> Result<Extensions<GroupContext>, ContextError> {
    let commit_log_seed = InstallationKey::generate()?.seed();
    let immutable = ImmutableMetadata { kind, creator, dm_members: dm_peer.map(|peer| (creator, peer)), oneshot };
    let (mutable, permissions) = match kind {
        ConversationKind::Dm => (MutableMetadata::of_dm(options, &commit_log_seed), PolicySet::dm()),
        ConversationKind::Group | ConversationKind::Sync | ConversationKind::Oneshot => {
            (MutableMetadata::of_group(creator, options, &commit_log_seed), options.permissions.clone())
        }
    };
    build(vec![
        extension(IMMUTABLE_METADATA, immutable.encode()?),
        extension(MUTABLE_METADATA, mutable.encode()),
        extension(MEMBERSHIP, GroupMembership::of_creator(creator).encode()),
        extension(PERMISSIONS, permissions.encode()?),
        Extension::RequiredCapabilities(config::required_capabilities()),
    ])
}

/// What never changes about the group.
pub(crate) fn immutable_metadata(context: &Extensions<GroupContext>) -> Result<ImmutableMetadata, ContextError> {
    Ok(ImmutableMetadata::decode(immutable_bytes(context)?)?)
}

/// The data of the extension that never changes.
pub(crate) fn immutable_bytes(context: &Extensions<GroupContext>) -> Result<&[u8], ContextError> {
    data(context, IMMUTABLE_METADATA, "immutable metadata")
}

/// What members may edit.
pub(crate) fn mutable_metadata(context: &Extensions<GroupContext>) -> Result<MutableMetadata, ContextError> {
    Ok(MutableMetadata::decode(data(context, MUTABLE_METADATA, "mutable metadata")?)?)
}

/// Who is a member.
pub(crate) fn membership(context: &Extensions<GroupContext>) -> Result<GroupMembership, ContextError> {
    Ok(GroupMembership::decode(data(context, MEMBERSHIP, "membership")?)?)
}

/// Whether two contexts have the same members, byte for byte.
pub(crate) fn has_same_membership(one: &Extensions<GroupContext>, other: &Extensions<GroupContext>) -> bool {
    let of = |context| data(context, MEMBERSHIP, "membership").ok();
    of(one).is_some_and(|membership| of(other) == Some(membership))
}

/// Who may change what.
pub(crate) fn permissions(context: &Extensions<GroupContext>) -> Result<PolicySet, ContextError> {
    Ok(PolicySet::decode(data(context, PERMISSIONS, "permissions")?)?)
}

/// The context with other mutable metadata and all else byte for byte as it is.
pub(crate) fn with_mutable_metadata(
    context: &Extensions<GroupContext>,
    metadata: &MutableMetadata,
) -> Result<Extensions<GroupContext>, ContextError> {
    with(context, extension(MUTABLE_METADATA, metadata.encode()))
}

/// The context with another membership and all else byte for byte as it is.
pub(crate) fn with_membership(
    context: &Extensions<GroupContext>,
    membership: &GroupMembership,
) -> Result<Extensions<GroupContext>, ContextError> {
    with(context, extension(MEMBERSHIP, membership.encode()))
}

/// The context with other permissions and all else byte for byte as it is.
pub(crate) fn with_permissions(
    context: &Extensions<GroupContext>,
    permissions: &PolicySet,
) -> Result<Extensions<GroupContext>, ContextError> {
    with(context, extension(PERMISSIONS, permissions.encode()?))
}

fn with(context: &Extensions<GroupContext>, new: Extension) -> Result<Extensions<GroupContext>, ContextError> {
    let kind = new.extension_type();
    if !context.contains(kind) {
        return Err(ContextError::Missing("extension to be replaced"));
    }
    let replaced =
        context.iter().map(|old| if old.extension_type() == kind { new.clone() } else { old.clone() }).collect();
    build(replaced)
}

fn build(extensions: Vec<Extension>) -> Result<Extensions<GroupContext>, ContextError> {
    Extensions::from_vec(extensions).map_err(|_| ContextError::NotAllowed)
}

fn data<'c>(context: &'c Extensions<GroupContext>, id: u16, name: &'static str) -> Result<&'c [u8], ContextError> {
    context.unknown(id).map(|extension| extension.0.as_slice()).ok_or(ContextError::Missing(name))
}

fn extension(id: u16, mut data: Vec<u8>) -> Extension {
    if data.len() == MISCOUNTED_LENGTH {
        data.extend_from_slice(&SKIPPED_FIELD);
    }
    Extension::Unknown(id, UnknownExtension(data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openmls::{
        extensions::ExtensionType,
        prelude::tls_codec::{DeserializeBytes as _, Serialize as _},
    };

    fn new(kind: ConversationKind) -> Extensions<GroupContext> {
        let peer = (kind == ConversationKind::Dm).then(|| InboxId::from_bytes([2; 32]));
        new_group(kind, InboxId::from_bytes([1; 32]), peer, &GroupOptions::default(), None).unwrap()
    }

    fn ids(context: &Extensions<GroupContext>) -> Vec<u16> {
        context.iter().map(|extension| extension.extension_type().into()).collect()
    }

    #[test]
    fn a_new_context_has_the_five_extensions_in_the_order_of_released_clients() {
        for kind in [ConversationKind::Group, ConversationKind::Dm, ConversationKind::Sync] {
            let context = new(kind);
            assert_eq!(ids(&context), [0xf000, 0xff00, 0xff01, 0xff02, 0x0003]);
            assert_eq!(immutable_metadata(&context).unwrap().kind, kind);
        }
        assert_eq!(permissions(&new(ConversationKind::Dm)).unwrap(), PolicySet::dm());
        assert_eq!(permissions(&new(ConversationKind::Group)).unwrap(), PolicySet::all_members());
    }

    #[test]
    fn required_capabilities_have_the_bytes_of_released_clients() {
        let context = new(ConversationKind::Group);
        let bytes = context.iter().last().unwrap().tls_serialize_detached().unwrap();
        assert_eq!(hex::encode(bytes), "0003130cff01ff00ff02f000000a0001020007020001");
    }

    #[test]
    fn the_nested_prefix_of_immutable_metadata_is_on_the_wire() {
        let short = extension(IMMUTABLE_METADATA, vec![0x05, 0x08, 0x01, 0x1a, 0x01, 0x61]);
        assert_eq!(short.tls_serialize_detached().unwrap(), [0xf0, 0x00, 6, 5, 0x08, 0x01, 0x1a, 0x01, 0x61]);
    }

    #[test]
    fn replacing_one_extension_leaves_all_others_byte_for_byte_and_in_place() {
        let mut list: Vec<_> = new(ConversationKind::Group).iter().cloned().collect();
        // What a newer client might add, and an order that is not ours.
        list.insert(0, Extension::Unknown(0xff77, UnknownExtension(vec![1, 2, 3])));
        list.swap(1, 4);
        let before = build(list).unwrap();
        let mut changed = membership(&before).unwrap();
        changed.members.insert(InboxId::from_bytes([9; 32]), xmtp_types::SequenceId::new(4));
        let after = with_membership(&before, &changed).unwrap();
        assert_eq!(membership(&after).unwrap(), changed);
        assert_eq!(ids(&after), ids(&before));
        for (old, new) in before.iter().zip(after.iter()) {
            if old.extension_type() != ExtensionType::Unknown(MEMBERSHIP) {
                assert_eq!(old.tls_serialize_detached().unwrap(), new.tls_serialize_detached().unwrap());
            }
        }
        let bytes = after.tls_serialize_detached().unwrap();
        assert_eq!(Extensions::<GroupContext>::tls_deserialize_exact_bytes(&bytes).unwrap(), after);
    }

    #[test]
    fn data_is_never_of_the_length_that_released_clients_miscount() {
        let mut metadata = mutable_metadata(&new(ConversationKind::Group)).unwrap();
        let mut lengths = std::collections::BTreeSet::new();
        for filler in 16_000..16_400 {
            metadata.set_attribute("filler", &"x".repeat(filler));
            let context = with_mutable_metadata(&new(ConversationKind::Group), &metadata).unwrap();
            lengths.insert(data(&context, MUTABLE_METADATA, "").unwrap().len());
            assert_eq!(mutable_metadata(&context).unwrap(), metadata);
        }
        assert!(lengths.contains(&16382) && lengths.contains(&16384) && !lengths.contains(&16383));
    }

    #[test]
    fn what_is_missing_is_named() {
        let empty = Extensions::<GroupContext>::empty();
        assert!(membership(&empty).unwrap_err().to_string().contains("membership"));
        assert!(with_membership(&empty, &GroupMembership::default()).is_err());
    }
}
