//! Changes who is an admin: one commit that replaces the mutable metadata.
use super::{AdminChange, stage::Made, update_metadata};
use crate::{EngineError, Session, group::extensions};
use openmls::group::MlsGroup;
use xmtp_types::InboxId;

pub(super) fn make(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    change: AdminChange,
    inbox: &InboxId,
) -> Result<Made, EngineError> {
    let before = extensions::mutable_metadata(mls.extensions())?;
    let mut metadata = before.clone();
    match change {
        AdminChange::AddAdmin => metadata.add_admin(*inbox),
        AdminChange::RemoveAdmin => metadata.remove_admin(inbox),
        AdminChange::AddSuperAdmin => metadata.add_super_admin(*inbox),
        AdminChange::RemoveSuperAdmin => metadata.remove_super_admin(inbox),
    }
    if metadata == before {
        return Ok(Made::Nothing);
    }
    update_metadata::replace(session, mls, &metadata)
}
