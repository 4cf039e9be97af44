//! Deletes messages that must be gone.
use super::Due;
use crate::{ClientError, client::Inner};
use std::sync::Arc;
use xmtp_storage::Durability;

impl Inner {
    /// Deletes what has expired; due again when the next message does.
    pub(crate) async fn delete_expired(self: Arc<Self>) -> Result<Due, ClientError> {
        let now = self.machine.clock.now();
        let mut next = self.machine.read(|store| store.next_expiry()).await?;
        if next.is_some_and(|at| at <= now) {
            let delete = move |session: &mut xmtp_mls::Session<'_>| {
                session.delete_expired(now)?;
                Ok(session.tx().next_expiry()?)
            };
            next = self.machine.step(Durability::Relaxed, delete).await?;
        }
        Ok(next.map_or(Due::WhenWoken, Due::At))
    }
}
