//! The state of an inbox: who its members are and who can recover it.
use crate::{Member, MemberIdentifier};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_types::{Identifier, InboxId, InstallationId};

/// Installations of one inbox at most, by what released clients agree on: they register no further one. The ledger
/// itself knows no such limit, so an inbox can be found with more.
pub const MAX_INSTALLATIONS: usize = 10;

/// Updates of one inbox at most: nodes take no further one, so an inbox that has used them up can never change again,
/// nor lose an installation.
pub const MAX_UPDATES: usize = 256;

/// The state of an inbox at one point of its log.
///
/// A state is only ever made by folding verified updates ([`InboxState::fold`]) or read back from a cache that is
/// trusted ([`InboxState::from_bytes`]).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InboxState {
    pub(crate) inbox_id: InboxId,
    pub(crate) members: BTreeMap<MemberIdentifier, Member>,
    pub(crate) recovery: Identifier,
    pub(crate) seen_signatures: BTreeSet<Vec<u8>>,
}

/// Who came and who went between two states of an inbox.
///
/// A member whose record was replaced, or who was revoked and added again, did neither.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StateDifference {
    /// Members of the new state who were not of the old one.
    pub added: Vec<MemberIdentifier>,
    /// Members of the old state who are not of the new one.
    pub removed: Vec<MemberIdentifier>,
}

impl InboxState {
    /// Whose state it is.
    pub const fn inbox_id(&self) -> &InboxId {
        &self.inbox_id
    }

    /// Who can revoke members, change the recovery identifier, and add members without being one.
    pub const fn recovery_identifier(&self) -> &Identifier {
        &self.recovery
    }

    /// All members, the earliest added first; the creator, whose time is not known, last.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        let mut members: Vec<_> = self.members.values().collect();
        // ID.R45
        members.sort_by_key(|member| member.added_at.map_or(u64::MAX, |at| at.as_nanos()));
        members.into_iter()
    }

    /// The installations among the members, the earliest added first.
    pub fn installations(&self) -> impl Iterator<Item = &InstallationId> {
        self.members().filter_map(|member| member.identifier.as_installation())
    }

    /// How many installations can still be added before released clients would call the inbox full: see
    /// [`MAX_INSTALLATIONS`].
    pub fn installation_slots_left(&self) -> usize {
        // ID.R58
        MAX_INSTALLATIONS.saturating_sub(self.installations().count())
    }

    /// The wallets and passkeys among the members, the earliest added first; the creator last.
    pub fn identifiers(&self) -> impl Iterator<Item = &Identifier> {
        self.members().filter_map(|member| member.identifier.as_identifier())
    }

    /// The record of a member.
    pub fn member(&self, identifier: &MemberIdentifier) -> Option<&Member> {
        self.members.get(identifier)
    }

    /// Whether `installation` speaks for the inbox.
    pub fn contains_installation(&self, installation: &InstallationId) -> bool {
        self.members.contains_key(&MemberIdentifier::Installation(*installation))
    }

    /// Whether `identifier` is a member.
    pub fn contains_identifier(&self, identifier: &Identifier) -> bool {
        self.members.contains_key(&MemberIdentifier::Identifier(identifier.clone()))
    }

    /// Who came and who went from `old` to `new`; with no old state everyone came.
    pub fn difference(old: Option<&Self>, new: &Self) -> StateDifference {
        // ID.R46
        let nobody = BTreeMap::new();
        let before = old.map_or(&nobody, |state| &state.members);
        let only_in = |these: &BTreeMap<MemberIdentifier, Member>, others: &BTreeMap<MemberIdentifier, Member>| {
            these.keys().filter(|identifier| !others.contains_key(identifier)).cloned().collect()
        };
        StateDifference { added: only_in(&new.members, before), removed: only_in(before, &new.members) }
    }
}

impl StateDifference {
    /// Installations that came.
    pub fn installations_added(&self) -> impl Iterator<Item = &InstallationId> {
        self.added.iter().filter_map(MemberIdentifier::as_installation)
    }

    /// Installations that went.
    pub fn installations_removed(&self) -> impl Iterator<Item = &InstallationId> {
        self.removed.iter().filter_map(MemberIdentifier::as_installation)
    }

    /// Whether nobody came and nobody went.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}
