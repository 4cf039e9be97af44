//! A client's own inbox: its accounts, its installations, and who can recover it.
use crate::{ClientError, Identities, InstallationInfo, Reassign, Signer, client::Inner};
use futures::{StreamExt, stream};
use std::sync::Arc;
use xmtp_identity::{InboxState, UpdateRequest};
use xmtp_types::{Identifier, InboxId, InstallationId};

/// Groups brought in step at a time after an installation went.
const CONCURRENT_GROUPS: usize = 8;

/// The inbox that a client speaks for.
///
/// What adds to the inbox is signed by this installation and by whom it adds. What takes away, and a change of who can
/// recover it, only the recovery identifier can sign. Each change comes in two forms: at once, with the wallets at hand,
/// or as an [`UpdateRequest`] that can be signed later and elsewhere and is published by [`Inbox::publish`].
#[derive(Clone, Debug)]
pub struct Inbox {
    pub(crate) inner: Arc<Inner>,
    pub(crate) identities: Identities,
}

impl Inbox {
    /// Its id.
    pub fn id(&self) -> InboxId {
        self.inner.inbox
    }

    /// Its newest state: accounts, installations, recovery identifier.
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be asked or the log is not valid.
    pub async fn state(&self) -> Result<Arc<InboxState>, ClientError> {
        self.inner.inbox_state(self.id()).await
    }

    /// Its installations, the earliest added first.
    ///
    /// # Errors
    /// As [`Inbox::state`].
    pub async fn installations(&self) -> Result<Vec<InstallationInfo>, ClientError> {
        self.identities.installations(&*self.state().await?).await
    }

    /// How many more installations it may have.
    ///
    /// # Errors
    /// As [`Inbox::state`].
    pub async fn slots_left(&self) -> Result<usize, ClientError> {
        Ok(self.state().await?.installation_slots_left())
    }

    /// Adds the account or passkey of `new`, who signs together with this installation.
    ///
    /// # Errors
    /// As [`Inbox::request_add_account`] and [`Inbox::publish`].
    pub async fn add_account(&self, new: &dyn Signer, reassign: Reassign) -> Result<Arc<InboxState>, ClientError> {
        let mut request = self.request_add_account(&new.identifier(), reassign).await?;
        self.identities.sign(&mut request, new).await?;
        self.publish(request).await
    }

    /// An update that adds `new`, signed by this installation; `new` still has to sign.
    ///
    /// # Errors
    /// As [`Identities::request_add_account`].
    pub async fn request_add_account(
        &self,
        new: &Identifier,
        reassign: Reassign,
    ) -> Result<UpdateRequest, ClientError> {
        let own = self.inner.installation.into();
        let request = self.identities.request_add_account(self.id(), own, new, reassign).await?;
        self.inner.machine.sign_update(request).await
    }

    /// Removes an account or passkey, and with it the installations that it added.
    ///
    /// # Errors
    /// As [`Identities::remove_account`].
    pub async fn remove_account(
        &self,
        account: &Identifier,
        recovery: &dyn Signer,
    ) -> Result<Arc<InboxState>, ClientError> {
        self.identities.remove_account(self.id(), recovery, account).await?;
        self.follow_up().await
    }

    /// Makes `new` the one who can recover the inbox. Whoever could until now cannot take it back.
    ///
    /// # Errors
    /// As [`Identities::change_recovery`].
    pub async fn change_recovery(
        &self,
        new: &Identifier,
        recovery: &dyn Signer,
    ) -> Result<Arc<InboxState>, ClientError> {
        self.identities.change_recovery(self.id(), recovery, new).await?;
        self.follow_up().await
    }

    /// Revokes installations, and takes them out of every group of this client. This installation may be among them, and
    /// is then of no more use.
    ///
    /// # Errors
    /// As [`Identities::revoke_installations`].
    pub async fn revoke_installations(
        &self,
        installations: &[InstallationId],
        recovery: &dyn Signer,
    ) -> Result<Arc<InboxState>, ClientError> {
        self.identities.revoke_installations(self.id(), recovery, installations).await?;
        self.follow_up().await
    }

    /// Revokes every installation but this one.
    ///
    /// # Errors
    /// As [`Inbox::revoke_installations`].
    pub async fn revoke_other_installations(&self, recovery: &dyn Signer) -> Result<Arc<InboxState>, ClientError> {
        let state = self.state().await?;
        let others: Vec<_> = state.installations().filter(|id| **id != self.inner.installation).copied().collect();
        if others.is_empty() { Ok(state) } else { self.revoke_installations(&others, recovery).await }
    }

    /// Publishes an update of this inbox that everyone has signed, and brings the groups of this client in step with it.
    ///
    /// # Errors
    /// As [`Identities::publish`].
    pub async fn publish(&self, request: UpdateRequest) -> Result<Arc<InboxState>, ClientError> {
        self.identities.publish(request).await?;
        self.follow_up().await
    }

    /// Reads the own log, and lets installations that came into the groups and those that went out of them. A group that
    /// cannot be changed now is caught up with when it is next synced or sent to.
    async fn follow_up(&self) -> Result<Arc<InboxState>, ClientError> {
        let state = self.state().await?;
        if !state.contains_installation(&self.inner.installation) {
            return Ok(state);
        }
        // ID.R63
        let groups = self.inner.active_groups().await?;
        let mut changes = stream::iter(groups)
            .map(|group| async move { self.inner.update_installations(&group).await })
            .buffer_unordered(CONCURRENT_GROUPS);
        while let Some(changed) = changes.next().await {
            if let Err(error) = changed {
                tracing::warn!(%error, "a group still has the installations from before; it is with its next sync");
            }
        }
        Ok(state)
    }
}
