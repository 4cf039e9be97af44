//! The rules every commit is held to, each with its id from `xips/commits.md`.
//!
//! Pure: a [`ProposedCommit`] goes in, a [`Change`] or the first broken rule comes out. Roles and policies are those
//! before the commit.
//!
//! Source of fact: XMTP documentation, "Group permissions"; observed on released clients.
use super::{Action, Change, Denial, FieldChange, GroupView, proposed::ProposedCommit};
use crate::{
    group::{
        metadata::{self, MutableMetadata},
        permissions::{Policy, Role},
    },
    version,
};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use xmtp_types::{Epoch, InboxId, InstallationId, SequenceId};

/// The rule a commit breaks. Every honest member refuses such a commit and the group goes on without it.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CommitRefusal {
    /// The author is not a member, or its credential names no inbox.
    #[error("its author is not a member of the group")]
    UnknownAuthor,
    /// The new group context cannot be read.
    #[error("it would leave the group with metadata, membership or permissions that cannot be read: {0}")]
    BrokenContext(String),
    /// A number in the new membership is not that of an identity update.
    #[error("it names an identity update that does not exist")]
    UnknownIdentityUpdate,
    /// A rule about its form.
    #[error("it breaks {rule}: {why}")]
    Form {
        /// The rule's id.
        rule: &'static str,
        /// Why.
        why: &'static str,
    },
    /// A rule about installations.
    #[error("it breaks {rule}: {why}")]
    Installations {
        /// The rule's id.
        rule: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The author may not do this.
    #[error("it breaks {rule}: {denial}")]
    NotPermitted {
        /// The rule's id.
        rule: &'static str,
        /// Which policy refused what to whom.
        denial: Box<Denial>,
    },
}

/// Holds a commit to every rule and says what it changes.
///
/// # Errors
/// The first rule it breaks.
pub(super) fn judge(commit: &ProposedCommit, epoch: Epoch) -> Result<Change, CommitRefusal> {
    judge_form(commit)?;
    judge_installations(commit)?;
    let change = change(commit, epoch);
    permitted(&commit.old, &change)?;
    Ok(change)
}

/// Holds a change to the roles and policies of the group before it.
///
/// # Errors
/// [`CommitRefusal::NotPermitted`] with the first policy that refuses.
pub(crate) fn permitted(group: &GroupView, change: &Change) -> Result<(), CommitRefusal> {
    judge_members(group, change)?;
    judge_fields(group, change)?;
    judge_roles(group, change)
}

/// Rules that must hold before the identity ledger is asked.
///
/// # Errors
/// [`CommitRefusal::Form`].
pub(super) fn judge_membership_numbers(commit: &ProposedCommit) -> Result<(), CommitRefusal> {
    let new = &commit.new.membership.members;
    for (inbox, before) in &commit.old.membership.members {
        if new.get(inbox).is_some_and(|after| after < before) {
            return form("CM.R3", "the number of a member's identity update goes down");
        }
    }
    if new.iter().any(|(inbox, at)| *at == SequenceId::ZERO && !commit.old.membership.members.contains_key(inbox)) {
        return form("CM.R3", "a member is added without the number of an identity update");
    }
    Ok(())
}

/// The protocol version the group asks for, if it is newer than ours.
pub(crate) fn required_version(group: &GroupView) -> Option<String> {
    let wanted = group.metadata.attribute(metadata::MINIMUM_VERSION)?;
    // CM.R15
    version::is_newer(wanted).then(|| wanted.to_owned())
}

fn judge_form(commit: &ProposedCommit) -> Result<(), CommitRefusal> {
    if commit.foreign_proposals {
        return form("CM.R1", "it carries a proposal that is never used: by reference, PSK, or of an unknown kind");
    }
    if !commit.single_author {
        return form("CM.R2", "its proposals and its update path are not all of one installation");
    }
    if commit.new.immutable_bytes != commit.old.immutable_bytes {
        return form("CM.R8", "it changes metadata that must never change");
    }
    for (field, limit) in metadata::LENGTH_LIMITS {
        let changed = commit.new.metadata.attribute(field) != commit.old.metadata.attribute(field);
        if changed && commit.new.metadata.attribute(field).is_some_and(|value| value.len() > *limit) {
            return form("CM.R7", "an attribute of the metadata is longer than allowed");
        }
    }
    Ok(())
}

fn judge_installations(commit: &ProposedCommit) -> Result<(), CommitRefusal> {
    let broken = |rule, why| Err(CommitRefusal::Installations { rule, why });
    if !commit.new.membership.members.contains_key(&commit.actor) || !commit.actor_is_associated {
        return broken("CM.R6", "its author does not speak for an inbox of the new membership");
    }
    for (installation, inbox) in &commit.added {
        match commit.expected.added.get(installation).or_else(|| commit.seated.get(installation)) {
            Some(owner) if owner == inbox => {}
            Some(_) => return broken("CM.R16", "it adds an installation under the name of another inbox"),
            None => return broken("CM.R4", "it adds an installation that the identity ledger does not call for"),
        }
    }
    let (removed, failed) = without_readded(commit);
    let called_for: BTreeSet<_> = commit.expected.removed.difference(&failed).copied().collect();
    if removed != called_for {
        return broken("CM.R5", "it does not remove exactly the installations that the identity ledger calls for");
    }
    Ok(())
}

/// Removed and failed installations, less those a super admin takes out and puts back in one commit.
fn without_readded(commit: &ProposedCommit) -> (BTreeSet<InstallationId>, BTreeSet<InstallationId>) {
    let failed = &commit.new.membership.failed_installations;
    let is_readded = |installation: &InstallationId| {
        commit.old.metadata.role_of(&commit.actor) == Role::SuperAdmin
            && commit.removed.contains(installation)
            && (commit.added.contains_key(installation)
                || (failed.contains(installation) && !commit.expected.removed.contains(installation)))
    };
    (
        commit.removed.iter().filter(|installation| !is_readded(installation)).copied().collect(),
        failed.iter().filter(|installation| !is_readded(installation)).copied().collect(),
    )
}

fn judge_members(group: &GroupView, change: &Change) -> Result<(), CommitRefusal> {
    let role = group.metadata.role_of(&change.actor);
    let is_dm_repair = matches!(change.added.as_slice(), [added] if *added != change.actor
        && group.immutable.dm_members.is_some_and(|(one, two)| *added == one || *added == two));
    if !change.added.is_empty() && !is_dm_repair {
        let add = &group.permissions.add_member;
        ask("CM.R9", add, role, change, || Action::AddMembers(change.added.clone()))?;
    }
    if !change.removed.is_empty() {
        let remove = &group.permissions.remove_member;
        ask("CM.R10", remove, role, change, || Action::RemoveMembers(change.removed.clone()))?;
    }
    match change.removed.iter().find(|inbox| group.metadata.role_of(inbox) == Role::SuperAdmin) {
        Some(inbox) => denied("CM.R10", Denial::SuperAdminStays(*inbox)),
        None => Ok(()),
    }
}

fn judge_fields(group: &GroupView, change: &Change) -> Result<(), CommitRefusal> {
    let role = group.metadata.role_of(&change.actor);
    for field in &change.fields {
        let policy = group.permissions.policy_of_attribute(&field.field);
        ask("CM.R11", policy, role, change, || Action::UpdateMetadata(field.field.clone()))?;
    }
    Ok(())
}

fn judge_roles(group: &GroupView, change: &Change) -> Result<(), CommitRefusal> {
    let role = group.metadata.role_of(&change.actor);
    let policies = &group.permissions;
    if !change.admins_added.is_empty() {
        ask("CM.R12", &policies.add_admin, role, change, || Action::AddAdmins(change.admins_added.clone()))?;
    }
    if !change.admins_removed.is_empty() {
        ask("CM.R12", &policies.remove_admin, role, change, || Action::RemoveAdmins(change.admins_removed.clone()))?;
    }
    let (made, unmade) = (&change.super_admins_added, &change.super_admins_removed);
    if !made.is_empty() || !unmade.is_empty() {
        let whom = || Action::ChangeSuperAdmins(made.iter().chain(unmade).copied().collect());
        ask("CM.R13", &Policy::SuperAdmin, role, change, whom)?;
    }
    if !unmade.is_empty() && made.is_empty() && group.metadata.super_admins.iter().all(|inbox| unmade.contains(inbox)) {
        return denied("CM.R13", Denial::LastSuperAdmin);
    }
    if change.permissions_changed {
        ask("CM.R14", &Policy::SuperAdmin, role, change, || Action::UpdatePermissions)?;
    }
    Ok(())
}

fn change(commit: &ProposedCommit, epoch: Epoch) -> Change {
    let (old, new) = (&commit.old, &commit.new);
    Change {
        actor: commit.actor,
        installation: commit.installation,
        epoch,
        added: keys_only_in(&new.membership.members, &old.membership.members),
        removed: keys_only_in(&old.membership.members, &new.membership.members),
        fields: fields(&old.metadata, &new.metadata),
        admins_added: new.metadata.admins.difference(&old.metadata.admins).copied().collect(),
        admins_removed: old.metadata.admins.difference(&new.metadata.admins).copied().collect(),
        super_admins_added: new.metadata.super_admins.difference(&old.metadata.super_admins).copied().collect(),
        super_admins_removed: old.metadata.super_admins.difference(&new.metadata.super_admins).copied().collect(),
        permissions_changed: old.permissions != new.permissions,
        left: Vec::new(),
        readded: commit.added.keys().filter(|id| commit.removed.contains(id)).copied().collect(),
    }
}

fn keys_only_in(these: &BTreeMap<InboxId, SequenceId>, those: &BTreeMap<InboxId, SequenceId>) -> Vec<InboxId> {
    these.keys().filter(|inbox| !those.contains_key(inbox)).copied().collect()
}

fn fields(old: &MutableMetadata, new: &MutableMetadata) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = old.attributes.keys().chain(new.attributes.keys()).collect();
    names
        .into_iter()
        .filter(|name| old.attribute(name) != new.attribute(name))
        .map(|name| FieldChange {
            field: name.clone(),
            old: old.attribute(name).map(str::to_owned),
            new: new.attribute(name).map(str::to_owned),
        })
        .collect()
}

fn form(rule: &'static str, why: &'static str) -> Result<(), CommitRefusal> {
    Err(CommitRefusal::Form { rule, why })
}

/// Asks one policy whether the author of a change may act.
fn ask(
    rule: &'static str,
    allows: &Policy,
    role: Role,
    change: &Change,
    action: impl FnOnce() -> Action,
) -> Result<(), CommitRefusal> {
    if allows.allows(role) {
        return Ok(());
    }
    denied(rule, Denial::Policy { action: action(), allows: allows.clone(), actor: change.actor, role })
}

fn denied(rule: &'static str, denial: Denial) -> Result<(), CommitRefusal> {
    Err(CommitRefusal::NotPermitted { rule, denial: Box::new(denial) })
}

#[cfg(test)]
mod tests;
