//! A commit as the rules see it: plain values before and after, no MLS types.
use super::ExpectedInstallations;
use crate::{
    EngineError,
    group::{
        extensions,
        membership::GroupMembership,
        metadata::{ImmutableMetadata, MutableMetadata},
        permissions::PolicySet,
    },
};
use openmls::{extensions::Extensions, group::GroupContext};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_types::{InboxId, InstallationId};

/// What a group says about itself in its context.
#[derive(Clone, Debug)]
pub(crate) struct GroupView {
    pub(crate) immutable: ImmutableMetadata,
    pub(crate) immutable_bytes: Vec<u8>,
    pub(crate) metadata: MutableMetadata,
    pub(crate) permissions: PolicySet,
    pub(crate) membership: GroupMembership,
}

/// A commit that was opened but not applied.
#[derive(Debug)]
pub(crate) struct ProposedCommit {
    /// The inbox named in the committer's credential.
    pub(crate) actor: InboxId,
    /// The committer's leaf key.
    pub(crate) installation: InstallationId,
    pub(crate) old: GroupView,
    pub(crate) new: GroupView,
    /// Leaf keys that Add proposals bring, with the inboxes their credentials name.
    pub(crate) added: BTreeMap<InstallationId, InboxId>,
    /// Leaf keys that Remove proposals take.
    pub(crate) removed: BTreeSet<InstallationId>,
    /// Those of the added leaf keys that are in the tree before the commit, with the inboxes their credentials name.
    pub(crate) seated: BTreeMap<InstallationId, InboxId>,
    pub(crate) expected: ExpectedInstallations,
    /// Whether the committer's installation speaks for its inbox at the new membership's number.
    pub(crate) actor_is_associated: bool,
    /// Whether all proposals and the update path come from one member.
    pub(crate) single_author: bool,
    /// Whether any proposal is of a kind that is never used: PSK, ReInit, ExternalInit, or one by reference.
    pub(crate) foreign_proposals: bool,
}

impl GroupView {
    /// Reads the extensions of a group context.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] if one is missing or does not parse.
    pub(crate) fn read(context: &Extensions<GroupContext>) -> Result<Self, EngineError> {
        Ok(Self {
            immutable: extensions::immutable_metadata(context)?,
            immutable_bytes: extensions::immutable_bytes(context)?.to_vec(),
            metadata: extensions::mutable_metadata(context)?,
            permissions: extensions::permissions(context)?,
            membership: extensions::membership(context)?,
        })
    }

    /// Like [`GroupView::read`], for a context that comes after one that was read: what is byte for byte the same is not
    /// read again.
    ///
    /// # Errors
    /// As [`GroupView::read`].
    pub(crate) fn read_after(
        before: &Self,
        was: &Extensions<GroupContext>,
        is: &Extensions<GroupContext>,
    ) -> Result<Self, EngineError> {
        if !extensions::has_same_membership(was, is) {
            return Self::read(is);
        }
        Ok(Self {
            immutable: extensions::immutable_metadata(is)?,
            immutable_bytes: extensions::immutable_bytes(is)?.to_vec(),
            metadata: extensions::mutable_metadata(is)?,
            permissions: extensions::permissions(is)?,
            membership: before.membership.clone(),
        })
    }
}
