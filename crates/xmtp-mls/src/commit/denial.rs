//! Which policy refuses what to whom: the same words for a wish of our own and for a commit of somebody else.
use crate::group::{
    permission_kind::PermissionKind,
    permissions::{Policy, Role},
};
use std::fmt;
use thiserror::Error;
use xmtp_types::InboxId;

/// Inboxes named in a text at most.
const NAMED: usize = 3;

/// A member may not do something. It can once its role or the policy is another.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Denial {
    /// A policy of the group refuses it to members of this role.
    #[error("{action}: the policy \"{}\" allows {allows}, and {actor} is {role}", .action.policy())]
    Policy {
        /// What was to be done, and to whom.
        action: Action,
        /// Whom the policy allows it.
        allows: Policy,
        /// Whom it was refused to.
        actor: InboxId,
        /// What that inbox is in the group.
        role: Role,
    },
    /// Super admins cannot be removed.
    #[error("removing {0}: a super admin cannot be removed, take the role away first")]
    SuperAdminStays(InboxId),
    /// The last super admin cannot go.
    #[error("a group keeps at least one super admin: make another one first")]
    LastSuperAdmin,
}

/// What a policy is asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Adding inboxes.
    AddMembers(Vec<InboxId>),
    /// Removing inboxes.
    RemoveMembers(Vec<InboxId>),
    /// Changing an attribute of the metadata.
    UpdateMetadata(String),
    /// Making admins.
    AddAdmins(Vec<InboxId>),
    /// Making admins members again.
    RemoveAdmins(Vec<InboxId>),
    /// Making and unmaking super admins. Not in the set of policies: only super admins may, always.
    ChangeSuperAdmins(Vec<InboxId>),
    /// Changing policies. Only super admins may, whatever the set says.
    UpdatePermissions,
    /// Taking installations out and putting them back. Only super admins may.
    ReaddInstallations,
}

impl Action {
    /// The name of the policy that is asked.
    pub fn policy(&self) -> String {
        match self {
            Self::AddMembers(_) => PermissionKind::AddMember.to_string(),
            Self::RemoveMembers(_) => PermissionKind::RemoveMember.to_string(),
            Self::UpdateMetadata(field) => PermissionKind::UpdateMetadata(field.clone()).to_string(),
            Self::AddAdmins(_) => PermissionKind::AddAdmin.to_string(),
            Self::RemoveAdmins(_) => PermissionKind::RemoveAdmin.to_string(),
            Self::ChangeSuperAdmins(_) => "change super admins".to_owned(),
            Self::UpdatePermissions => "update permissions".to_owned(),
            Self::ReaddInstallations => "re-add installations".to_owned(),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddMembers(inboxes) => name(f, "adding", inboxes),
            Self::RemoveMembers(inboxes) => name(f, "removing", inboxes),
            Self::UpdateMetadata(field) => write!(f, "changing {field}"),
            Self::AddAdmins(inboxes) => name(f, "making admins of", inboxes),
            Self::RemoveAdmins(inboxes) => name(f, "making members of", inboxes),
            Self::ChangeSuperAdmins(inboxes) => name(f, "making or unmaking super admins of", inboxes),
            Self::UpdatePermissions => f.write_str("changing permissions"),
            Self::ReaddInstallations => f.write_str("putting installations back"),
        }
    }
}

fn name(f: &mut fmt::Formatter<'_>, doing: &str, inboxes: &[InboxId]) -> fmt::Result {
    f.write_str(doing)?;
    for (number, inbox) in inboxes.iter().take(NAMED).enumerate() {
        write!(f, "{}{inbox}", if number == 0 { " " } else { ", " })?;
    }
    match inboxes.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn inbox(number: u8) -> InboxId {
        InboxId::from_bytes([number; 32])
    }

    #[test] // GROUP.R5
    fn a_denial_names_what_which_policy_whom_and_what_they_are() {
        let denial = Denial::Policy {
            action: Action::AddMembers(vec![inbox(0x3f)]),
            allows: Policy::Admin,
            actor: inbox(1),
            role: Role::Member,
        };
        let expected = format!(
            "adding {}: the policy \"add member\" allows only admins, and {} is a member",
            "3f".repeat(32),
            "01".repeat(32)
        );
        assert_eq!(denial.to_string(), expected);
    }

    #[test]
    fn many_inboxes_are_counted_and_not_all_named() {
        let text = Action::RemoveMembers((0..9).map(inbox).collect()).to_string();
        assert!(text.starts_with("removing 0000") && text.ends_with("02 and 6 more"), "{text}");
    }
}
