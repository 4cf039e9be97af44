//! Who may change what in a group: roles, policies and the set of them that each group carries.
//!
//! Source of fact: extension 0xFF02 holds a protobuf `GroupMutablePermissionsV1`; the presets and the rule for
//! attributes without an entry: observed on released clients.
use super::permissions_wire as wire;
use crate::group::metadata;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use thiserror::Error;

/// What a member is in a group. Each role may do whatever the one before it may.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// In neither list.
    Member,
    /// In the admin list.
    Admin,
    /// In the super admin list.
    SuperAdmin,
}

/// Who may take one kind of action. What each may be changed to, and who may change it:
/// [`PermissionKind`](super::permission_kind::PermissionKind).
///
/// | action | [`PolicySet::all_members`], the default | [`PolicySet::admin_only`] | [`PolicySet::dm`] |
/// |---|---|---|---|
/// | add a member | every member | admins | nobody; either side may put the other back |
/// | remove a member | admins | admins | nobody |
/// | change name, description, image, app data | every member | admins | nobody, though the policy allows it |
/// | change when messages disappear | admins | admins | both |
/// | ask for a newer protocol version | super admins | super admins | both |
/// | make an admin, make an admin a member | super admins | super admins | nobody |
/// | make and unmake super admins | super admins | super admins | nobody |
/// | change a policy | super admins | super admins | nobody |
/// | bring installations up to date, write, leave | every member | every member | both; nobody leaves |
///
/// Admins may whatever members may, and super admins whatever admins may.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Policy {
    /// Every member. Not possible for changes of admins and permissions.
    Allow,
    /// Nobody.
    Deny,
    /// Admins and super admins.
    Admin,
    /// Super admins.
    SuperAdmin,
    /// Whoever all of these allow. Never empty.
    All(Vec<Self>),
    /// Whoever one of these allows. Never empty.
    Any(Vec<Self>),
}

/// The policies of a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicySet {
    /// Who may add an inbox.
    pub add_member: Policy,
    /// Who may remove an inbox.
    pub remove_member: Policy,
    /// Who may change an attribute of the metadata, by attribute.
    pub update_metadata: BTreeMap<String, Policy>,
    /// Who may make a member an admin.
    pub add_admin: Policy,
    /// Who may make an admin a member.
    pub remove_admin: Policy,
    /// Who may change this set. Carried, but released clients never ask it: only super admins may.
    pub update_permissions: Policy,
}

/// A policy set cannot be read or written. No retry can help.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The bytes are not a `GroupMutablePermissionsV1`.
    #[error("the permissions of the group do not decode")]
    Malformed,
    /// A policy is not there.
    #[error("the permissions of the group lack the policy {0:?}")]
    Missing(&'static str),
    /// A policy has a number that is not defined.
    #[error("the permissions of the group have a policy of unknown kind")]
    Unknown,
    /// A combination of no policies.
    #[error("a policy combines no policies: name at least one")]
    Empty,
    /// Policies combine policies deeper than members can read.
    #[error("a policy combines policies at more levels than members can read: use fewer")]
    TooDeep,
    /// Changes of admins and permissions cannot be open to everybody.
    #[error("{0} cannot be allowed to every member: choose admins, super admins or nobody")]
    NotForEveryone(&'static str),
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Member => "a member",
            Self::Admin => "an admin",
            Self::SuperAdmin => "a super admin",
        })
    }
}

impl fmt::Display for Policy {
    /// Whom it allows, as words that follow "allows".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, how: &str, policies: &[Self]| {
            let whom: Vec<String> = policies.iter().map(Self::to_string).collect();
            write!(f, "only those in {how} of ({})", whom.join("; "))
        };
        match self {
            Self::Allow => f.write_str("everybody"),
            Self::Deny => f.write_str("nobody"),
            Self::Admin => f.write_str("only admins"),
            Self::SuperAdmin => f.write_str("only super admins"),
            Self::All(policies) => list(f, "all", policies),
            Self::Any(policies) => list(f, "one", policies),
        }
    }
}

impl Policy {
    /// Whether a member with this role may act.
    pub fn allows(&self, role: Role) -> bool {
        match self {
            Self::Allow => true,
            Self::Deny => false,
            Self::Admin => role >= Role::Admin,
            Self::SuperAdmin => role == Role::SuperAdmin,
            Self::All(policies) => policies.iter().all(|policy| policy.allows(role)),
            Self::Any(policies) => policies.iter().any(|policy| policy.allows(role)),
        }
    }
}

impl PolicySet {
    /// The default of a group: every member adds and edits, admins remove.
    pub fn all_members() -> Self {
        Self::group(Policy::Allow, Policy::Allow)
    }

    /// Only admins add, remove and edit.
    pub fn admin_only() -> Self {
        Self::group(Policy::Admin, Policy::Admin)
    }

    /// A direct conversation: nobody comes or goes, both edit, there are no admins.
    pub fn dm() -> Self {
        Self {
            add_member: Policy::Deny,
            remove_member: Policy::Deny,
            update_metadata: metadata::FIELDS_WITH_POLICY
                .iter()
                .map(|field| (field.to_string(), Policy::Allow))
                .collect(),
            add_admin: Policy::Deny,
            remove_admin: Policy::Deny,
            update_permissions: Policy::Deny,
        }
    }

    fn group(add_member: Policy, edit: Policy) -> Self {
        let policy_of = |field: &str| match field {
            metadata::MINIMUM_VERSION => Policy::SuperAdmin,
            metadata::DISAPPEAR_FROM | metadata::DISAPPEAR_IN => Policy::Admin,
            _ => edit.clone(),
        };
        let fields = metadata::FIELDS_WITH_POLICY.iter();
        Self {
            add_member,
            remove_member: Policy::Admin,
            update_metadata: fields.map(|field| (field.to_string(), policy_of(field))).collect(),
            add_admin: Policy::SuperAdmin,
            remove_admin: Policy::SuperAdmin,
            update_permissions: Policy::SuperAdmin,
        }
    }

    /// Whether a member with this role may change the attribute `field`. An attribute without a policy is for admins,
    /// and for super admins alone if its name starts with an underscore.
    pub fn allows_update(&self, field: &str, role: Role) -> bool {
        self.policy_of_attribute(field).allows(role)
    }

    /// The policy that an attribute is under, with one of its own or not.
    pub(crate) fn policy_of_attribute(&self, field: &str) -> &Policy {
        match self.update_metadata.get(field) {
            Some(policy) => policy,
            None if field.starts_with('_') => &Policy::SuperAdmin,
            None => &Policy::Admin,
        }
    }

    /// Whether this is `preset`, attributes aside that this set has no entry for: sets made by older clients lack the
    /// newer ones.
    pub fn is_preset(&self, preset: &Self) -> bool {
        let same_fields = self
            .update_metadata
            .iter()
            .all(|(field, policy)| preset.update_metadata.get(field).is_none_or(|expected| expected == policy));
        same_fields
            && self.add_member == preset.add_member
            && self.remove_member == preset.remove_member
            && self.add_admin == preset.add_admin
            && self.remove_admin == preset.remove_admin
            && self.update_permissions == preset.update_permissions
    }

    /// Whether at least one policy about members, admins or permissions is that of a direct conversation: all that
    /// released clients ask of one they are welcomed to.
    pub(crate) fn resembles_dm(&self) -> bool {
        let dm = Self::dm();
        self.add_member == dm.add_member
            || self.remove_member == dm.remove_member
            || self.add_admin == dm.add_admin
            || self.remove_admin == dm.remove_admin
            || self.update_permissions == dm.update_permissions
    }

    /// Reads the data of extension 0xFF02.
    ///
    /// # Errors
    /// [`PolicyError`] if a policy is missing, empty or unknown.
    pub fn decode(data: &[u8]) -> Result<Self, PolicyError> {
        wire::decode(data)
    }

    /// The data of extension 0xFF02.
    ///
    /// # Errors
    /// [`PolicyError::NotForEveryone`] or [`PolicyError::Empty`] if the set cannot be expressed.
    pub fn encode(&self) -> Result<Vec<u8>, PolicyError> {
        wire::encode(self)
    }
}

impl Default for PolicySet {
    fn default() -> Self {
        Self::all_members()
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy::*, Role::*, *};

    #[test]
    fn each_policy_allows_the_roles_it_should() {
        for (policy, member, admin, super_admin) in [
            (Allow, true, true, true),
            (Deny, false, false, false),
            (Policy::Admin, false, true, true),
            (Policy::SuperAdmin, false, false, true),
            (All(vec![Allow, Policy::Admin]), false, true, true),
            (All(vec![Allow, Deny]), false, false, false),
            (Any(vec![Deny, Policy::SuperAdmin]), false, false, true),
            (Any(vec![All(vec![Policy::Admin]), Deny]), false, true, true),
        ] {
            let allowed = [Member, Role::Admin, Role::SuperAdmin].map(|role| policy.allows(role));
            assert_eq!(allowed, [member, admin, super_admin], "{policy:?}");
        }
    }

    #[test]
    fn attributes_without_a_policy_are_for_admins_and_private_ones_for_super_admins() {
        let set = PolicySet::all_members();
        assert!(set.allows_update("group_name", Member));
        assert!(!set.allows_update("brand_new", Member));
        assert!(set.allows_update("brand_new", Role::Admin));
        assert!(!set.allows_update("_commit_log_signer", Role::Admin));
        assert!(set.allows_update("_commit_log_signer", Role::SuperAdmin));
    }

    #[test]
    fn the_presets_are_those_of_released_clients() {
        let [all, admin, dm] = [PolicySet::all_members(), PolicySet::admin_only(), PolicySet::dm()];
        assert_eq!((&all.add_member, &all.remove_member), (&Allow, &Policy::Admin));
        assert_eq!((&admin.add_member, &admin.remove_member), (&Policy::Admin, &Policy::Admin));
        assert_eq!((&dm.add_member, &dm.remove_member, &dm.add_admin), (&Deny, &Deny, &Deny));
        for (field, [in_all, in_admin, in_dm]) in [
            ("group_name", [&Allow, &Policy::Admin, &Allow]),
            ("app_data", [&Allow, &Policy::Admin, &Allow]),
            ("message_disappear_in_ns", [&Policy::Admin, &Policy::Admin, &Allow]),
            ("minimum_supported_protocol_version", [&Policy::SuperAdmin, &Policy::SuperAdmin, &Allow]),
        ] {
            assert_eq!(
                [&all, &admin, &dm].map(|set| &set.update_metadata[field]),
                [in_all, in_admin, in_dm],
                "{field}"
            );
        }
        assert_eq!(all.update_metadata.len(), 7);
        assert_eq!(all.add_admin, Policy::SuperAdmin);
    }

    #[test]
    fn a_preset_is_recognised_without_the_attributes_it_was_made_before() {
        let mut old = PolicySet::admin_only();
        old.update_metadata.remove("app_data");
        assert!(old.is_preset(&PolicySet::admin_only()));
        assert!(!old.is_preset(&PolicySet::all_members()));
        old.update_metadata.insert("group_name".into(), Deny);
        assert!(!old.is_preset(&PolicySet::admin_only()));
    }

    #[test]
    fn a_direct_conversation_is_recognised_by_a_single_policy() {
        let mut odd = PolicySet::all_members();
        assert!(!odd.resembles_dm());
        odd.remove_admin = Deny;
        assert!(odd.resembles_dm());
    }
}
