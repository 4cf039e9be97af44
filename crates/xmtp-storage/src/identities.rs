//! The identity log of every inbox this installation has met, as the network gave it.
use crate::StorageError;
use xmtp_types::{InboxId, SequenceId, Timestamp};

/// One identity update in the log of an inbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdentityUpdateRow {
    /// Its number on the network.
    pub sequence_id: SequenceId,
    /// When the network took it.
    pub server_time: Timestamp,
    /// The update as protobuf bytes.
    pub payload: Vec<u8>,
}

/// Reading identity logs.
pub trait IdentityReads {
    /// The log of `inbox` in order, up to and including `up_to` if given.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn identity_log(
        &mut self,
        inbox: &InboxId,
        up_to: Option<SequenceId>,
    ) -> Result<Vec<IdentityUpdateRow>, StorageError>;

    /// The number of the newest update known of `inbox`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn latest_identity(&mut self, inbox: &InboxId) -> Result<Option<SequenceId>, StorageError>;
}

/// Writing identity logs.
pub trait IdentityWrites {
    /// Adds updates to the log of `inbox`; those already there stay as they are.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn append_identity(&mut self, inbox: &InboxId, updates: &[IdentityUpdateRow]) -> Result<(), StorageError>;
}
