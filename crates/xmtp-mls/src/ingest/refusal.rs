//! What a failure of the MLS library means for the envelope at hand.
use crate::EngineError;
use openmls::{
    group::{ProcessMessageError, ProposalValidationError, StageCommitError, ValidationError},
    key_packages::errors::KeyPackageVerifyError,
    treesync::errors::LeafNodeValidationError,
};
use xmtp_storage::GroupStatus;
use xmtp_types::SequenceId;

/// A commit that adds a key package which has expired by now is one that the library refuses although members who saw it
/// in time applied it: the group must wait there rather than fork.
pub(super) fn refusal_of<S: std::error::Error>(error: ProcessMessageError<S>, commit: SequenceId) -> EngineError {
    match &error {
        ProcessMessageError::StorageError(error) => EngineError::mls("processing a message")(error),
        _ if is_expired_key_package(&error) => {
            EngineError::Halted(GroupStatus::Stuck { reason: EXPIRED_KEY_PACKAGE.into(), commit })
        }
        _ => EngineError::Invalid { what: "group message", why: error.to_string() },
    }
}

fn is_expired_key_package<S>(error: &ProcessMessageError<S>) -> bool {
    let leaf = match error {
        ProcessMessageError::ValidationError(ValidationError::KeyPackageVerifyError(
            KeyPackageVerifyError::LifetimeError(_),
        )) => return true,
        ProcessMessageError::InvalidCommit(
            StageCommitError::LeafNodeValidation(leaf)
            | StageCommitError::ProposalValidationError(ProposalValidationError::LeafNodeValidation(leaf)),
        ) => leaf,
        _ => return false,
    };
    matches!(leaf, LeafNodeValidationError::Lifetime(_))
}

const EXPIRED_KEY_PACKAGE: &str = "a commit adds a key package that has expired since and cannot be checked any more: \
     ask a super admin to remove this installation's inbox and add it again";
