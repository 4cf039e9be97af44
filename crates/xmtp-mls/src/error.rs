//! What can go wrong in the state machine.
use crate::{
    WishError,
    commit::Denial,
    ports::{Lookup, Missing},
};
use std::collections::BTreeSet;
use thiserror::Error;
use xmtp_storage::{GroupStatus, StorageError};

/// A step was not taken; nothing of it was kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The driver must fetch these, then take the step again.
    #[error("{} things must be fetched first", .0.len())]
    Missing(BTreeSet<Missing>),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No such conversation is kept here.
    #[error("no such conversation: sync, or check its id")]
    UnknownGroup,
    /// The conversation cannot be written to.
    #[error("the conversation cannot be changed: {0}")]
    Inactive(String),
    /// The conversation cannot go past this envelope; it waits there with this status.
    #[error("the conversation waits: {0:?}")]
    Halted(GroupStatus),
    /// The wish can never be carried out.
    #[error("refused: {0}")]
    Refused(String),
    /// A policy of the group does not allow it to this inbox. It can once the policy or the inbox's role is another.
    #[error("not permitted: {0}")]
    NotPermitted(Box<Denial>),
    /// No such group could do this; nothing was queued.
    #[error("refused: {0}")]
    Wish(#[from] WishError),
    /// Bytes from the network are not what they should be.
    #[error("not a valid {what}: {why}")]
    Invalid {
        /// What the bytes should be.
        what: &'static str,
        /// Why they are not.
        why: String,
    },
    /// The MLS library failed.
    #[error("the MLS library failed while {doing}: {why}")]
    Mls {
        /// What was being done.
        doing: &'static str,
        /// What the library said; it names no keys and no plaintext.
        why: String,
    },
    /// The cryptography failed, such as the system's random generator.
    #[error(transparent)]
    Crypto(#[from] xmtp_crypto::CryptoError),
}

impl EngineError {
    /// Whether the same step can succeed later without a change of its input.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Missing(_) => true,
            Self::Storage(error) => error.is_retryable(),
            _ => false,
        }
    }

    pub(crate) fn encoding(_: impl std::error::Error) -> Self {
        Self::Mls { doing: "encoding a record", why: "the record cannot be encoded".into() }
    }

    pub(crate) fn mls(doing: &'static str) -> impl Fn(&dyn std::error::Error) -> Self {
        move |error| Self::Mls { doing, why: error.to_string() }
    }

    pub(crate) fn missing(missing: Missing) -> Self {
        Self::Missing(BTreeSet::from([missing]))
    }

    pub(crate) fn lookup(what: &'static str) -> impl Fn(Lookup) -> Self {
        move |lookup| match lookup {
            Lookup::Missing(missing) => Self::missing(missing),
            Lookup::Absent(why) => Self::Invalid { what, why: format!("the network has no valid {why}") },
            Lookup::Storage(error) => Self::Storage(error),
        }
    }
}
