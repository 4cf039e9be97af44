//! Where a conversation stands, and bringing it up to date.
use crate::{ClientError, Conversation};
use xmtp_mls::{EngineError, GroupInfo, Intent};
use xmtp_storage::{Durability, GroupStatus};
use xmtp_types::InboxId;

impl Conversation {
    /// Sends what is queued and reads what is new.
    ///
    /// # Errors
    /// [`ClientError`]; what was done until then is kept.
    pub async fn sync(&self) -> Result<(), ClientError> {
        self.inner.sync_group(&self.id).await
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
        let group = self.id.clone();
        let row = self.inner.machine.read(move |store| store.group(&group)).await?;
        Ok(row.map(|row| row.status).unwrap_or_default())
    }

    /// The inbox that created it or added this installation, the last time that happened.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn added_by(&self) -> Result<InboxId, ClientError> {
        let group = self.id.clone();
        let row = self.inner.machine.read(move |store| store.group(&group)).await?;
        row.map(|row| row.added_by).ok_or(ClientError::Engine(EngineError::UnknownGroup))
    }

    /// Renews the keys of this installation in the group.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_keys(&self) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::RotateKeys).await
    }
}
