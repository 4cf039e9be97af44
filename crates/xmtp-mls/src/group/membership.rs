//! Who is in a group: each inbox with the number of the identity update up to which it is known.
//!
//! Source of fact: extension 0xFF01 holds a protobuf `GroupMembership`. A creator enters itself with 0, a placeholder
//! that its first membership commit replaces.
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use xmtp_proto::xmtp::mls::message_contents::GroupMembership as Wire;
use xmtp_types::{InboxId, InstallationId, SequenceId};

/// The members of a group.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct GroupMembership {
    /// Each inbox and the identity update that says which installations it has.
    pub(crate) members: BTreeMap<InboxId, SequenceId>,
    /// Installations of members that could not be added, for want of a valid key package.
    pub(crate) failed_installations: BTreeSet<InstallationId>,
}

/// The membership cannot be read. No retry can help.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub(crate) enum MembershipError {
    #[error("the membership of the group does not decode")]
    Malformed,
    #[error("a member of the group is named by something that is not an inbox id")]
    NotAnInbox,
}

impl GroupMembership {
    /// The membership of a new group.
    pub(crate) fn of_creator(creator: InboxId) -> Self {
        Self { members: BTreeMap::from([(creator, SequenceId::ZERO)]), failed_installations: BTreeSet::new() }
    }

    /// Reads the data of extension 0xFF01. Failed installations that have no key of 32 bytes mean nothing and are
    /// dropped.
    pub(crate) fn decode(data: &[u8]) -> Result<Self, MembershipError> {
        let wire = Wire::decode(data).map_err(|_| MembershipError::Malformed)?;
        let mut members = BTreeMap::new();
        for (inbox, sequence_id) in wire.members {
            let inbox = inbox.parse().map_err(|_| MembershipError::NotAnInbox)?;
            members.insert(inbox, SequenceId::new(sequence_id));
        }
        let failed = wire.failed_installations.iter();
        let failed_installations = failed.filter_map(|key| InstallationId::try_from(key.as_slice()).ok()).collect();
        Ok(Self { members, failed_installations })
    }

    /// The data of extension 0xFF01.
    pub(crate) fn encode(&self) -> Vec<u8> {
        Wire {
            members: self.members.iter().map(|(inbox, at)| (inbox.to_string(), at.as_u64())).collect(),
            failed_installations: self.failed_installations.iter().map(|key| key.as_bytes().to_vec()).collect(),
        }
        .encode_to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_creator_enters_itself_with_the_placeholder() {
        let data = GroupMembership::of_creator(InboxId::from_bytes([0xaa; 32])).encode();
        // One map entry: key of 64 characters; the value 0 is left out.
        assert_eq!(data[..4], [0x0a, 66, 0x0a, 64]);
        assert_eq!(data.len(), 68);
        let read = GroupMembership::decode(&data).unwrap();
        assert_eq!(read.members.into_values().collect::<Vec<_>>(), [SequenceId::ZERO]);
    }

    #[test]
    fn a_member_that_is_no_inbox_is_refused_and_a_failed_key_of_odd_length_dropped() {
        let wire = Wire { members: [("bob".to_owned(), 1)].into(), failed_installations: vec![] };
        assert_eq!(GroupMembership::decode(&wire.encode_to_vec()), Err(MembershipError::NotAnInbox));
        let wire = Wire { members: [].into(), failed_installations: vec![vec![1; 31], vec![2; 32]] };
        let read = GroupMembership::decode(&wire.encode_to_vec()).unwrap();
        assert_eq!(read.failed_installations, BTreeSet::from([InstallationId::from_bytes([2; 32])]));
    }

    proptest! {
        #[test]
        fn membership_survives_the_wire(
            members in proptest::collection::btree_map(any::<[u8; 32]>(), any::<u64>(), 0..6),
            failed in proptest::collection::btree_set(any::<[u8; 32]>(), 0..4),
        ) {
            let membership = GroupMembership {
                members: members
                    .into_iter()
                    .map(|(inbox, at)| (InboxId::from_bytes(inbox), SequenceId::new(at)))
                    .collect(),
                failed_installations: failed.into_iter().map(InstallationId::from_bytes).collect(),
            };
            prop_assert_eq!(GroupMembership::decode(&membership.encode()), Ok(membership));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = GroupMembership::decode(&bytes);
        }
    }
}
