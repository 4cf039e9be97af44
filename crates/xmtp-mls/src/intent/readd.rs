//! Takes installations out and puts them back in one commit: the way back for one that can no longer follow the group.
//!
//! Membership stays as it is. An installation without a usable key package is taken out and named as failed, so that its
//! inbox is whole for whoever joins later. Only super admins may (CM.R5).
//!
//! Source of fact: observed on released clients, which do so when an installation asks for it.
use super::{
    stage::Made,
    update_members::{self, leaves},
};
use crate::{EngineError, Session, credential, ports::Lookup};
use openmls::group::MlsGroup;
use std::collections::BTreeSet;
use xmtp_types::InstallationId;

pub(super) fn make(
    session: &mut Session<'_>,
    mls: &mut MlsGroup,
    installations: &[InstallationId],
) -> Result<Made, EngineError> {
    let mut membership = session.view_of(mls)?.membership.clone();
    let leaves = leaves(mls);
    let (mut added, mut removed, mut missing) = (Vec::new(), Vec::new(), BTreeSet::new());
    // GROUP.R7. Each once, and never this one: nobody commits their own removal.
    for installation in installations.iter().collect::<BTreeSet<_>>() {
        let Some(leaf) = leaves.get(installation).filter(|leaf| **leaf != mls.own_leaf_index()) else { continue };
        let inbox = mls.member(*leaf).and_then(|credential| credential::inbox_of(credential).ok());
        removed.push(*leaf);
        match session.directory.key_package(installation) {
            Ok(package) if package.installation() == *installation && Some(package.inbox()) == inbox => {
                membership.failed_installations.remove(installation);
                added.push(package);
            }
            Ok(_) | Err(Lookup::Absent(_)) => drop(membership.failed_installations.insert(*installation)),
            Err(Lookup::Missing(what)) => drop::<bool>(missing.insert(what)),
            Err(Lookup::Storage(error)) => return Err(error.into()),
        }
    }
    if !missing.is_empty() {
        return Err(EngineError::Missing(missing));
    }
    if removed.is_empty() {
        return Ok(Made::Nothing);
    }
    update_members::commit(session, mls, &membership, added, removed)
}
