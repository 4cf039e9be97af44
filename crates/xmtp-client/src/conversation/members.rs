//! Who is in a conversation and what they may do.
use crate::{ClientError, Conversation};
use xmtp_mls::{AdminChange, Intent};
use xmtp_types::InboxId;

impl Conversation {
    /// Adds inboxes with all their installations.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn add_members(&self, inboxes: &[InboxId]) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: inboxes.to_vec(), remove: Vec::new() }).await
    }

    /// Removes inboxes with all their installations.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn remove_members(&self, inboxes: &[InboxId]) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: Vec::new(), remove: inboxes.to_vec() }).await
    }

    /// Brings every member's installations up to date now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn update_installations(&self) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() }).await
    }

    /// Changes a member's role.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_role(&self, inbox: InboxId, change: AdminChange) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateAdmins { change, inbox }).await
    }
}
