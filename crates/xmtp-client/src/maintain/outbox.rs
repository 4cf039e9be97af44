//! Sends what could not be sent, and finishes what a crash left.
use crate::{ClientError, client::Inner};
use std::sync::Arc;

impl Inner {
    pub(crate) async fn send_leftovers(self: &Arc<Self>) -> Result<(), ClientError> {
        let groups = self.machine.read(|store| store.groups_with_open_intents()).await?;
        for group in groups {
            let lane = self.lanes.of(&group);
            // Whoever holds the turn is sending already.
            if let Ok(_turn) = lane.turn.try_lock() {
                self.drive(&group).await?;
            }
        }
        Ok(())
    }
}
