//! Changes who may do what: one commit that replaces the permissions.
use super::{permitted, stage::Made, update_metadata};
use crate::{
    EngineError, Session,
    group::{extensions, permission_kind::PermissionKind, permissions::Policy},
};
use openmls::group::MlsGroup;

pub(super) fn make(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    kind: &PermissionKind,
    policy: &Policy,
) -> Result<Made, EngineError> {
    let view = session.view_of(mls)?;
    let permissions = permitted::with_policy(&view, kind, policy)?;
    if permissions == view.permissions {
        return Ok(Made::Nothing);
    }
    let replaced = extensions::with_permissions(mls.extensions(), &permissions)?;
    update_metadata::commit_context(session, mls, replaced)
}
