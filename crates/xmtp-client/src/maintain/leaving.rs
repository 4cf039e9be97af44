//! Removes those who have asked to leave, if this client's inbox is a super admin: at once while the client is live, and
//! with each sync otherwise.
use super::Due;
use crate::{ClientError, client::Inner};
use std::sync::Arc;
use xmtp_mls::Intent;
use xmtp_storage::Durability;
use xmtp_types::GroupId;

impl Inner {
    /// Removes everybody who has asked to leave and whom this client may remove, in one commit for each group. Reads one
    /// small table while nobody has asked.
    pub(crate) async fn remove_leavers(self: &Arc<Self>) -> Result<Due, ClientError> {
        let mut failed = None;
        for group in self.machine.read(|store| store.groups_with_pending_removals()).await? {
            failed = failed.or(self.remove_leavers_of(&group).await.err());
        }
        failed.map_or(Ok(Due::WhenWoken), Err)
    }

    /// The same for one group.
    pub(crate) async fn remove_leavers_of(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let wanted = group.clone();
        if self.machine.read(move |store| store.pending_removals(&wanted)).await?.is_empty() {
            return Ok(());
        }
        let wanted = group.clone();
        let leavers = self.machine.step(Durability::Relaxed, move |session| session.leavers(&wanted)).await?;
        if leavers.is_empty() {
            return Ok(());
        }
        self.commit(group, Intent::UpdateMembers { add: Vec::new(), remove: leavers }).await
    }
}
