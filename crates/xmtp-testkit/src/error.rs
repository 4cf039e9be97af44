//! What can go wrong in a world.
use thiserror::Error;
use xmtp_client::{ClientError, DeliveryError, IdentityError, StorageError};
use xmtp_node::NodeError;

/// A world could not be built, or something in it failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorldError {
    /// The node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// A client failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A wallet could not be made.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The network failed.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// A folder could not be made.
    #[error("cannot make a folder for the world: {0}")]
    Folder(#[from] std::io::Error),
}
