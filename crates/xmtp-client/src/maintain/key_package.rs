//! Replaces this installation's key package when it is due, and forgets replaced ones after their grace.
use super::Due;
use crate::{ClientError, client::Inner};
use std::sync::Arc;
use xmtp_storage::Durability;
use xmtp_types::ClientEnvelope;

impl Inner {
    /// Does what is due; due again when there is something to replace or to forget.
    pub(crate) async fn tend_key_package(self: Arc<Self>) -> Result<Due, ClientError> {
        self.rotate_key_package().await?;
        let next = |session: &mut xmtp_mls::Session<'_>| session.next_key_package_work();
        Ok(Due::At(self.machine.step(Durability::Relaxed, next).await?))
    }

    pub(crate) async fn rotate_key_package(self: &Arc<Self>) -> Result<(), ClientError> {
        let due = self.machine.step(Durability::Full, |session| session.due_key_package()).await?;
        let Some((id, bytes)) = due else { return Ok(()) };
        self.transport.publish(&[ClientEnvelope::key_package(&self.installation, bytes)]).await?;
        self.machine.step(Durability::Relaxed, move |session| session.key_package_uploaded(&id)).await
    }
}
