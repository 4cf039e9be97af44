//! What can go wrong in a client.
use crate::{InboxError, SignerError};
use std::sync::Arc;
use thiserror::Error;
use xmtp_delivery::DeliveryError;
use xmtp_identity::{IdentityError, InboxState, MAX_INSTALLATIONS};
use xmtp_mls::EngineError;
use xmtp_storage::StorageError;
use xmtp_types::{ChainId, Identifier, InboxId, InstallationId, InvalidIdentifier, MessageId};

/// A client could not do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The network failed or refused.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The state machine refused.
    #[error(transparent)]
    Engine(EngineError),
    /// An identity update or signature is not valid.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The wallet did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// A text is not an address.
    #[error(transparent)]
    InvalidIdentifier(#[from] InvalidIdentifier),
    /// Nobody has registered this identity on the network.
    #[error("{0} is not on this network: its owner must register it once")]
    NotRegistered(Identifier),
    /// Something about an inbox does not fit what was asked.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// A smart contract wallet signed, and its chain cannot be asked now. Nothing was decided: the same call can succeed
    /// once it can.
    #[error("chain {chain} cannot be asked whether a contract wallet signed ({reason}): try again once it can")]
    ChainNotAsked {
        /// Which chain.
        chain: ChainId,
        /// What kept it from being asked.
        reason: String,
    },
    /// The inbox has as many installations as it may have. Nothing was registered.
    #[error(
        "inbox {inbox} has {} of {limit} installations: open the database of one of them, or free a place with \
         `xmtp inbox installations revoke <installation>`, which are: {}",
        installations.len(), list(installations)
    )]
    TooManyInstallations {
        /// Whose they are.
        inbox: InboxId,
        /// Which it has, the earliest added first.
        installations: Vec<InstallationId>,
        /// How many it may have.
        limit: usize,
    },
    /// The inbox has installations, the database is a new one, and another installation was not asked for. Nothing was
    /// registered, and no database was made.
    #[error(
        "inbox {inbox} has {used} of {limit} installations and none of them is in this database: open the database of \
         one of them, or set XMTP_NEW_INSTALLATION=1 once to use up one more place"
    )]
    NewInstallation {
        /// Whose it would be.
        inbox: InboxId,
        /// How many it has.
        used: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The database is of another network than the one that is dialled.
    #[error("the database is of the network {kept} and not of {asked}: use another file for each network")]
    OtherNetwork {
        /// Whose it is.
        kept: String,
        /// Which was asked for.
        asked: String,
    },
    /// The database belongs to another inbox than the wallet's.
    #[error(
        "the database belongs to another inbox than the wallet: use the wallet it was made with, or another folder"
    )]
    OtherInbox,
    /// The message is kept and goes out with the next sync; it must not be sent again by the caller.
    #[error("message {message} is queued and not sent yet ({cause}): it goes out with the next sync")]
    Queued {
        /// The message.
        message: MessageId,
        /// What went wrong with sending.
        cause: Arc<Self>,
    },
    /// The same failure for every message that was waiting to be stored; none of them was.
    #[error(transparent)]
    NotStored(Arc<Self>),
    /// Other members kept changing the group first. The change stays queued and is tried again with the next sync.
    #[error("other members keep changing the group: the change is queued and goes out with the next sync")]
    Contended,
    /// The client was closed or its runtime stopped. What was stored by then goes out when it is opened again.
    #[error("the client is closed: build it again to go on")]
    Closed,
}

fn list(installations: &[InstallationId]) -> String {
    installations.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl ClientError {
    pub(crate) fn too_many_installations(state: &InboxState) -> Self {
        Self::TooManyInstallations {
            inbox: *state.inbox_id(),
            installations: state.installations().copied().collect(),
            limit: MAX_INSTALLATIONS,
        }
    }

    /// Whether the same call can succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Delivery(error) => error.is_retryable(),
            Self::Storage(error) => error.is_retryable(),
            Self::Engine(error) => error.is_retryable(),
            Self::Identity(error) => error.is_retryable(),
            Self::NotStored(error) => error.is_retryable(),
            Self::Queued { .. } | Self::Contended | Self::ChainNotAsked { .. } => true,
            _ => false,
        }
    }

    /// Whether something was held back because a chain did not vouch for a contract wallet: other conversations go on.
    pub(crate) const fn waits_for_chain(&self) -> bool {
        matches!(self, Self::ChainNotAsked { .. } | Self::Inbox(InboxError::InvalidLog { .. }))
    }

    /// Whether the network, not the request or this machine, is the cause.
    pub fn is_network(&self) -> bool {
        match self {
            Self::Delivery(error) => error.is_retryable(),
            Self::Queued { cause, .. } | Self::NotStored(cause) => cause.is_network(),
            _ => false,
        }
    }
}

impl From<EngineError> for ClientError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Storage(error) => Self::Storage(error),
            other => Self::Engine(other),
        }
    }
}
