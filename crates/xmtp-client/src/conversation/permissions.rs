//! Who may do what in a conversation.
use crate::{ClientError, Conversation};
use xmtp_mls::{Intent, PermissionKind, Policy, PolicySet};

impl Conversation {
    /// Who may do what.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn permissions(&self) -> Result<PolicySet, ClientError> {
        Ok(self.info().await?.permissions)
    }

    /// Changes who may do one thing. Only super admins may; [`PermissionKind`] has the table of what is possible.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which policy refused whom, or why no group can have this one: released clients turn
    /// [`Policy::Allow`] for changes of admins into [`Policy::SuperAdmin`] without a word, here it is an error.
    pub async fn update_permission(&self, kind: PermissionKind, policy: Policy) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdatePermissions { kind, policy }).await
    }
}
