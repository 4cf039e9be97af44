//! Adds and removes inboxes, and brings every member's installations up to date: one commit with inline proposals.
//!
//! Membership is a map of inboxes to the number of the identity update up to which each is known. Every other member
//! computes from the old and the new map which installations must come and go, and refuses a commit that does anything
//! else; so does this installation. The creator's number is 0 until the first such commit lifts it.
//!
//! Source of fact: XMTP documentation, "Group membership"; observed on released clients.
use super::{build::build, stage::Made};
use crate::{
    EngineError, Session,
    commit::{ExpectedInstallations, expected_installations},
    group::{extensions, membership::GroupMembership},
    key_package::VerifiedKeyPackage,
    ports::Lookup,
    welcome::{Pointers, Recipient},
};
use openmls::{
    extensions::Extensions,
    group::{CommitMessageBundle, GroupContext, MlsGroup},
    prelude::LeafNodeIndex,
};
use openmls_traits::OpenMlsProvider as _;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use xmtp_types::{InboxId, InstallationId, SequenceId};

/// Inboxes in one group. Checked where members are added, as released clients do.
pub const MAX_GROUP_SIZE: usize = 250;

/// What follows a membership commit once it has its place: welcomes for the installations it added.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct PostCommit {
    /// The welcome as an `MLSMessage`.
    pub(crate) welcome: Vec<u8>,
    /// Who gets it.
    pub(crate) recipients: Vec<Recipient>,
    /// The commit's number, once it is known.
    pub(crate) commit: Option<u64>,
}

pub(super) fn make(
    session: &mut Session<'_>,
    mls: &mut MlsGroup,
    add: &[InboxId],
    remove: &[InboxId],
) -> Result<Made, EngineError> {
    let view = session.view_of(mls)?;
    let old = &view.membership;
    let mut new = wished_membership(session, old, add, remove)?;
    let expected = expected_installations(session, old, &new)?;
    let leaves = leaves(mls);
    let added = usable_key_packages(session, &leaves, &expected, &mut new)?;
    if !add.is_empty() && added.is_empty() && new.failed_installations.len() > old.failed_installations.len() {
        return Err(EngineError::Refused(
            "no installation of the inboxes to add has a valid key package: they must come online once".into(),
        ));
    }
    let mut removed = Vec::new();
    for installation in &expected.removed {
        match leaves.get(installation) {
            Some(leaf) if *leaf == mls.own_leaf_index() => return Ok(Made::Nothing),
            Some(leaf) => removed.push(*leaf),
            // It was never added: named as failed, so that nobody looks for it.
            None => drop(new.failed_installations.insert(*installation)),
        }
    }
    if added.is_empty() && removed.is_empty() && new.members == old.members {
        return Ok(Made::Nothing);
    }
    commit(session, mls, &new, added, removed)
}

fn wished_membership(
    session: &Session<'_>,
    old: &GroupMembership,
    add: &[InboxId],
    remove: &[InboxId],
) -> Result<GroupMembership, EngineError> {
    let mut new = old.clone();
    for inbox in remove {
        new.members.remove(inbox);
    }
    for inbox in add {
        new.members.entry(*inbox).or_insert(SequenceId::ZERO);
    }
    let mut missing = BTreeSet::new();
    for (inbox, sequence_id) in &mut new.members {
        let newest = session.directory.newest_identity(&mut **session.tx(), inbox);
        match newest {
            Ok(newest) => *sequence_id = newest.max(*sequence_id),
            Err(Lookup::Missing(what)) => drop(missing.insert(what)),
            Err(Lookup::Absent(_)) => {
                return Err(EngineError::Refused(format!("inbox {inbox} is not on this network: check its id")));
            }
            Err(Lookup::Storage(error)) => return Err(error.into()),
        }
    }
    if missing.is_empty() { Ok(new) } else { Err(EngineError::Missing(missing)) }
}

/// The key packages of the installations to add. Those that cannot be added are named in the new membership, or
/// joiners would refuse the welcome for the installations they do not find.
fn usable_key_packages(
    session: &Session<'_>,
    leaves: &BTreeMap<InstallationId, LeafNodeIndex>,
    expected: &ExpectedInstallations,
    new: &mut GroupMembership,
) -> Result<Vec<Arc<VerifiedKeyPackage>>, EngineError> {
    let mut missing = BTreeSet::new();
    let mut usable = Vec::new();
    for (installation, inbox) in &expected.added {
        if *installation == session.own.id() || leaves.contains_key(installation) {
            continue;
        }
        match session.directory.key_package(installation) {
            Ok(package) if package.installation() == *installation && package.inbox() == *inbox => {
                new.failed_installations.remove(installation);
                usable.push(package);
            }
            Ok(_) | Err(Lookup::Absent(_)) => drop(new.failed_installations.insert(*installation)),
            Err(Lookup::Missing(what)) => drop::<bool>(missing.insert(what)),
            Err(Lookup::Storage(error)) => return Err(error.into()),
        }
    }
    if missing.is_empty() { Ok(usable) } else { Err(EngineError::Missing(missing)) }
}

/// Commits a change of members, with the welcome for those who are added.
pub(super) fn commit(
    session: &mut Session<'_>,
    mls: &mut MlsGroup,
    membership: &GroupMembership,
    added: Vec<Arc<VerifiedKeyPackage>>,
    removed: Vec<LeafNodeIndex>,
) -> Result<Made, EngineError> {
    let recipients: Vec<Recipient> = added.iter().map(|package| Recipient::from(&**package)).collect();
    let replaced = extensions::with_membership(mls.extensions(), membership)?;
    // The library makes a commit on one core, so that another can seal the pointers meanwhile.
    let keys: Vec<_> = added.iter().map(|package| package.welcome_recipient()).collect();
    let (bundle, pointers) = std::thread::scope(|scope| {
        let sealing = Pointers::are_for(&recipients).then(|| scope.spawn(|| Pointers::seal(&recipients, keys)));
        let bundle = propose(session, mls, replaced, &added, removed);
        (bundle, sealing.and_then(|sealing| sealing.join().ok()).transpose())
    });
    let bundle = bundle?;
    let bytes = bundle.commit().to_bytes().map_err(|error| EngineError::mls("encoding a commit")(&error))?;
    let Some(welcome) = bundle.into_welcome_msg() else {
        return Ok(Made::Message { bytes, post_commit: None });
    };
    let welcome = welcome.to_bytes().map_err(|error| EngineError::mls("encoding a welcome")(&error))?;
    *session.pointers = pointers?;
    if let Some(pointers) = &mut session.pointers {
        pointers.tie_to(&welcome);
    }
    let follow = PostCommit { welcome, recipients, commit: None };
    let post_commit = postcard::to_stdvec(&follow).map_err(EngineError::encoding)?;
    Ok(Made::Message { bytes, post_commit: Some(post_commit) })
}

fn propose(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    context: Extensions<GroupContext>,
    added: &[Arc<VerifiedKeyPackage>],
    removed: Vec<LeafNodeIndex>,
) -> Result<CommitMessageBundle, EngineError> {
    let init_keys = added.iter().map(|package| package.key_package().hpke_init_key().as_slice());
    let _ahead = session.provider.crypto().encapsulate_ahead(init_keys);
    let builder = mls
        .commit_builder()
        .propose_adds(added.iter().map(|package| package.key_package().clone()))
        .propose_removals(removed)
        .propose_group_context_extensions(context)
        .map_err(|error| EngineError::mls("proposing a membership change")(&error))?;
    build(session, builder)
}

/// The leaves of a group by installation.
pub(crate) fn leaves(mls: &MlsGroup) -> BTreeMap<InstallationId, LeafNodeIndex> {
    mls.members()
        .filter_map(|member| {
            InstallationId::try_from(member.signature_key.as_slice()).ok().map(|id| (id, member.index))
        })
        .collect()
}
