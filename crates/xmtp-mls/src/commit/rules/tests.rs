use super::{super::ExpectedInstallations, *};
use crate::group::{
    membership::GroupMembership,
    metadata::{GroupOptions, ImmutableMetadata},
    permissions::{Policy, PolicySet},
};
use xmtp_storage::ConversationKind;

const fn inbox(number: u8) -> InboxId {
    InboxId::from_bytes([number; 32])
}

const fn installation(number: u8) -> InstallationId {
    InstallationId::from_bytes([number; 32])
}

/// A group of inboxes 1 (super admin), 2 (admin) and 3 (member), each with one installation of its number.
fn view() -> GroupView {
    let mut metadata = MutableMetadata::of_group(inbox(1), &GroupOptions::default(), &[9; 32]);
    metadata.add_admin(inbox(2));
    GroupView {
        immutable: ImmutableMetadata {
            kind: ConversationKind::Group,
            creator: inbox(1),
            dm_members: None,
            oneshot: None,
        },
        immutable_bytes: vec![1],
        metadata,
        permissions: PolicySet::all_members(),
        membership: GroupMembership {
            members: (1..=3).map(|number| (inbox(number), SequenceId::new(u64::from(number)))).collect(),
            failed_installations: BTreeSet::new(),
        },
    }
}

/// A commit by `author` that changes nothing yet.
fn commit_by(author: u8) -> ProposedCommit {
    ProposedCommit {
        actor: inbox(author),
        installation: installation(author),
        old: view(),
        new: view(),
        added: BTreeMap::new(),
        removed: BTreeSet::new(),
        seated: (1..=3).map(|number| (installation(number), inbox(number))).collect(),
        expected: ExpectedInstallations::default(),
        actor_is_associated: true,
        single_author: true,
        foreign_proposals: false,
    }
}

fn adding(author: u8, added: u8) -> ProposedCommit {
    let mut commit = commit_by(author);
    commit.new.membership.members.insert(inbox(added), SequenceId::new(9));
    commit.expected.added.insert(installation(added), inbox(added));
    commit.added.insert(installation(added), inbox(added));
    commit
}

fn removing(author: u8, removed: u8) -> ProposedCommit {
    let mut commit = commit_by(author);
    commit.new.membership.members.remove(&inbox(removed));
    commit.expected.removed.insert(installation(removed));
    commit.removed.insert(installation(removed));
    commit
}

fn judged(commit: &ProposedCommit) -> Result<Change, CommitRefusal> {
    judge(commit, Epoch::from(2))
}

#[track_caller]
fn refused_by(rule: &str, commit: &ProposedCommit) {
    match judged(commit) {
        Err(
            CommitRefusal::Form { rule: found, .. }
            | CommitRefusal::Installations { rule: found, .. }
            | CommitRefusal::NotPermitted { rule: found, .. },
        ) => assert_eq!(found, rule),
        other => panic!("{rule} did not refuse: {other:?}"),
    }
}

#[test]
fn a_commit_that_changes_nothing_is_let_through_and_invisible() {
    assert!(judged(&commit_by(3)).unwrap().is_invisible());
}

#[test] // CM.R1
fn proposals_by_reference_and_of_unused_kinds_are_refused() {
    refused_by("CM.R1", &ProposedCommit { foreign_proposals: true, ..commit_by(1) });
}

#[test] // CM.R2
fn a_commit_of_several_authors_is_refused() {
    refused_by("CM.R2", &ProposedCommit { single_author: false, ..commit_by(1) });
}

#[test] // CM.R3
fn identity_numbers_never_go_down_and_new_members_have_one() {
    let mut lower = commit_by(1);
    lower.new.membership.members.insert(inbox(3), SequenceId::new(2));
    let mut nameless = commit_by(1);
    nameless.new.membership.members.insert(inbox(4), SequenceId::ZERO);
    for commit in [lower, nameless] {
        assert!(matches!(judge_membership_numbers(&commit), Err(CommitRefusal::Form { rule: "CM.R3", .. })));
    }
    assert_eq!(judge_membership_numbers(&adding(1, 4)), Ok(()));
}

#[test] // CM.R4
fn an_installation_nobody_called_for_is_refused() {
    let mut commit = adding(1, 4);
    commit.added.insert(installation(5), inbox(4));
    refused_by("CM.R4", &commit);
    let mut fewer = adding(1, 4);
    fewer.added.clear();
    fewer.new.membership.failed_installations.insert(installation(4));
    assert_eq!(judged(&fewer).unwrap().added, [inbox(4)]);
}

#[test] // CM.R5
fn exactly_the_installations_called_for_are_removed() {
    let mut too_many = removing(1, 3);
    too_many.removed.insert(installation(2));
    refused_by("CM.R5", &too_many);
    let mut too_few = removing(1, 3);
    too_few.removed.clear();
    refused_by("CM.R5", &too_few);
    too_few.new.membership.failed_installations.insert(installation(3));
    assert_eq!(judged(&too_few).unwrap().removed, [inbox(3)]);
}

#[test] // CM.R5
fn a_super_admin_may_take_an_installation_out_and_put_it_back() {
    let readd = |author| {
        let mut commit = commit_by(author);
        commit.removed.insert(installation(3));
        commit.added.insert(installation(3), inbox(3));
        commit
    };
    assert!(judged(&readd(1)).is_ok());
    refused_by("CM.R5", &readd(2));
}

#[test] // CM.R6
fn an_author_outside_the_new_membership_is_refused() {
    refused_by("CM.R6", &removing(2, 2));
    refused_by("CM.R6", &ProposedCommit { actor_is_associated: false, ..commit_by(1) });
}

#[test] // CM.R7
fn attributes_have_lengths_in_bytes() {
    for (field, limit) in metadata::LENGTH_LIMITS {
        let mut commit = commit_by(1);
        commit.new.metadata.set_attribute(field, &"x".repeat(*limit));
        assert!(judged(&commit).is_ok(), "{field}");
        commit.new.metadata.set_attribute(field, &"x".repeat(limit + 1));
        refused_by("CM.R7", &commit);
    }
}

#[test] // CM.R8
fn immutable_metadata_never_changes() {
    let mut commit = commit_by(1);
    commit.new.immutable_bytes.push(0);
    refused_by("CM.R8", &commit);
}

#[test] // CM.R9
fn adding_asks_the_add_policy() {
    assert_eq!(judged(&adding(3, 4)).unwrap().added, [inbox(4)]);
    let mut commit = adding(3, 4);
    commit.old.permissions = PolicySet::admin_only();
    commit.new.permissions = PolicySet::admin_only();
    refused_by("CM.R9", &commit);
    commit.actor = inbox(2);
    assert!(judged(&commit).is_ok());
}

#[test] // CM.R9
fn either_side_of_a_direct_conversation_may_add_the_other_alone() {
    let mut commit = adding(1, 4);
    commit.old.permissions = PolicySet::dm();
    commit.new.permissions = PolicySet::dm();
    refused_by("CM.R9", &commit);
    commit.old.immutable.dm_members = Some((inbox(1), inbox(4)));
    assert!(judged(&commit).is_ok());
}

#[test] // CM.R10
fn removing_asks_the_remove_policy_and_never_takes_a_super_admin() {
    refused_by("CM.R10", &removing(3, 2));
    assert_eq!(judged(&removing(2, 3)).unwrap().removed, [inbox(3)]);
    refused_by("CM.R10", &removing(2, 1));
}

#[test] // CM.R11
fn attributes_ask_their_policy_and_unknown_ones_a_default() {
    let set = |author, field: &str| {
        let mut commit = commit_by(author);
        commit.new.metadata.set_attribute(field, "1");
        commit
    };
    assert!(judged(&set(3, "group_name")).is_ok());
    refused_by("CM.R11", &set(3, "message_disappear_in_ns"));
    refused_by("CM.R11", &set(3, "something_else"));
    assert!(judged(&set(2, "something_else")).is_ok());
    refused_by("CM.R11", &set(2, "_private"));
    assert!(judged(&set(1, "_private")).is_ok());
}

#[test] // CM.R12
fn admins_are_changed_by_whom_the_policies_allow() {
    let mut add = commit_by(2);
    add.new.metadata.add_admin(inbox(3));
    refused_by("CM.R12", &add);
    let mut remove = commit_by(3);
    remove.new.metadata.remove_admin(&inbox(2));
    refused_by("CM.R12", &remove);
    add.old.permissions.add_admin = Policy::Admin;
    add.new.permissions.add_admin = Policy::Admin;
    assert_eq!(judged(&add).unwrap().admins_added, [inbox(3)]);
}

#[test] // CM.R13
fn super_admins_are_changed_by_super_admins_and_one_stays() {
    let mut add = commit_by(2);
    add.new.metadata.add_super_admin(inbox(2));
    refused_by("CM.R13", &add);
    let mut last = commit_by(1);
    last.new.metadata.remove_super_admin(&inbox(1));
    refused_by("CM.R13", &last);
    last.new.metadata.add_super_admin(inbox(2));
    assert_eq!(judged(&last).unwrap().super_admins_removed, [inbox(1)]);
}

#[test] // CM.R14
fn permissions_are_changed_by_super_admins() {
    let mut commit = commit_by(2);
    commit.new.permissions = PolicySet::admin_only();
    refused_by("CM.R14", &commit);
    commit.actor = inbox(1);
    assert!(judged(&commit).unwrap().permissions_changed);
}

#[test] // CM.R15
fn a_newer_minimum_version_is_found() {
    let mut group = view();
    assert_eq!(required_version(&group), None);
    group.metadata.set_attribute(metadata::MINIMUM_VERSION, "1.6.0");
    assert_eq!(required_version(&group), None);
    group.metadata.set_attribute(metadata::MINIMUM_VERSION, "1.11.0-dev");
    assert_eq!(required_version(&group).as_deref(), Some("1.11.0-dev"));
}

#[test] // CM.R16
fn an_installation_under_another_name_is_refused() {
    let mut commit = adding(1, 4);
    commit.added.insert(installation(4), inbox(2));
    refused_by("CM.R16", &commit);
}
