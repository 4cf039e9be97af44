//! Renews the keys of this installation's leaf: an empty commit with an update path (RFC 9420 §12.4).
use super::stage::Made;
use crate::{EngineError, Session};
use openmls::group::MlsGroup;
use openmls_traits::OpenMlsProvider as _;

pub(super) fn make(session: &Session<'_>, mls: &mut MlsGroup) -> Result<Made, EngineError> {
    let bundle = mls
        .commit_builder()
        .force_self_update(true)
        .load_psks(session.provider.storage())
        .and_then(|builder| {
            builder.build(session.provider.rand(), session.provider.crypto(), session.own.key(), |_| true)
        })
        .map_err(|error| EngineError::mls("building a key rotation")(&error))?
        .stage_commit(&session.provider)
        .map_err(|error| EngineError::mls("keeping a key rotation")(&error))?;
    super::update_metadata::made(&bundle)
}
