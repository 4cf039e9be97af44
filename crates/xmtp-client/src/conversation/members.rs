//! Who is in a conversation and what they may do.
use crate::{ClientError, Conversation};
use xmtp_mls::{AdminChange, Intent};
use xmtp_types::{InboxId, InstallationId};

impl Conversation {
    /// Adds inboxes with all their installations. Those without a usable key package are left out and named in
    /// [`GroupInfo::failed_installations`](crate::GroupInfo::failed_installations); they come in once they have one.
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

    /// Takes installations out and puts them back in one commit: the way back for one that cannot follow the conversation
    /// any more. Only super admins may. One without a usable key package stays out and is named in
    /// [`GroupInfo::failed_installations`](crate::GroupInfo::failed_installations).
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn readd_installations(&self, installations: &[InstallationId]) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::ReaddInstallations { installations: installations.to_vec() }).await
    }

    /// Changes a member's role.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_role(&self, inbox: InboxId, change: AdminChange) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateAdmins { change, inbox }).await
    }
}
