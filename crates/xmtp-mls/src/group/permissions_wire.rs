//! Policies to protobuf and back: three message types of the same shape, one policy type here.
use super::permissions::{Policy, PolicyError, PolicySet};
use prost::Message as _;
use std::collections::BTreeMap;
use xmtp_proto::xmtp::mls::message_contents::{
    GroupMutablePermissionsV1, MembershipPolicy, MetadataPolicy, PermissionsUpdatePolicy, PolicySet as WireSet,
    membership_policy, metadata_policy, permissions_update_policy,
};

pub(super) fn decode(data: &[u8]) -> Result<PolicySet, PolicyError> {
    let permissions = GroupMutablePermissionsV1::decode(data).map_err(|_| PolicyError::Malformed)?;
    let set = permissions.policies.ok_or(PolicyError::Missing("policies"))?;
    let update_metadata: Result<BTreeMap<_, _>, _> = set
        .update_metadata_policy
        .into_iter()
        .map(|(field, policy)| read(Some(policy), "update metadata").map(|policy| (field, policy)))
        .collect();
    Ok(PolicySet {
        add_member: read(set.add_member_policy, "add member")?,
        remove_member: read(set.remove_member_policy, "remove member")?,
        update_metadata: update_metadata?,
        add_admin: read(set.add_admin_policy, "add admin")?,
        remove_admin: read(set.remove_admin_policy, "remove admin")?,
        update_permissions: read(set.update_permissions_policy, "update permissions")?,
    })
}

pub(super) fn encode(set: &PolicySet) -> Result<Vec<u8>, PolicyError> {
    let update_metadata: Result<_, _> = set
        .update_metadata
        .iter()
        .map(|(field, policy)| MetadataPolicy::of(policy, "update metadata").map(|policy| (field.clone(), policy)))
        .collect();
    let policies = WireSet {
        add_member_policy: Some(MembershipPolicy::of(&set.add_member, "add member")?),
        remove_member_policy: Some(MembershipPolicy::of(&set.remove_member, "remove member")?),
        update_metadata_policy: update_metadata?,
        add_admin_policy: Some(PermissionsUpdatePolicy::of(&set.add_admin, "adding admins")?),
        remove_admin_policy: Some(PermissionsUpdatePolicy::of(&set.remove_admin, "removing admins")?),
        update_permissions_policy: Some(PermissionsUpdatePolicy::of(&set.update_permissions, "changing permissions")?),
    };
    Ok(GroupMutablePermissionsV1 { policies: Some(policies) }.encode_to_vec())
}

fn read<W: WirePolicy>(policy: Option<W>, name: &'static str) -> Result<Policy, PolicyError> {
    policy.ok_or(PolicyError::Missing(name))?.read(name)
}

/// One of the three message types.
trait WirePolicy: Sized {
    fn read(self, name: &'static str) -> Result<Policy, PolicyError>;
    fn of(policy: &Policy, name: &'static str) -> Result<Self, PolicyError>;
}

fn read_list<W: WirePolicy>(policies: Vec<W>, name: &'static str) -> Result<Vec<Policy>, PolicyError> {
    if policies.is_empty() {
        return Err(PolicyError::Empty);
    }
    policies.into_iter().map(|policy| policy.read(name)).collect()
}

fn list_of<W: WirePolicy>(policies: &[Policy], name: &'static str) -> Result<Vec<W>, PolicyError> {
    if policies.is_empty() {
        return Err(PolicyError::Empty);
    }
    policies.iter().map(|policy| W::of(policy, name)).collect()
}

macro_rules! wire_policy {
    ($wire:ident, $module:ident, $base:ident: $($variant:ident = $policy:ident),+ $(; never $refused:ident)?) => {
        impl WirePolicy for $wire {
            fn read(self, name: &'static str) -> Result<Policy, PolicyError> {
                use $module::{$base, Kind};
                match self.kind.ok_or(PolicyError::Missing(name))? {
                    Kind::Base(number) => match $base::try_from(number) {
                        $(Ok($base::$variant) => Ok(Policy::$policy),)+
                        _ => Err(PolicyError::Unknown),
                    },
                    Kind::AndCondition(all) => read_list(all.policies, name).map(Policy::All),
                    Kind::AnyCondition(any) => read_list(any.policies, name).map(Policy::Any),
                }
            }

            fn of(policy: &Policy, name: &'static str) -> Result<Self, PolicyError> {
                use $module::{AndCondition, AnyCondition, $base, Kind};
                let kind = match policy {
                    $(Policy::$policy => Kind::Base($base::$variant.into()),)+
                    Policy::All(policies) => Kind::AndCondition(AndCondition { policies: list_of(policies, name)? }),
                    Policy::Any(policies) => Kind::AnyCondition(AnyCondition { policies: list_of(policies, name)? }),
                    $(Policy::$refused => return Err(PolicyError::NotForEveryone(name)),)?
                };
                Ok(Self { kind: Some(kind) })
            }
        }
    };
}

wire_policy!(
    MembershipPolicy, membership_policy, BasePolicy:
    Allow = Allow, Deny = Deny, AllowIfAdminOrSuperAdmin = Admin, AllowIfSuperAdmin = SuperAdmin
);
wire_policy!(
    MetadataPolicy, metadata_policy, MetadataBasePolicy:
    Allow = Allow, Deny = Deny, AllowIfAdmin = Admin, AllowIfSuperAdmin = SuperAdmin
);
wire_policy!(
    PermissionsUpdatePolicy, permissions_update_policy, PermissionsBasePolicy:
    Deny = Deny, AllowIfAdmin = Admin, AllowIfSuperAdmin = SuperAdmin; never Allow
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn policies(bases: &'static [Policy]) -> impl Strategy<Value = Policy> {
        proptest::sample::select(bases).prop_recursive(3, 12, 3, |inner| {
            let list = proptest::collection::vec(inner, 1..4);
            prop_oneof![list.clone().prop_map(Policy::All), list.prop_map(Policy::Any)]
        })
    }

    const ALL: &[Policy] = &[Policy::Allow, Policy::Deny, Policy::Admin, Policy::SuperAdmin];
    const CLOSED: &[Policy] = &[Policy::Deny, Policy::Admin, Policy::SuperAdmin];

    prop_compose! {
        fn sets()(
            add_member in policies(ALL),
            remove_member in policies(ALL),
            update_metadata in proptest::collection::btree_map("[a-z_]{1,8}", policies(ALL), 0..4),
            add_admin in policies(CLOSED),
            remove_admin in policies(CLOSED),
            update_permissions in policies(CLOSED),
        ) -> PolicySet {
            PolicySet { add_member, remove_member, update_metadata, add_admin, remove_admin, update_permissions }
        }
    }

    proptest! {
        #[test]
        fn every_set_survives_the_wire(set in sets()) {
            prop_assert_eq!(decode(&set.encode().unwrap()), Ok(set));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn the_numbers_on_the_wire_are_those_of_the_schema() {
        let bytes = PolicySet::dm().encode().unwrap();
        // Field 1, membership policy: base 2, deny. The last field, permissions policy: base 1, deny.
        assert_eq!(bytes[3..8], [0x0a, 0x02, 0x08, 0x02, 0x12]);
        assert_eq!(bytes[bytes.len() - 4..], [0x32, 0x02, 0x08, 0x01]);
    }

    #[test]
    fn what_is_missing_empty_or_unknown_is_refused() {
        let whole = || GroupMutablePermissionsV1::decode(&*PolicySet::dm().encode().unwrap()).unwrap();
        let refused = |change: fn(&mut WireSet)| {
            let mut permissions = whole();
            change(permissions.policies.as_mut().unwrap());
            decode(&permissions.encode_to_vec()).unwrap_err()
        };
        assert_eq!(decode(&[]), Err(PolicyError::Missing("policies")));
        assert_eq!(refused(|set| set.remove_admin_policy = None), PolicyError::Missing("remove admin"));
        let unknown = |number| MembershipPolicy { kind: Some(membership_policy::Kind::Base(number)) };
        assert_eq!(decode_add(unknown(0)), Err(PolicyError::Unknown));
        assert_eq!(decode_add(unknown(5)), Err(PolicyError::Unknown));
        let empty = membership_policy::Kind::AnyCondition(membership_policy::AnyCondition { policies: vec![] });
        assert_eq!(decode_add(MembershipPolicy { kind: Some(empty) }), Err(PolicyError::Empty));
    }

    fn decode_add(policy: MembershipPolicy) -> Result<Policy, PolicyError> {
        read(Some(policy), "add member")
    }

    #[test]
    fn changing_admins_cannot_be_open_to_everyone() {
        let set = PolicySet { add_admin: Policy::Allow, ..PolicySet::all_members() };
        assert_eq!(set.encode(), Err(PolicyError::NotForEveryone("adding admins")));
        let set = PolicySet { add_member: Policy::All(vec![]), ..PolicySet::all_members() };
        assert_eq!(set.encode(), Err(PolicyError::Empty));
    }
}
