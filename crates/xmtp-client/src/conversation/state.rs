//! Where a conversation stands, and bringing it up to date.
use crate::{ClientError, Conversation};
use xmtp_mls::{EngineError, GroupInfo, Intent};
use xmtp_storage::{Durability, GroupRow, GroupStatus};
use xmtp_types::InboxId;

impl Conversation {
    /// Sends what is queued and reads what is new, in this conversation and in its duplicates.
    ///
    /// # Errors
    /// The first failure, after all were tried; what was done until then is kept.
    pub async fn sync(&self) -> Result<(), ClientError> {
        let mut failed = None;
        for group in self.stitched().await? {
            failed = failed.or(self.inner.sync_group(&group).await.err());
        }
        failed.map_or(Ok(()), Err)
    }

    /// Members, roles, metadata and epoch, as this installation knows them now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn info(&self) -> Result<GroupInfo, ClientError> {
        let group = self.id.clone();
        self.inner.machine.step(Durability::Relaxed, move |session| session.group_info(&group)).await
    }

    /// Whether it can move on.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn status(&self) -> Result<GroupStatus, ClientError> {
        Ok(self.row().await?.map(|row| row.status).unwrap_or_default())
    }

    /// The inbox that created it or added this installation, the last time that happened.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn added_by(&self) -> Result<InboxId, ClientError> {
        self.row().await?.map(|row| row.added_by).ok_or(ClientError::Engine(EngineError::UnknownGroup))
    }

    /// Renews the keys of this installation in the group.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_keys(&self) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::RotateKeys).await
    }

    /// What the store has of it.
    pub(super) async fn row(&self) -> Result<Option<GroupRow>, ClientError> {
        let group = self.id.clone();
        self.inner.machine.read(move |store| store.group(&group)).await
    }
}
