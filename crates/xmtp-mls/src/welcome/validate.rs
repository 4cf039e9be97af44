//! What a group must look like before this installation joins it, rules `WE.R1` to `WE.R7` of `xips/welcomes.md`.
use crate::{
    EngineError, Session,
    commit::GroupView,
    credential,
    group::{extensions, membership::GroupMembership},
    ports::Lookup,
};
use openmls::{
    extensions::Extensions,
    group::{GroupContext, Member},
};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_storage::ConversationKind;
use xmtp_types::{InboxId, InstallationId, SequenceId};

/// Asks for what [`members`] will need of the identity ledger, as far as it is not here. Nothing in `offered` is verified
/// yet, which takes a signature for each member: it would be done again after the fetch.
///
/// # Errors
/// [`EngineError::Missing`] if identity updates must be fetched first, [`EngineError::Storage`].
pub(super) fn ask_for_members(session: &Session<'_>, offered: &Extensions<GroupContext>) -> Result<(), EngineError> {
    let Ok(membership) = extensions::membership(offered) else { return Ok(()) };
    match known_installations(session, &membership) {
        Err(error @ (EngineError::Missing(_) | EngineError::Storage(_))) => Err(error),
        // What is wrong with it is for the checks to say.
        _ => Ok(()),
    }
}

/// Checks that the leaves of the tree are exactly the installations that the identity ledger knows, less those the
/// group names as failed.
///
/// # Errors
/// [`EngineError::Missing`] if identity updates must be fetched first, [`EngineError::Invalid`] if a rule is broken.
pub(super) fn members(
    session: &Session<'_>,
    view: &GroupView,
    leaves: impl Iterator<Item = Member>,
) -> Result<(), EngineError> {
    let mut unseated = known_installations(session, &view.membership)?;
    for leaf in leaves {
        let inbox = credential::inbox_of(&leaf.credential)?;
        let installation = InstallationId::try_from(leaf.signature_key.as_slice()).map_err(|_| refusal("WE.R2"))?;
        if unseated.remove(&installation) != Some(inbox) {
            return Err(refusal("WE.R2"));
        }
    }
    if unseated.keys().all(|installation| view.membership.failed_installations.contains(installation)) {
        Ok(())
    } else {
        Err(refusal("WE.R3"))
    }
}

/// Every installation of every inbox in the membership map, at exactly the number the map names.
fn known_installations(
    session: &Session<'_>,
    membership: &GroupMembership,
) -> Result<BTreeMap<InstallationId, InboxId>, EngineError> {
    let mut missing = BTreeSet::new();
    let mut known = BTreeMap::new();
    for (inbox, at) in &membership.members {
        if *at == SequenceId::ZERO {
            return Err(refusal("WE.R1"));
        }
        match session.directory.inbox_state(&mut **session.tx(), inbox, *at) {
            Ok(state) => known.extend(state.installations().map(|installation| (*installation, *inbox))),
            Err(Lookup::Missing(what)) => drop(missing.insert(what)),
            Err(Lookup::Absent(_)) => return Err(refusal("WE.R1")),
            Err(Lookup::Storage(error)) => return Err(error.into()),
        }
    }
    if missing.is_empty() { Ok(known) } else { Err(EngineError::Missing(missing)) }
}

/// What kind of conversation this is, if it may be joined as that.
///
/// # Errors
/// [`EngineError::Invalid`] if it may not.
pub(super) fn kind(view: &GroupView, own: &InboxId, adder: &InboxId) -> Result<ConversationKind, EngineError> {
    let kind = view.immutable.kind;
    match (kind, view.immutable.dm_members) {
        (ConversationKind::Dm, Some((one, two))) => {
            let has_us = one == *own || two == *own;
            let has_adder = one == *adder || two == *adder;
            if !has_us || !has_adder || one == two {
                return Err(refusal("WE.R4"));
            }
            if !view.metadata.admins.is_empty() || !view.metadata.super_admins.is_empty() {
                return Err(refusal("WE.R5"));
            }
            if view.permissions.resembles_dm() { Ok(kind) } else { Err(refusal("WE.R6")) }
        }
        (ConversationKind::Dm, None) | (_, Some(_)) => Err(refusal("WE.R4")),
        // A sync group is for the installations of one inbox.
        (ConversationKind::Sync, None) if adder != own => Err(refusal("WE.R4")),
        (_, None) => Ok(kind),
    }
}

/// Checks that a welcome to a conversation that is known here is to that one and not to another under its id.
///
/// # Errors
/// [`EngineError::Invalid`] if it is not.
pub(super) fn same_conversation(
    known: &Extensions<GroupContext>,
    offered: &Extensions<GroupContext>,
) -> Result<(), EngineError> {
    if extensions::immutable_bytes(known)? == extensions::immutable_bytes(offered)? {
        Ok(())
    } else {
        Err(refusal("WE.R7"))
    }
}

fn refusal(rule: &'static str) -> EngineError {
    let why = match rule {
        "WE.R1" => "it names an identity update that does not exist",
        "WE.R2" => "a leaf is not an installation of the inbox it names",
        "WE.R3" => "an installation of a member is neither in the tree nor named as failed",
        "WE.R4" => "it is not between this inbox and the one that sent it",
        "WE.R5" => "a direct conversation has no admins",
        "WE.R7" => "it is to another conversation under the id of one that is known",
        _ => "its permissions are not those of a direct conversation",
    };
    EngineError::Invalid { what: "welcome", why: format!("it breaks {rule}: {why}") }
}

#[cfg(test)]
mod tests;
