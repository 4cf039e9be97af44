//! Deletes messages that must be gone.
use crate::{ClientError, client::Inner};
use std::sync::Arc;
use xmtp_storage::Durability;

impl Inner {
    pub(crate) async fn delete_expired(self: &Arc<Self>) -> Result<(), ClientError> {
        let now = self.machine.clock.now();
        let next = self.machine.read(|store| store.next_expiry()).await?;
        if next.is_none_or(|at| at > now) {
            return Ok(());
        }
        self.machine
            .step(Durability::Relaxed, move |session| {
                session.tx().delete_expired(now)?;
                Ok(())
            })
            .await
    }
}
