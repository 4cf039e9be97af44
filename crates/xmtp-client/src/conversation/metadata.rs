//! What a conversation says about itself.
use crate::{ClientError, Conversation};
use xmtp_mls::Intent;

impl Conversation {
    /// Sets the name of a group.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_name(&self, name: &str) -> Result<(), ClientError> {
        self.update_field("group_name", name).await
    }

    /// Sets the description of a group.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_description(&self, description: &str) -> Result<(), ClientError> {
        self.update_field("description", description).await
    }

    async fn update_field(&self, field: &str, value: &str) -> Result<(), ClientError> {
        let intent = Intent::UpdateMetadata { field: field.to_owned(), value: value.to_owned() };
        self.inner.commit(&self.id, intent).await
    }
}
