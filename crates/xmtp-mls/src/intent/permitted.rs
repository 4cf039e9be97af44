//! Whether a wish could be carried out at all: asked before it is queued, without the network, and again when it is made.
//!
//! Policies and roles are asked in the words of the rules for commits, so that both never differ. What is added here are
//! things that released clients refuse to their callers although members would let them through.
use super::{AdminChange, Intent, MAX_GROUP_SIZE, WishError};
use crate::{
    EngineError, Session,
    commit::{self, Action, Change, CommitRefusal, Denial, FieldChange, GroupView},
    group::{
        metadata::{self, DISAPPEAR_FROM, DISAPPEAR_IN, MINIMUM_VERSION},
        permission_kind::PermissionKind,
        permissions::{Policy, Role},
    },
    version,
};
use openmls::group::MlsGroup;
use xmtp_storage::ConversationKind;
use xmtp_types::{Epoch, GroupId, InboxId};

impl Session<'_> {
    /// Whether `intent` could be carried out in `group` as far as this installation knows the group now. The network is
    /// not asked; whatever is asked of a commit is asked again when the intent is carried out.
    ///
    /// # Errors
    /// [`EngineError::NotPermitted`] if a policy refuses it, [`EngineError::Wish`] if no such group could do it,
    /// [`EngineError::Inactive`] if the group cannot be written to, [`EngineError::UnknownGroup`] if it is not known.
    pub fn check(&mut self, group: &GroupId, intent: &Intent) -> Result<(), EngineError> {
        self.writable(group)?;
        self.check_wish(group, intent)
    }

    pub(super) fn check_wish(&mut self, group: &GroupId, intent: &Intent) -> Result<(), EngineError> {
        let mls = self.take_group(group)?;
        let checked = permitted(self, &mls, intent);
        self.keep_group(group, mls);
        checked
    }
}

/// Holds a wish to the group as it is.
///
/// # Errors
/// [`EngineError::NotPermitted`] or [`EngineError::Wish`].
pub(super) fn permitted(session: &Session<'_>, mls: &MlsGroup, intent: &Intent) -> Result<(), EngineError> {
    if matches!(intent, Intent::SendMessage { .. } | Intent::RotateKeys) {
        return Ok(());
    }
    let view = session.view_of(mls)?;
    let own = session.own.inbox();
    if view.immutable.kind == ConversationKind::Dm {
        fits_dm(&view, intent)?;
    }
    let mut change = Change::nothing(own, session.own.id(), Epoch::from(mls.epoch().as_u64()));
    match intent {
        Intent::SendMessage { .. } | Intent::RotateKeys => {}
        Intent::UpdateMetadata { field, value } => {
            fits_attribute(field, value)?;
            let old = view.metadata.attribute(field);
            if old != Some(value) {
                let (old, new) = (old.map(str::to_owned), Some(value.clone()));
                change.fields.push(FieldChange { field: field.clone(), old, new });
            }
        }
        Intent::UpdateMembers { add, remove } => members(&view, own, add, remove, &mut change)?,
        Intent::UpdateAdmins { change: wished, inbox } => roles(&view, *wished, *inbox, &mut change)?,
        Intent::UpdatePermissions { kind, policy } => {
            change.permissions_changed = with_policy(&view, kind, policy)? != view.permissions;
        }
        Intent::ReaddInstallations { .. } => may_readd(&view, own)?,
    }
    commit::permitted(&view, &change).map_err(denial)
}

/// The set of policies that a wish would make.
///
/// # Errors
/// [`EngineError::Wish`] if no group can have it.
pub(super) fn with_policy(
    view: &GroupView,
    kind: &PermissionKind,
    policy: &Policy,
) -> Result<crate::group::permissions::PolicySet, EngineError> {
    // GROUP.R2
    Ok(view.permissions.with(kind, policy.clone()).map_err(WishError::Policy)?)
}

/// Checks that a group of so many inboxes can be.
///
/// # Errors
/// [`EngineError::Wish`] if it would be too large.
pub(crate) fn fits_size(members: usize) -> Result<(), EngineError> {
    // GROUP.R1
    if members > MAX_GROUP_SIZE { Err(WishError::TooManyMembers(members).into()) } else { Ok(()) }
}

/// Checks that an attribute can have this value.
///
/// # Errors
/// [`EngineError::Wish`] if it is too long or is not what the attribute is for.
pub(crate) fn fits_attribute(field: &str, value: &str) -> Result<(), EngineError> {
    let limit = metadata::LENGTH_LIMITS.iter().find(|(limited, _)| *limited == field).map(|(_, limit)| *limit);
    // GROUP.R4
    if let Some(limit) = limit.filter(|limit| value.len() > *limit) {
        return Err(WishError::TooLong { field: field.to_owned(), bytes: value.len(), limit }.into());
    }
    let bad = |why: String| Err(WishError::BadValue { field: field.to_owned(), why }.into());
    match field {
        DISAPPEAR_FROM | DISAPPEAR_IN if !value.parse::<i64>().is_ok_and(|nanos| nanos >= 0) => {
            bad("it is no number of nanoseconds".to_owned())
        }
        MINIMUM_VERSION if !version::is_version(value) => bad("it is not a version such as 1.6.0".to_owned()),
        MINIMUM_VERSION if version::is_newer(value) => {
            bad(format!("it is newer than {}, and this installation could not go on", version::PROTOCOL_VERSION))
        }
        _ => Ok(()),
    }
}

/// What a direct conversation has: two inboxes for good, and settings that both may change.
fn fits_dm(view: &GroupView, intent: &Intent) -> Result<(), EngineError> {
    // GROUP.R6
    let is_one_of_the_two =
        |inbox: &InboxId| view.immutable.dm_members.is_some_and(|(one, two)| *inbox == one || *inbox == two);
    let refusal = match intent {
        Intent::UpdateMetadata { field, .. }
            if ![DISAPPEAR_FROM, DISAPPEAR_IN, MINIMUM_VERSION].contains(&&**field) =>
        {
            "only disappearing messages and the minimum version can be set"
        }
        Intent::UpdateMembers { remove, .. } if !remove.is_empty() => "nobody can be removed",
        Intent::UpdateMembers { add, .. } if !add.iter().all(is_one_of_the_two) => "nobody else can be added",
        Intent::UpdateAdmins { .. } => "there are no roles",
        Intent::UpdatePermissions { .. } => "permissions cannot be changed",
        Intent::ReaddInstallations { .. } => "there is no super admin who could put an installation back",
        _ => return Ok(()),
    };
    Err(WishError::InDm(refusal).into())
}

fn members(
    view: &GroupView,
    own: InboxId,
    add: &[InboxId],
    remove: &[InboxId],
    change: &mut Change,
) -> Result<(), EngineError> {
    if remove.contains(&own) {
        return Err(WishError::OwnInbox.into());
    }
    let members = &view.membership.members;
    let mut after = members.clone();
    after.retain(|inbox, _| !remove.contains(inbox));
    change.removed = members.keys().filter(|inbox| !after.contains_key(inbox)).copied().collect();
    after.extend(add.iter().map(|inbox| (*inbox, Default::default())));
    change.added = after.keys().filter(|inbox| !members.contains_key(inbox)).copied().collect();
    if after.len() > members.len() { fits_size(after.len()) } else { Ok(()) }
}

fn roles(view: &GroupView, wished: AdminChange, inbox: InboxId, change: &mut Change) -> Result<(), EngineError> {
    let makes = matches!(wished, AdminChange::AddAdmin | AdminChange::AddSuperAdmin);
    // GROUP.R10
    if makes && !view.membership.members.contains_key(&inbox) {
        return Err(WishError::NotAMember(inbox).into());
    }
    let (admins, super_admins) = (&view.metadata.admins, &view.metadata.super_admins);
    let (list, changed) = match wished {
        AdminChange::AddAdmin => (admins, &mut change.admins_added),
        AdminChange::RemoveAdmin => (admins, &mut change.admins_removed),
        AdminChange::AddSuperAdmin => (super_admins, &mut change.super_admins_added),
        AdminChange::RemoveSuperAdmin => (super_admins, &mut change.super_admins_removed),
    };
    if list.contains(&inbox) != makes {
        changed.push(inbox);
    }
    Ok(())
}

fn may_readd(view: &GroupView, own: InboxId) -> Result<(), EngineError> {
    match view.metadata.role_of(&own) {
        Role::SuperAdmin => Ok(()),
        role => Err(EngineError::NotPermitted(Box::new(Denial::Policy {
            action: Action::ReaddInstallations,
            allows: Policy::SuperAdmin,
            actor: own,
            role,
        }))),
    }
}

fn denial(refusal: CommitRefusal) -> EngineError {
    match refusal {
        // GROUP.R5
        CommitRefusal::NotPermitted { denial, .. } => EngineError::NotPermitted(denial),
        other => EngineError::Refused(other.to_string()),
    }
}
