//! What a conversation says about itself.
use crate::{ClientError, Conversation};
use xmtp_mls::{
    Intent,
    group::metadata::{APP_DATA, DESCRIPTION, IMAGE_URL, MINIMUM_VERSION, NAME},
};

impl Conversation {
    /// Sets the name of a group, at most 100 bytes.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_name(&self, name: &str) -> Result<(), ClientError> {
        self.update_field(NAME, name).await
    }

    /// Sets the description of a group, at most 1,000 bytes.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_description(&self, description: &str) -> Result<(), ClientError> {
        self.update_field(DESCRIPTION, description).await
    }

    /// Sets the address of a square picture of a group, at most 2,048 bytes.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_image_url(&self, url: &str) -> Result<(), ClientError> {
        self.update_field(IMAGE_URL, url).await
    }

    /// Sets what the application likes to keep with a group, at most 8,192 bytes. All members read it.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_app_data(&self, data: &str) -> Result<(), ClientError> {
        self.update_field(APP_DATA, data).await
    }

    /// Asks for at least this protocol version, such as `1.6.0`. Members whose client has an older one neither read nor
    /// write from then on, until they update it.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused, that it is no version, or that this client itself has an
    /// older one.
    pub async fn update_minimum_version(&self, version: &str) -> Result<(), ClientError> {
        self.update_field(MINIMUM_VERSION, version).await
    }

    async fn update_field(&self, field: &str, value: &str) -> Result<(), ClientError> {
        let intent = Intent::UpdateMetadata { field: field.to_owned(), value: value.to_owned() };
        self.inner.commit(&self.id, intent).await
    }
}
