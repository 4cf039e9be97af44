//! Which installations must come and go when membership moves from one map to another.
//!
//! Every member computes the same from the identity ledger, so a committer can neither smuggle in an installation nor
//! keep one that was revoked.
use crate::{EngineError, Session, group::membership::GroupMembership, ports::Lookup};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use xmtp_identity::InboxState;
use xmtp_types::{InboxId, InstallationId, SequenceId};

/// Installations that must come and go.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct ExpectedInstallations {
    /// Installations to add, with their inboxes.
    pub(crate) added: BTreeMap<InstallationId, InboxId>,
    /// Installations to remove.
    pub(crate) removed: BTreeSet<InstallationId>,
}

/// Compares two membership maps through the identity ledger.
///
/// # Errors
/// [`EngineError::Missing`] with all that must be fetched, [`EngineError::Invalid`] if a number is not that of an
/// identity update.
pub(crate) fn expected_installations(
    session: &Session<'_>,
    old: &GroupMembership,
    new: &GroupMembership,
) -> Result<ExpectedInstallations, EngineError> {
    let mut states = States { session, missing: BTreeSet::new() };
    let mut expected = ExpectedInstallations::default();
    for (inbox, at) in &new.members {
        let before = old.members.get(inbox).copied().unwrap_or_default();
        if before == *at {
            continue;
        }
        let before = states.at_or_nothing(inbox, before)?;
        if let Some(after) = states.at(inbox, *at)? {
            let held = |state: &Option<Arc<InboxState>>, id: &InstallationId| {
                state.as_ref().is_some_and(|state| state.contains_installation(id))
            };
            for id in after.installations().filter(|id| !held(&before, id)) {
                expected.added.insert(*id, *inbox);
            }
            if let Some(before) = &before {
                expected.removed.extend(before.installations().filter(|id| !after.contains_installation(id)));
            }
        }
    }
    for (inbox, at) in &old.members {
        if !new.members.contains_key(inbox) {
            let before = states.at_or_nothing(inbox, *at)?;
            expected.removed.extend(before.iter().flat_map(|state| state.installations().copied()));
        }
    }
    if states.missing.is_empty() { Ok(expected) } else { Err(EngineError::Missing(states.missing)) }
}

struct States<'a, 's> {
    session: &'a Session<'s>,
    missing: BTreeSet<crate::ports::Missing>,
}

impl States<'_, '_> {
    /// The state at a number; nothing if it must be fetched first.
    fn at(&mut self, inbox: &InboxId, at: SequenceId) -> Result<Option<Arc<InboxState>>, EngineError> {
        match self.session.directory.inbox_state(&mut **self.session.tx(), inbox, at) {
            Ok(state) => Ok(Some(state)),
            Err(Lookup::Missing(what)) => {
                self.missing.insert(what);
                Ok(None)
            }
            Err(other) => Err(EngineError::lookup("membership")(other)),
        }
    }

    /// Like [`States::at`], but 0 is before any state: the placeholder of a group's creator.
    fn at_or_nothing(&mut self, inbox: &InboxId, at: SequenceId) -> Result<Option<Arc<InboxState>>, EngineError> {
        if at == SequenceId::ZERO { Ok(None) } else { self.at(inbox, at) }
    }
}
