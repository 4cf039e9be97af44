//! Changes of what a group says about itself, allowed or not.
use super::draft;
use crate::{EngineError, PolicySet, commit::GroupView};
use openmls::{
    extensions::Extensions,
    group::{GroupContext, MlsGroup},
};
use xmtp_storage::ConversationKind;
use xmtp_types::{InboxId, InstallationId, SequenceId};

/// One change of a group's context. `Debug` may show what an attribute is set to.
#[derive(Clone, Debug)]
pub enum Edit {
    /// An inbox is a member at this number.
    Member(InboxId, SequenceId),
    /// An inbox is no member.
    NoMember(InboxId),
    /// An installation is named as failed.
    Failed(InstallationId),
    /// An attribute has this value.
    Attribute(String, String),
    /// An inbox is an admin.
    Admin(InboxId),
    /// An inbox is no admin.
    NoAdmin(InboxId),
    /// An inbox is a super admin.
    SuperAdmin(InboxId),
    /// An inbox is no super admin.
    NoSuperAdmin(InboxId),
    /// The group has these policies.
    Permissions(PolicySet),
    /// The group was made by this inbox.
    Creator(InboxId),
    /// The conversation is of this kind.
    Kind(ConversationKind),
    /// The conversation is between these two.
    DmMembers(InboxId, InboxId),
    /// The extension of this number has this data, or is not there. Comes after all other edits.
    Extension(u16, Option<Vec<u8>>),
}

impl Edit {
    /// Makes the change in what was read of a context.
    pub(super) fn apply(&self, view: &mut GroupView) {
        match self {
            Self::Member(inbox, at) => drop(view.membership.members.insert(*inbox, *at)),
            Self::NoMember(inbox) => drop(view.membership.members.remove(inbox)),
            Self::Failed(id) => drop::<bool>(view.membership.failed_installations.insert(*id)),
            Self::Attribute(field, value) => view.metadata.set_attribute(field, value),
            Self::Admin(inbox) => view.metadata.add_admin(*inbox),
            Self::NoAdmin(inbox) => view.metadata.remove_admin(inbox),
            Self::SuperAdmin(inbox) => view.metadata.add_super_admin(*inbox),
            Self::NoSuperAdmin(inbox) => view.metadata.remove_super_admin(inbox),
            Self::Permissions(policies) => view.permissions = policies.clone(),
            Self::Creator(inbox) => view.immutable.creator = *inbox,
            Self::Kind(kind) => view.immutable.kind = *kind,
            Self::DmMembers(one, two) => view.immutable.dm_members = Some((*one, *two)),
            Self::Extension(..) => {}
        }
    }
}

/// The context of a group after these edits.
///
/// # Errors
/// [`EngineError::Mls`] if the MLS library does not take such a context.
pub(super) fn context_after(mls: &MlsGroup, edits: &[Edit]) -> Result<Extensions<GroupContext>, EngineError> {
    let context = draft::edited(mls, |view| edits.iter().for_each(|edit| edit.apply(view)))?;
    edits.iter().try_fold(context, |context, edit| match edit {
        Edit::Extension(id, data) => draft::replaced(&context, *id, data.as_deref()),
        _ => Ok(context),
    })
}
