//! Who may do what: asked before a wish is queued, held to by every member, changed by super admins alone.
use crate::world::{Actor, Shared, assert_agree, group_of, group_with};
use xmtp_mls::{
    Action, AdminChange, Denial, EngineError, GroupOptions, Intent, MAX_GROUP_SIZE, PermissionKind, Policy,
    PolicyError, PolicySet, Role, WishError, group::metadata,
};
use xmtp_types::{GroupId, InboxId};

fn refused(actor: &mut Actor, group: &GroupId, intent: &Intent) -> EngineError {
    let refused = actor.step(|session| session.queue(group, intent)).unwrap_err();
    assert!(actor.open_intents(group).is_empty(), "something was queued");
    refused
}

#[track_caller]
fn denied(actor: &mut Actor, group: &GroupId, intent: &Intent, expected: &Action, whom: &Policy) {
    let (own, error) = (actor.inbox(), refused(actor, group, intent));
    let EngineError::NotPermitted(denial) = error else { panic!("{error}") };
    let Denial::Policy { action, allows, actor, role } = *denial else { panic!("{denial}") };
    assert_eq!((&action, &allows, actor, role), (expected, whom, own, Role::Member));
}

#[track_caller]
fn impossible(actor: &mut Actor, group: &GroupId, intent: &Intent, expected: &WishError) {
    let error = refused(actor, group, intent);
    assert!(matches!(&error, EngineError::Wish(found) if found == expected), "{error}");
}

fn set(field: &str, value: &str) -> Intent {
    Intent::UpdateMetadata { field: field.into(), value: value.into() }
}

fn members(add: &[InboxId], remove: &[InboxId]) -> Intent {
    Intent::UpdateMembers { add: add.to_vec(), remove: remove.to_vec() }
}

fn permission(kind: PermissionKind, policy: Policy) -> Intent {
    Intent::UpdatePermissions { kind, policy }
}

#[test] // GROUP.R5
fn what_a_policy_refuses_is_not_queued_and_the_error_names_policy_role_and_target() {
    let network = Shared::new();
    let options = GroupOptions { permissions: PolicySet::admin_only(), ..GroupOptions::default() };
    let ([mut alice, mut bob, carol], group) = group_with(&network, &options);
    let (stranger, victim) = (Actor::register(&network).inbox(), carol.inbox());
    let role = |change| Intent::UpdateAdmins { change, inbox: victim };
    let readd = Intent::ReaddInstallations { installations: vec![carol.id()] };
    for (intent, action, whom) in [
        (members(&[stranger], &[]), Action::AddMembers(vec![stranger]), Policy::Admin),
        (members(&[], &[victim]), Action::RemoveMembers(vec![victim]), Policy::Admin),
        (set(metadata::NAME, "mine"), Action::UpdateMetadata("group_name".into()), Policy::Admin),
        (set("_secret", "x"), Action::UpdateMetadata("_secret".into()), Policy::SuperAdmin),
        (role(AdminChange::AddAdmin), Action::AddAdmins(vec![victim]), Policy::SuperAdmin),
        (role(AdminChange::AddSuperAdmin), Action::ChangeSuperAdmins(vec![victim]), Policy::SuperAdmin),
        (permission(PermissionKind::AddMember, Policy::Allow), Action::UpdatePermissions, Policy::SuperAdmin),
        (readd, Action::ReaddInstallations, Policy::SuperAdmin),
    ] {
        denied(&mut bob, &group, &intent, &action, &whom);
    }
    let text = refused(&mut bob, &group, &members(&[stranger], &[])).to_string();
    let expected =
        format!("adding {stranger}: the policy \"add member\" allows only admins, and {} is a member", bob.inbox());
    assert!(text.contains(&expected), "{text}");
    // What changes nothing is nobody's to refuse.
    bob.commit(&group, &members(&[victim], &[stranger]));
    assert_eq!(bob.failures(), [""; 0]);
    alice.sync();
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // GROUP.R1
fn a_group_of_more_inboxes_than_it_may_hold_is_neither_made_nor_filled() {
    let network = Shared::new();
    let mut alice = Actor::register(&network);
    let inbox = |number: usize| InboxId::from_bytes([u8::try_from(number).unwrap(); 32]);
    let others: Vec<InboxId> = (0..MAX_GROUP_SIZE).map(inbox).collect();
    let made = alice.step(|session| session.create_group_for(&others, &GroupOptions::default()));
    assert!(matches!(made, Err(EngineError::Wish(WishError::TooManyMembers(251)))));
    assert_eq!(alice.groups(), []);
    let as_many = &others[1..];
    alice.step(|session| session.create_group_for(as_many, &GroupOptions::default())).unwrap();
    let group = alice.groups().remove(0);
    impossible(&mut alice, &group, &members(&others, &[]), &WishError::TooManyMembers(251));
}

#[test] // GROUP.R1
fn a_group_that_was_filled_by_others_meanwhile_is_not_filled_further() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let newcomers: Vec<_> = (0..5).map(|_| Actor::register(&network).inbox()).collect();
    // Each wish fits by itself.
    let nobody = |number: usize| InboxId::from_bytes([u8::try_from(number).unwrap(); 32]);
    let many: Vec<_> = (0..MAX_GROUP_SIZE - 4).map(nobody).collect();
    bob.step(|session| session.queue(&group, &members(&many, &[]))).unwrap();
    alice.add(&group, &newcomers);
    bob.sync();
    bob.drive(&group).unwrap();
    assert!(bob.failures()[0].contains("at most 250 inboxes and this would make 253"));
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // GROUP.R2
fn each_policy_is_changed_by_a_super_admin_and_held_to_from_then_on() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let (stranger, at_stake) = (Actor::register(&network).inbox(), carol.inbox());
    let admin = |change| Intent::UpdateAdmins { change, inbox: at_stake };
    for (kind, closed, wish) in [
        (PermissionKind::AddMember, Policy::Deny, members(&[stranger], &[])),
        (PermissionKind::UpdateMetadata("group_name".into()), Policy::Admin, set(metadata::NAME, "Tea")),
        (PermissionKind::UpdateMetadata("color".into()), Policy::SuperAdmin, set("color", "green")),
    ] {
        alice.commit(&group, &permission(kind.clone(), closed.clone()));
        bob.sync();
        assert_eq!(bob.info(&group).permissions.policy(&kind), Some(&closed), "{kind}");
        let error = refused(&mut bob, &group, &wish);
        assert!(matches!(error, EngineError::NotPermitted(_)), "{kind}: {error}");
        alice.commit(&group, &permission(kind, Policy::Allow));
        bob.sync();
        bob.commit(&group, &wish);
        assert_eq!(bob.failures(), [""; 0]);
        alice.sync();
    }
    // Admins can be allowed what is for super admins at first.
    alice.commit(&group, &Intent::UpdateAdmins { change: AdminChange::AddAdmin, inbox: bob.inbox() });
    for (kind, wish) in [
        (PermissionKind::AddAdmin, admin(AdminChange::AddAdmin)),
        (PermissionKind::RemoveAdmin, admin(AdminChange::RemoveAdmin)),
    ] {
        bob.sync();
        assert!(matches!(refused(&mut bob, &group, &wish), EngineError::NotPermitted(_)), "{kind}");
        alice.commit(&group, &permission(kind.clone(), Policy::Admin));
        bob.sync();
        bob.commit(&group, &wish);
        assert_eq!(bob.failures(), [""; 0]);
        alice.sync();
    }
    carol.sync();
    assert_eq!(carol.refusals(), [""; 0]);
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}

#[test] // GROUP.R2
fn changing_admins_is_never_allowed_to_everybody() {
    let ([mut alice, _bob], group) = group_of(&Shared::new());
    for kind in [PermissionKind::AddAdmin, PermissionKind::RemoveAdmin] {
        let error = refused(&mut alice, &group, &permission(kind, Policy::Allow));
        assert!(matches!(error, EngineError::Wish(WishError::Policy(PolicyError::NotForEveryone(_)))), "{error}");
    }
}

#[test] // GROUP.R3
fn a_group_with_permissions_that_members_could_not_read_is_not_made() {
    let mut alice = Actor::register(&Shared::new());
    for permissions in [
        PolicySet { add_admin: Policy::Allow, ..PolicySet::all_members() },
        PolicySet { add_member: Policy::Any(vec![]), ..PolicySet::all_members() },
    ] {
        let options = GroupOptions { permissions, ..GroupOptions::default() };
        let made = alice.step(|session| session.create_group(&options));
        assert!(matches!(made, Err(EngineError::Wish(WishError::Policy(_)))));
    }
    assert_eq!(alice.groups(), []);
}

#[test]
fn a_combination_of_policies_is_asked_as_a_whole() {
    let network = Shared::new();
    let either = Policy::Any(vec![Policy::SuperAdmin, Policy::All(vec![Policy::Allow, Policy::Admin])]);
    let permissions = PolicySet { add_member: either.clone(), ..PolicySet::all_members() };
    let options = GroupOptions { permissions, ..GroupOptions::default() };
    let ([mut alice, mut bob], group) = group_with(&network, &options);
    let stranger = Actor::register(&network).inbox();
    denied(&mut bob, &group, &members(&[stranger], &[]), &Action::AddMembers(vec![stranger]), &either);
    alice.commit(&group, &Intent::UpdateAdmins { change: AdminChange::AddAdmin, inbox: bob.inbox() });
    bob.sync();
    bob.add(&group, &[stranger]);
    alice.sync();
    assert!(alice.info(&group).members.contains_key(&stranger));
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // GROUP.R4
fn what_is_too_long_or_of_the_wrong_form_is_refused_by_name_before_it_is_queued() {
    let ([mut alice, _bob], group) = group_of(&Shared::new());
    for (field, limit) in
        [(metadata::NAME, 100), (metadata::DESCRIPTION, 1000), (metadata::IMAGE_URL, 2048), (metadata::APP_DATA, 8192)]
    {
        let too_long = WishError::TooLong { field: field.into(), bytes: limit + 1, limit };
        impossible(&mut alice, &group, &set(field, &"x".repeat(limit + 1)), &too_long);
        alice.commit(&group, &set(field, &"x".repeat(limit)));
    }
    for (field, value) in [
        (metadata::DISAPPEAR_FROM, "soon"),
        (metadata::DISAPPEAR_IN, "-1"),
        (metadata::MINIMUM_VERSION, "new"),
        (metadata::MINIMUM_VERSION, "99.0.0"),
    ] {
        let error = refused(&mut alice, &group, &set(field, value));
        assert!(matches!(&error, EngineError::Wish(WishError::BadValue { field: named, .. }) if named == field));
    }
    assert_eq!(alice.failures(), [""; 0]);
}

#[test] // GROUP.R6
fn a_direct_conversation_refuses_what_it_has_not_and_takes_what_it_has() {
    let network = Shared::new();
    let (mut alice, mut bob) = (Actor::register(&network), Actor::register(&network));
    let (to_bob, own) = (bob.inbox(), alice.inbox());
    let settings = GroupOptions { disappear_from_ns: Some(1), disappear_in_ns: Some(2), ..GroupOptions::default() };
    let dm = alice.step(|session| session.find_or_create_dm_with(to_bob, &settings)).unwrap();
    alice.add(&dm, &[to_bob]);
    bob.sync();
    let stranger = Actor::register(&network).inbox();
    let role = Intent::UpdateAdmins { change: AdminChange::AddAdmin, inbox: to_bob };
    for wish in [
        set(metadata::NAME, "us"),
        set(metadata::DESCRIPTION, "us"),
        set(metadata::IMAGE_URL, "us"),
        set(metadata::APP_DATA, "us"),
        members(&[stranger], &[]),
        members(&[], &[to_bob]),
        role,
        permission(PermissionKind::AddMember, Policy::Allow),
        Intent::ReaddInstallations { installations: vec![bob.id()] },
    ] {
        let error = refused(&mut alice, &dm, &wish);
        assert!(matches!(error, EngineError::Wish(WishError::InDm(_))), "{wish:?}: {error}");
    }
    for (field, value) in
        [(metadata::DISAPPEAR_FROM, "7"), (metadata::DISAPPEAR_IN, "8"), (metadata::MINIMUM_VERSION, "1.6.0")]
    {
        assert_ne!(bob.info(&dm).attributes.get(field).map(String::as_str), Some(value));
        alice.commit(&dm, &set(field, value));
        bob.sync();
        assert_eq!(bob.info(&dm).attributes[field], value);
    }
    assert_eq!(bob.info(&dm).minimum_version.as_deref(), Some("1.6.0"));
    // The other side is there already, and could be put back if it were not.
    alice.commit(&dm, &members(&[to_bob, own], &[]));
    assert_eq!(alice.failures(), [""; 0]);
    assert_agree([&mut alice, &mut bob], &dm);
}

#[test] // GROUP.R10
fn roles_are_for_members_and_the_last_super_admin_stays() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let (own, stranger) = (alice.inbox(), Actor::register(&network).inbox());
    let change = |change, inbox| Intent::UpdateAdmins { change, inbox };
    for wished in [AdminChange::AddAdmin, AdminChange::AddSuperAdmin] {
        impossible(&mut alice, &group, &change(wished, stranger), &WishError::NotAMember(stranger));
    }
    let last = refused(&mut alice, &group, &change(AdminChange::RemoveSuperAdmin, own));
    assert!(matches!(last, EngineError::NotPermitted(denial) if *denial == Denial::LastSuperAdmin));
    alice.commit(&group, &change(AdminChange::AddSuperAdmin, bob.inbox()));
    let error = refused(&mut alice, &group, &members(&[], &[bob.inbox()]));
    assert!(matches!(error, EngineError::NotPermitted(denial) if *denial == Denial::SuperAdminStays(bob.inbox())));
    alice.commit(&group, &change(AdminChange::RemoveSuperAdmin, own));
    bob.sync();
    assert_eq!(bob.info(&group).members[&own].role, Role::Member);
    assert_agree([&mut alice, &mut bob], &group);
}
