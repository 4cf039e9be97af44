//! Who may do what in a group.
use super::clean;
use serde_json::{Map, Value, json};
use xmtp_client::{Policy, PolicySet};

/// What each policy is about, in words, and whom it allows it.
pub(crate) fn policies(set: &PolicySet) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> =
        named(set).into_iter().map(|(name, policy)| (name.replace('_', " "), policy.to_string())).collect();
    let fields = set.update_metadata.iter();
    rows.extend(fields.map(|(field, policy)| (format!("change {}", clean(field)), policy.to_string())));
    rows
}

/// One object for a script.
pub(crate) fn policies_json(set: &PolicySet) -> Value {
    let mut object = Map::new();
    object.insert("preset".to_owned(), preset(set).into());
    for (name, policy) in named(set) {
        object.insert(name.to_owned(), policy_json(policy));
    }
    let fields = set.update_metadata.iter().map(|(field, policy)| (field.clone(), policy_json(policy)));
    object.insert("update_metadata".to_owned(), Value::Object(fields.collect()));
    Value::Object(object)
}

fn preset(set: &PolicySet) -> &'static str {
    if set.is_preset(&PolicySet::all_members()) {
        "all_members"
    } else if set.is_preset(&PolicySet::admin_only()) {
        "admin_only"
    } else if set.is_preset(&PolicySet::dm()) {
        "dm"
    } else {
        "custom"
    }
}

const fn named(set: &PolicySet) -> [(&'static str, &Policy); 5] {
    [
        ("add_member", &set.add_member),
        ("remove_member", &set.remove_member),
        ("add_admin", &set.add_admin),
        ("remove_admin", &set.remove_admin),
        ("update_permissions", &set.update_permissions),
    ]
}

fn policy_json(policy: &Policy) -> Value {
    let all = |policies: &[Policy]| policies.iter().map(policy_json).collect::<Vec<_>>();
    match policy {
        Policy::Allow => json!("everyone"),
        Policy::Deny => json!("nobody"),
        Policy::Admin => json!("admins"),
        Policy::SuperAdmin => json!("super_admins"),
        Policy::All(policies) => json!({ "all": all(policies) }),
        Policy::Any(policies) => json!({ "any": all(policies) }),
        _ => json!("unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_named_and_combinations_are_spelled_out() {
        let mut set = PolicySet::all_members();
        assert_eq!(policies_json(&set)["preset"], "all_members");
        set.add_member = Policy::Any(vec![Policy::Admin, Policy::Deny]);
        let shown = policies_json(&set);
        assert_eq!(shown["preset"], "custom");
        assert_eq!(shown["add_member"], json!({ "any": ["admins", "nobody"] }));
        assert_eq!(shown["update_metadata"]["group_name"], "everyone");
    }
}
