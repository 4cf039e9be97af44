//! Renews the keys of this installation's leaf: an empty commit with an update path (RFC 9420 §12.4).
use super::{build::build, stage::Made};
use crate::{EngineError, Session};
use openmls::group::MlsGroup;

pub(super) fn make(session: &Session<'_>, mls: &mut MlsGroup) -> Result<Made, EngineError> {
    let builder = mls.commit_builder().force_self_update(true);
    super::update_metadata::made(&build(session, builder)?)
}
