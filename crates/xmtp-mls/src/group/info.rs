//! What a conversation looks like now: members, roles, metadata.
use crate::{
    EngineError, Session,
    commit::GroupView,
    group::{
        metadata,
        permissions::{PolicySet, Role},
    },
    intent::leaves,
};
use std::{collections::BTreeMap, sync::Arc};
use xmtp_types::{Epoch, GroupId, InboxId, InstallationId, SequenceId};

/// A conversation as it is now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupInfo {
    /// The epoch it is in.
    pub epoch: Epoch,
    /// The inbox that created it.
    pub creator: InboxId,
    /// Attributes of the mutable metadata, such as `group_name`.
    pub attributes: BTreeMap<String, String>,
    /// Members by inbox.
    pub members: BTreeMap<InboxId, GroupMember>,
    /// A secret-free value that is equal on all members in the same state (RFC 9420 §8.7).
    pub epoch_authenticator: Vec<u8>,
    /// Who may change what.
    pub permissions: PolicySet,
    /// Installations of members that could not be added, because none of their key packages could be used.
    pub failed_installations: Vec<InstallationId>,
    /// The protocol version that members need, if the group asks for one.
    pub minimum_version: Option<String>,
}

/// A member of a conversation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupMember {
    /// What it may do.
    pub role: Role,
    /// Its installations that have a leaf in the tree.
    pub installations: Vec<InstallationId>,
}

impl Session<'_> {
    /// The inboxes in `group`, each with the number of the identity update up to which it is known there.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn membership(&mut self, group: &GroupId) -> Result<BTreeMap<InboxId, SequenceId>, EngineError> {
        let mls = self.take_group(group)?;
        let view = self.view_of(&mls)?;
        self.keep_group(group, mls);
        Ok(view.membership.members.clone())
    }

    /// What `group` says about itself in its context.
    pub(crate) fn view(&mut self, group: &GroupId) -> Result<Arc<GroupView>, EngineError> {
        let mls = self.take_group(group)?;
        let view = self.view_of(&mls)?;
        self.keep_group(group, mls);
        Ok(view)
    }

    pub(crate) fn is_super_admin(&mut self, group: &GroupId, inbox: &InboxId) -> Result<bool, EngineError> {
        Ok(self.view(group)?.metadata.role_of(inbox) == Role::SuperAdmin)
    }

    /// What `group` looks like now.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn group_info(&mut self, group: &GroupId) -> Result<GroupInfo, EngineError> {
        let mls = self.take_group(group)?;
        let view = self.view_of(&mls)?;
        let mut members: BTreeMap<InboxId, GroupMember> = view
            .membership
            .members
            .keys()
            .map(|inbox| (*inbox, GroupMember { role: view.metadata.role_of(inbox), installations: Vec::new() }))
            .collect();
        for (installation, index) in leaves(&mls) {
            let inbox = mls.member(index).and_then(|credential| crate::credential::inbox_of(credential).ok());
            if let Some(member) = inbox.and_then(|inbox| members.get_mut(&inbox)) {
                member.installations.push(installation);
            }
        }
        let info = GroupInfo {
            epoch: Epoch::from(mls.epoch().as_u64()),
            creator: view.immutable.creator,
            attributes: view.metadata.attributes.clone(),
            members,
            epoch_authenticator: mls.epoch_authenticator().as_slice().to_vec(),
            permissions: view.permissions.clone(),
            failed_installations: view.membership.failed_installations.iter().copied().collect(),
            minimum_version: view.metadata.attribute(metadata::MINIMUM_VERSION).map(str::to_owned),
        };
        self.keep_group(group, mls);
        Ok(info)
    }
}
