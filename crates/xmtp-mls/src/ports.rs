//! What the state machine asks of whoever drives it.
//!
//! The machine never fetches anything. What it lacks it names, as a [`Missing`]; the driver fetches that and asks again.
use crate::key_package::VerifiedKeyPackage;
use std::{fmt::Debug, sync::Arc};
use thiserror::Error;
use xmtp_identity::InboxState;
use xmtp_storage::{StorageError, StoreRead};
use xmtp_types::{Delivered, GroupId, InboxId, InstallationId, SequenceId, Topic};

/// Something the driver must fetch before the same step can be taken.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Missing {
    /// The identity updates of an inbox up to this one.
    IdentityUpdates(InboxId, SequenceId),
    /// Whether an inbox has newer identity updates than are known.
    NewestIdentity(InboxId),
    /// The key package of an installation.
    KeyPackage(InstallationId),
    /// The first welcome on this topic: what a welcome pointer points at.
    Pointee(Topic),
    /// Everything the network has of this group, to be ingested in a [`Reading`](crate::Reading).
    Group(GroupId),
}

/// Why the directory does not answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Lookup {
    /// Not here yet: fetch it and ask again.
    #[error("something must be fetched first")]
    Missing(Missing),
    /// It was looked for on the network and does not exist, or what the network has is not valid.
    #[error("the network has no valid {0}")]
    Absent(&'static str),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Verified facts about inboxes and installations.
pub trait Directory: Debug + Send + Sync {
    /// The state of `inbox` right after the identity update with exactly this number.
    ///
    /// # Errors
    /// [`Lookup::Absent`] if no update has this number or the log is not valid.
    fn inbox_state(
        &self,
        store: &mut dyn StoreRead,
        inbox: &InboxId,
        at: SequenceId,
    ) -> Result<Arc<InboxState>, Lookup>;

    /// The number of the newest identity update of `inbox`, as fresh as the driver thinks right.
    ///
    /// # Errors
    /// [`Lookup::Absent`] if the inbox has no update at all.
    fn newest_identity(&self, store: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup>;

    /// The verified key package of an installation.
    ///
    /// # Errors
    /// [`Lookup::Absent`] if there is none or it is not valid: the installation cannot be added.
    fn key_package(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup>;

    /// The first welcome on a topic.
    ///
    /// # Errors
    /// [`Lookup::Absent`] if there is none yet.
    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup>;
}
