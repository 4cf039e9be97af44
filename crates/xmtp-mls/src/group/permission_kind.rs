//! Which policy of a group's set can be changed later, and changing it.
//!
//! Source of fact: XMTP documentation, "Group permissions"; observed on released clients.
use super::permissions::{Policy, PolicyError, PolicySet};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One policy of a group that its super admins can change. The policy about changing policies is not among them: it is
/// set when the group is created, and released clients never ask it.
///
/// | policy | every member ([`Policy::Allow`]) | nobody ([`Policy::Deny`]) | admins ([`Policy::Admin`]) | super admins ([`Policy::SuperAdmin`]) |
/// |---|---|---|---|---|
/// | [`PermissionKind::AddMember`] | yes | yes | yes | yes |
/// | [`PermissionKind::RemoveMember`] | yes | yes | yes | yes |
/// | [`PermissionKind::UpdateMetadata`] | yes | yes | yes | yes |
/// | [`PermissionKind::AddAdmin`] | no | yes | yes | yes |
/// | [`PermissionKind::RemoveAdmin`] | no | yes | yes | yes |
///
/// Whatever the policies say: only super admins make and unmake super admins and change policies, a super admin is never
/// removed, and one always stays. In a direct conversation no policy can be changed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum PermissionKind {
    /// Who may add an inbox.
    AddMember,
    /// Who may remove an inbox.
    RemoveMember,
    /// Who may make a member an admin.
    AddAdmin,
    /// Who may make an admin a member.
    RemoveAdmin,
    /// Who may change this attribute of the metadata, such as `group_name`. One without a policy of its own is for
    /// admins, and for super admins alone if its name starts with an underscore.
    UpdateMetadata(String),
}

impl PolicySet {
    /// The policy about `kind`; `None` for an attribute without one of its own.
    pub fn policy(&self, kind: &PermissionKind) -> Option<&Policy> {
        match kind {
            PermissionKind::AddMember => Some(&self.add_member),
            PermissionKind::RemoveMember => Some(&self.remove_member),
            PermissionKind::AddAdmin => Some(&self.add_admin),
            PermissionKind::RemoveAdmin => Some(&self.remove_admin),
            PermissionKind::UpdateMetadata(field) => self.update_metadata.get(field),
        }
    }

    /// This set with another policy about `kind`.
    ///
    /// # Errors
    /// [`PolicyError`] if no group can have that policy there.
    pub fn with(&self, kind: &PermissionKind, policy: Policy) -> Result<Self, PolicyError> {
        let mut set = self.clone();
        match kind {
            PermissionKind::AddMember => set.add_member = policy,
            PermissionKind::RemoveMember => set.remove_member = policy,
            PermissionKind::AddAdmin => set.add_admin = policy,
            PermissionKind::RemoveAdmin => set.remove_admin = policy,
            PermissionKind::UpdateMetadata(field) => drop(set.update_metadata.insert(field.clone(), policy)),
        }
        set.check()?;
        Ok(set)
    }

    /// Checks that a group can have this set: admins and permissions are never for everybody, and a combination combines
    /// something, at no greater depth than members can read.
    ///
    /// # Errors
    /// [`PolicyError`] says what is wrong.
    pub fn check(&self) -> Result<(), PolicyError> {
        // GROUP.R3
        let written = self.encode()?;
        if Self::decode(&written).as_ref() == Ok(self) { Ok(()) } else { Err(PolicyError::TooDeep) }
    }
}

impl fmt::Display for PermissionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddMember => f.write_str("add member"),
            Self::RemoveMember => f.write_str("remove member"),
            Self::AddAdmin => f.write_str("add admin"),
            Self::RemoveAdmin => f.write_str("remove admin"),
            Self::UpdateMetadata(field) => write!(f, "update {field}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> [PermissionKind; 5] {
        use PermissionKind::*;
        [AddMember, RemoveMember, AddAdmin, RemoveAdmin, UpdateMetadata("app_data".into())]
    }

    #[test] // GROUP.R2
    fn each_policy_can_be_what_the_table_says_and_nothing_else_of_the_set_changes() {
        let before = PolicySet::all_members();
        for kind in kinds() {
            let is_about_admins = matches!(kind, PermissionKind::AddAdmin | PermissionKind::RemoveAdmin);
            for policy in [Policy::Allow, Policy::Deny, Policy::Admin, Policy::SuperAdmin] {
                let set = before.with(&kind, policy.clone());
                if policy == Policy::Allow && is_about_admins {
                    assert!(matches!(set, Err(PolicyError::NotForEveryone(_))), "{kind}");
                    continue;
                }
                let set = set.unwrap();
                assert_eq!(set.policy(&kind), Some(&policy), "{kind}");
                let original = before.policy(&kind).unwrap().clone();
                assert_eq!(set.with(&kind, original).as_ref(), Ok(&before), "{kind}");
            }
        }
    }

    #[test] // GROUP.R3
    fn a_set_that_members_could_not_read_is_refused() {
        let nested = |levels| (0..levels).fold(Policy::Allow, |inner, _| Policy::All(vec![inner]));
        let set = |add_member| PolicySet { add_member, ..PolicySet::all_members() };
        assert_eq!(set(nested(20)).check(), Ok(()));
        assert_eq!(set(nested(200)).check(), Err(PolicyError::TooDeep));
        assert_eq!(set(Policy::Any(vec![])).check(), Err(PolicyError::Empty));
        let open =
            PolicySet { update_permissions: Policy::Any(vec![Policy::Admin, Policy::Allow]), ..set(Policy::Deny) };
        assert_eq!(open.check(), Err(PolicyError::NotForEveryone("changing permissions")));
    }

    #[test]
    fn an_attribute_without_a_policy_gets_one_of_its_own() {
        let kind = PermissionKind::UpdateMetadata("_theme".into());
        let set = PolicySet::all_members();
        assert_eq!(set.policy(&kind), None);
        assert_eq!(set.with(&kind, Policy::Allow).unwrap().policy(&kind), Some(&Policy::Allow));
    }
}
