//! Why something about an inbox could not be done.
use thiserror::Error;
use xmtp_identity::{IdentityError, MemberIdentifier};
use xmtp_types::{Identifier, InboxId, SequenceId};

/// Something about an inbox could not be done. None of these passes by itself.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum InboxError {
    /// The network has no inbox of this id.
    #[error("the network has no inbox {0}: check the id, and that it is of this network")]
    Unknown(InboxId),
    /// The network holds an update that breaks a rule, and a reader must take a log whole or not at all. The inbox is of
    /// no use from that update on; others are not touched.
    #[error("the identity log of inbox {inbox} is not valid from update {update} on: {cause}")]
    InvalidLog {
        /// Whose log.
        inbox: InboxId,
        /// The number of the update on the network.
        update: SequenceId,
        /// What is wrong with it.
        cause: IdentityError,
    },
    /// An account that is to be added belongs to another inbox.
    #[error("{identifier} belongs to inbox {inbox}, and look-ups would no longer lead there: allow it to be moved")]
    Taken {
        /// Who it is.
        identifier: Identifier,
        /// Where it belongs.
        inbox: InboxId,
    },
    /// An account that is to be added is there already.
    #[error("{0} is in the inbox already")]
    AlreadyMember(MemberIdentifier),
    /// Who is to be removed is not there.
    #[error("{0} is not in the inbox: list who is")]
    NotMember(MemberIdentifier),
    /// Only the recovery identifier may remove anyone or name another recovery identifier.
    #[error("only {recovery}, which can recover the inbox, may do this: sign with it")]
    NotRecovery {
        /// Who may.
        recovery: Identifier,
    },
    /// The inbox has had as many updates as the network keeps for one.
    #[error("the inbox has had {count} of {limit} updates: no more will be taken, and only a new inbox helps")]
    LogFull {
        /// How many it has had.
        count: usize,
        /// How many it may have.
        limit: usize,
    },
}
