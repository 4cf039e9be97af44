//! From a staged commit to a judgement: gathers what the rules look at, then asks them.
use super::{
    Change, ExpectedInstallations, GroupView, expected_installations,
    proposed::ProposedCommit,
    rules::{self, CommitRefusal},
};
use crate::{EngineError, Session, credential, ports::Lookup};
use openmls::{
    group::{MlsGroup, StagedCommit},
    prelude::{LeafNodeIndex, Proposal, ProposalOrRefType, Sender},
};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use xmtp_types::{Epoch, InboxId, InstallationId};

/// Why a commit was not let through.
#[derive(Debug, Error)]
pub(crate) enum CommitError {
    /// It breaks a rule: every honest member refuses it.
    #[error(transparent)]
    Refused(#[from] CommitRefusal),
    /// The group asks for a newer version of the protocol.
    #[error("the group asks for protocol version {0}")]
    Paused(String),
    /// It could not be judged yet.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl CommitError {
    /// The same as an error of our own wish.
    pub(crate) fn into_refusal(self) -> EngineError {
        match self {
            Self::Refused(refusal) => EngineError::Refused(refusal.to_string()),
            Self::Paused(version) => {
                EngineError::Refused(format!("the group asks for protocol version {version}, update the program"))
            }
            Self::Engine(error) => error,
        }
    }
}

/// Judges a staged commit by the member at `author`, and says what it changes.
///
/// # Errors
/// [`CommitError::Refused`] if it breaks a rule, [`EngineError::Missing`] if identity updates must be fetched first.
pub(crate) fn validate(
    session: &Session<'_>,
    mls: &MlsGroup,
    author: LeafNodeIndex,
    staged: &StagedCommit,
) -> Result<Change, CommitError> {
    let proposed = gather(session, mls, author, staged)?;
    let change = rules::judge(&proposed, Epoch::from(staged.epoch().as_u64()))?;
    match rules::required_version(&proposed.new) {
        Some(version) => Err(CommitError::Paused(version)),
        None => Ok(change),
    }
}

fn gather(
    session: &Session<'_>,
    mls: &MlsGroup,
    author: LeafNodeIndex,
    staged: &StagedCommit,
) -> Result<ProposedCommit, CommitError> {
    let old = session.view_of(mls)?;
    let new = session.view_after(&old, mls, staged).map_err(|error| CommitRefusal::BrokenContext(error.to_string()))?;
    let committer = mls.member_at(author).ok_or(CommitRefusal::UnknownAuthor)?;
    let installation =
        InstallationId::try_from(committer.signature_key.as_slice()).map_err(|_| CommitRefusal::UnknownAuthor)?;
    let actor = credential::inbox_of(&committer.credential).map_err(|_| CommitRefusal::UnknownAuthor)?;
    let same_path_key =
        staged.update_path_leaf_node().is_none_or(|leaf| leaf.signature_key().as_slice() == installation.as_bytes());
    let same_path_inbox = staged
        .update_path_leaf_node()
        .is_none_or(|leaf| credential::inbox_of(leaf.credential()).is_ok_and(|inbox| inbox == actor));
    let single_author = same_path_key
        && same_path_inbox
        && staged.queued_proposals().all(|queued| matches!(queued.sender(), Sender::Member(index) if *index == author));
    let mut proposed = ProposedCommit {
        actor,
        installation,
        added: BTreeMap::new(),
        removed: BTreeSet::new(),
        seated: BTreeMap::new(),
        expected: ExpectedInstallations::default(),
        actor_is_associated: false,
        single_author,
        foreign_proposals: false,
        old: GroupView::clone(&old),
        new: GroupView::clone(&new),
    };
    read_proposals(mls, staged, &mut proposed);
    proposed.seated = seated(mls, &proposed.added);
    rules::judge_membership_numbers(&proposed)?;
    proposed.expected = expected(session, &proposed)?;
    proposed.actor_is_associated = is_associated(session, &proposed)?;
    Ok(proposed)
}

/// Those of `installations` that have a leaf in the tree, with the inboxes their credentials name.
fn seated(mls: &MlsGroup, installations: &BTreeMap<InstallationId, InboxId>) -> BTreeMap<InstallationId, InboxId> {
    if installations.is_empty() {
        return BTreeMap::new();
    }
    mls.members()
        .filter_map(|leaf| {
            let installation = InstallationId::try_from(leaf.signature_key.as_slice()).ok()?;
            let is_asked = installations.contains_key(&installation);
            is_asked.then(|| Some((installation, credential::inbox_of(&leaf.credential).ok()?))).flatten()
        })
        .collect()
}

fn read_proposals(mls: &MlsGroup, staged: &StagedCommit, proposed: &mut ProposedCommit) {
    for queued in staged.queued_proposals() {
        match queued.proposal() {
            _ if queued.proposal_or_ref_type() == ProposalOrRefType::Reference => proposed.foreign_proposals = true,
            Proposal::Add(add) => {
                let leaf = add.key_package().leaf_node();
                match (
                    InstallationId::try_from(leaf.signature_key().as_slice()),
                    credential::inbox_of(leaf.credential()),
                ) {
                    (Ok(installation), Ok(inbox)) => drop(proposed.added.insert(installation, inbox)),
                    _ => proposed.foreign_proposals = true,
                }
            }
            Proposal::Remove(remove) => {
                let leaf = mls.member_at(remove.removed());
                match leaf.and_then(|leaf| InstallationId::try_from(leaf.signature_key.as_slice()).ok()) {
                    Some(installation) => drop::<bool>(proposed.removed.insert(installation)),
                    None => proposed.foreign_proposals = true,
                }
            }
            Proposal::GroupContextExtensions(_) => {}
            _ => proposed.foreign_proposals = true,
        }
    }
}

fn expected(session: &Session<'_>, proposed: &ProposedCommit) -> Result<ExpectedInstallations, CommitError> {
    expected_installations(session, &proposed.old.membership, &proposed.new.membership).map_err(|error| match error {
        EngineError::Invalid { .. } => CommitError::Refused(CommitRefusal::UnknownIdentityUpdate),
        other => CommitError::Engine(other),
    })
}

/// Whether the committer's installation belongs to its inbox at the number the new membership names.
fn is_associated(session: &Session<'_>, proposed: &ProposedCommit) -> Result<bool, CommitError> {
    let Some(at) = proposed.new.membership.members.get(&proposed.actor) else {
        return Ok(false);
    };
    match session.directory.inbox_state(&mut **session.tx(), &proposed.actor, *at) {
        Ok(state) => Ok(state.contains_installation(&proposed.installation)),
        Err(Lookup::Absent(_)) => Ok(false),
        Err(other) => Err(EngineError::lookup("membership")(other).into()),
    }
}

#[cfg(test)]
mod tests;
