//! Making the commit that an intent asks for, and keeping it as pending.
use crate::{EngineError, Session};
use openmls::group::{CommitBuilder, CommitMessageBundle, Initial};
use openmls_traits::OpenMlsProvider as _;

/// Makes what `builder` was told to propose into a commit, and its welcome if it adds anyone.
///
/// # Errors
/// [`EngineError::Mls`] if the MLS library does not make it.
pub(super) fn build(
    session: &Session<'_>,
    builder: CommitBuilder<'_, Initial>,
) -> Result<CommitMessageBundle, EngineError> {
    builder
        .load_psks(session.provider.storage())
        .map_err(|error| EngineError::mls("beginning a commit")(&error))?
        // It is for those who join from outside, which nobody can, and takes a signature over the whole tree.
        .create_group_info(false)
        .build(session.provider.rand(), session.provider.crypto(), session.own.key(), |_| true)
        .map_err(|error| EngineError::mls("building a commit")(&error))?
        .stage_commit(&session.provider)
        .map_err(|error| EngineError::mls("keeping a commit")(&error))
}
