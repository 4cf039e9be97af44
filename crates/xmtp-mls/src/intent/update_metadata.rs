//! Sets one attribute of the group's mutable metadata: one commit that replaces one extension.
use super::{build::build, stage::Made};
use crate::{
    EngineError, Session,
    group::{extensions, metadata::MutableMetadata},
};
use openmls::{
    extensions::Extensions,
    group::{CommitMessageBundle, GroupContext, MlsGroup},
};

pub(super) fn make(session: &Session<'_>, mls: &mut MlsGroup, field: &str, value: &str) -> Result<Made, EngineError> {
    let mut metadata = extensions::mutable_metadata(mls.extensions())?;
    if metadata.attribute(field) == Some(value) {
        return Ok(Made::Nothing);
    }
    metadata.set_attribute(field, value);
    replace(session, mls, &metadata)
}

/// Commits the group context with the mutable metadata replaced and everything else byte for byte as it was.
pub(super) fn replace(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    metadata: &MutableMetadata,
) -> Result<Made, EngineError> {
    let replaced = extensions::with_mutable_metadata(mls.extensions(), metadata)?;
    commit_context(session, mls, replaced)
}

/// Commits a group context that takes the place of the one there is.
pub(super) fn commit_context(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    replaced: Extensions<GroupContext>,
) -> Result<Made, EngineError> {
    let builder = mls.commit_builder().propose_group_context_extensions(replaced);
    let builder = builder.map_err(|error| EngineError::mls("proposing a group context")(&error))?;
    made(&build(session, builder)?)
}

/// A commit that nothing follows.
pub(super) fn made(bundle: &CommitMessageBundle) -> Result<Made, EngineError> {
    let bytes = bundle.commit().to_bytes().map_err(|error| EngineError::mls("encoding a commit")(&error))?;
    Ok(Made::Message { bytes, post_commit: None })
}
