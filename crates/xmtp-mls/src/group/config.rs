//! How this installation runs its groups: what it can do, what it requires of others, and what it keeps.
//!
//! Source of fact: ids and lists: observed on released clients 1.9 and 1.10. What is not implemented here is not
//! advertised: that alone keeps newer clients from moving a group to a form this installation cannot follow.
use super::extensions::{IMMUTABLE_METADATA, MEMBERSHIP, MUTABLE_METADATA, PERMISSIONS};
use openmls::{
    credentials::CredentialType,
    extensions::{ExtensionType, Extensions, RequiredCapabilitiesExtension},
    group::{GroupContext, MlsGroupCreateConfig, MlsGroupJoinConfig, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY},
    messages::proposals::ProposalType,
    prelude::{Capabilities, SenderRatchetConfiguration},
    versions::ProtocolVersion,
};
use xmtp_crypto::CIPHERSUITE;

/// Key package extension: how welcomes to its owner are wrapped.
pub(crate) const WELCOME_WRAPPER: u16 = 0xff03;
/// Key package extension: which symmetric ciphers of welcome pointers its owner can open.
pub(crate) const WELCOME_POINTEE_AEADS: u16 = 0xff04;

/// Past epochs whose messages can still be opened. Released clients keep the same number.
pub(crate) const PAST_EPOCHS_KEPT: usize = 3;

/// What every member of a new group must be able to do.
const REQUIRED: [ExtensionType; 6] = [
    ExtensionType::Unknown(MEMBERSHIP),
    ExtensionType::Unknown(MUTABLE_METADATA),
    ExtensionType::Unknown(PERMISSIONS),
    ExtensionType::Unknown(IMMUTABLE_METADATA),
    ExtensionType::LastResort,
    ExtensionType::ApplicationId,
];

/// How to create a group with this context.
pub(crate) fn create(context: Extensions<GroupContext>) -> MlsGroupCreateConfig {
    MlsGroupCreateConfig::builder()
        .ciphersuite(CIPHERSUITE)
        .capabilities(capabilities(&REQUIRED))
        .with_group_context_extensions(context)
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .padding_size(0)
        .max_past_epochs(PAST_EPOCHS_KEPT)
        .number_of_resumption_psks(0)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(SenderRatchetConfiguration::default())
        .build()
}

/// How to join a group.
pub(crate) fn join() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .padding_size(0)
        .max_past_epochs(PAST_EPOCHS_KEPT)
        .number_of_resumption_psks(0)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(SenderRatchetConfiguration::default())
        .build()
}

/// What a group requires of its members.
pub(crate) fn required_capabilities() -> RequiredCapabilitiesExtension {
    RequiredCapabilitiesExtension::new(&REQUIRED, &[ProposalType::GroupContextExtensions], &[CredentialType::Basic])
}

/// What a key package of this installation advertises.
pub(crate) fn key_package_capabilities() -> Capabilities {
    capabilities(&[
        ExtensionType::LastResort,
        ExtensionType::ApplicationId,
        ExtensionType::Unknown(PERMISSIONS),
        ExtensionType::Unknown(MUTABLE_METADATA),
        ExtensionType::Unknown(MEMBERSHIP),
        ExtensionType::Unknown(WELCOME_WRAPPER),
        ExtensionType::Unknown(WELCOME_POINTEE_AEADS),
        ExtensionType::Unknown(IMMUTABLE_METADATA),
    ])
}

fn capabilities(extensions: &[ExtensionType]) -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[CIPHERSUITE]),
        Some(extensions),
        Some(&[ProposalType::GroupContextExtensions]),
        Some(&[CredentialType::Basic]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use openmls::prelude::tls_codec::Serialize as _;

    #[test]
    fn a_key_package_advertises_what_released_clients_do_and_nothing_of_later_ones() {
        let bytes = key_package_capabilities().tls_serialize_detached().unwrap();
        assert_eq!(hex::encode(bytes), "02000102000310000a0001ff02ff00ff01ff03ff04f000020007020001");
    }

    #[test]
    fn groups_keep_the_secrets_and_sizes_of_released_clients() {
        let create = create(Extensions::empty());
        assert_eq!(*create.join_config(), join());
        assert_eq!((create.padding_size(), create.max_past_epochs()), (0, Some(3)));
        assert!(create.use_ratchet_tree_extension());
        let ratchet = create.sender_ratchet_configuration();
        assert_eq!((ratchet.out_of_order_tolerance(), ratchet.maximum_forward_distance()), (5, 1000));
    }
}
