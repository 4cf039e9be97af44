//! Changes to an inbox: asked for, signed, tried here, and then published.
//!
//! ```text
//! request_* ──> sign, here or on other devices ──> publish: newest state + update by the rules ──> network ──> read again
//! ```
//! Released clients publish without trying, and leave it to the node to say no.
use super::{Identities, InboxError, look_up::Log};
use crate::{ClientError, Signer};
use std::collections::BTreeSet;
use xmtp_identity::{InboxState, MAX_INSTALLATIONS, MAX_UPDATES, MemberIdentifier, UpdateRequest};
use xmtp_types::{ClientEnvelope, Identifier, InboxId, InstallationId, Payload, Topic};

/// What to do if an account that is added belongs to another inbox.
///
/// The other inbox keeps it as a member, but look-ups lead to the one it was added to last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reassign {
    /// Add it all the same.
    Allow,
    /// Leave it where it is: [`InboxError::Taken`].
    Refuse,
}

impl Identities {
    /// Creates the inbox of `signer` and `nonce`, without an installation in it.
    ///
    /// # Errors
    /// As [`Identities::publish`].
    pub async fn create_inbox(&self, signer: &dyn Signer, nonce: u64) -> Result<InboxState, ClientError> {
        let mut request = UpdateRequest::create_inbox(&signer.identifier(), nonce, None, self.clock.now())?;
        self.sign(&mut request, signer).await?;
        self.publish(request).await
    }

    /// Adds the account or passkey of `new` to `inbox`; `existing` is in it already.
    ///
    /// # Errors
    /// As [`Identities::request_add_account`] and [`Identities::publish`].
    pub async fn add_account(
        &self,
        inbox: InboxId,
        existing: &dyn Signer,
        new: &dyn Signer,
        reassign: Reassign,
    ) -> Result<InboxState, ClientError> {
        let mut request =
            self.request_add_account(inbox, existing.identifier().into(), &new.identifier(), reassign).await?;
        self.sign(&mut request, existing).await?;
        self.sign(&mut request, new).await?;
        self.publish(request).await
    }

    /// Removes an account or passkey from `inbox`, and with it the installations that it added.
    ///
    /// # Errors
    /// As [`Identities::request_remove_account`] and [`Identities::publish`].
    pub async fn remove_account(
        &self,
        inbox: InboxId,
        recovery: &dyn Signer,
        account: &Identifier,
    ) -> Result<InboxState, ClientError> {
        let request = self.request_remove_account(inbox, account).await?;
        self.by_recovery(request, recovery).await
    }

    /// Makes `new` the one who can recover `inbox` in the place of `recovery`, who cannot take that back.
    ///
    /// # Errors
    /// As [`Identities::publish`].
    pub async fn change_recovery(
        &self,
        inbox: InboxId,
        recovery: &dyn Signer,
        new: &Identifier,
    ) -> Result<InboxState, ClientError> {
        let request = self.request_change_recovery(inbox, new).await?;
        self.by_recovery(request, recovery).await
    }

    /// Revokes installations of `inbox`: nobody needs to have their databases or keys.
    ///
    /// # Errors
    /// As [`Identities::request_revoke_installations`] and [`Identities::publish`].
    pub async fn revoke_installations(
        &self,
        inbox: InboxId,
        recovery: &dyn Signer,
        installations: &[InstallationId],
    ) -> Result<InboxState, ClientError> {
        let request = self.request_revoke_installations(inbox, installations).await?;
        self.by_recovery(request, recovery).await
    }

    /// An update that adds `new` on behalf of `existing`; both have to sign.
    ///
    /// # Errors
    /// [`InboxError::Taken`], [`InboxError::AlreadyMember`]; [`InboxError::NotMember`] if `existing` has no right to add.
    pub async fn request_add_account(
        &self,
        inbox: InboxId,
        existing: MemberIdentifier,
        new: &Identifier,
        reassign: Reassign,
    ) -> Result<UpdateRequest, ClientError> {
        let state = self.state(inbox).await?;
        let member = MemberIdentifier::from(new.clone());
        // ID.R64
        if state.member(&member).is_some() {
            return Err(InboxError::AlreadyMember(member).into());
        }
        if state.member(&existing).is_none() && existing.as_identifier() != Some(state.recovery_identifier()) {
            return Err(InboxError::NotMember(existing).into());
        }
        if let (Reassign::Refuse, Some(other)) = (reassign, self.inbox_of(new).await?) {
            return Err(InboxError::Taken { identifier: new.clone(), inbox: other }.into());
        }
        Ok(UpdateRequest::builder(inbox, self.clock.now()).add_identifier(existing, new).finish()?)
    }

    /// An update that removes an account or passkey; the recovery identifier has to sign.
    ///
    /// # Errors
    /// [`InboxError::NotMember`].
    pub async fn request_remove_account(
        &self,
        inbox: InboxId,
        account: &Identifier,
    ) -> Result<UpdateRequest, ClientError> {
        let state = self.state(inbox).await?;
        self.revocation(&state, [MemberIdentifier::from(account.clone())])
    }

    /// An update that names another recovery identifier; only the one until now has to sign.
    ///
    /// # Errors
    /// [`ClientError::Identity`] if `new` is no account.
    pub async fn request_change_recovery(
        &self,
        inbox: InboxId,
        new: &Identifier,
    ) -> Result<UpdateRequest, ClientError> {
        let state = self.state(inbox).await?;
        Ok(UpdateRequest::change_recovery(inbox, state.recovery_identifier(), new, self.clock.now())?)
    }

    /// An update that revokes installations, each once; the recovery identifier has to sign.
    ///
    /// # Errors
    /// [`InboxError::NotMember`] for the first that is none of the inbox's.
    pub async fn request_revoke_installations(
        &self,
        inbox: InboxId,
        installations: &[InstallationId],
    ) -> Result<UpdateRequest, ClientError> {
        let state = self.state(inbox).await?;
        self.revocation(&state, installations.iter().copied().map(MemberIdentifier::from))
    }

    fn revocation(
        &self,
        state: &InboxState,
        members: impl IntoIterator<Item = MemberIdentifier>,
    ) -> Result<UpdateRequest, ClientError> {
        let mut builder = UpdateRequest::builder(*state.inbox_id(), self.clock.now());
        let mut named = BTreeSet::new();
        for member in members {
            let Some(found) = state.member(&member) else { return Err(InboxError::NotMember(member).into()) };
            if named.insert(member) {
                builder = builder.revoke_member(state.recovery_identifier(), found);
            }
        }
        Ok(builder.finish()?)
    }

    async fn by_recovery(&self, mut request: UpdateRequest, recovery: &dyn Signer) -> Result<InboxState, ClientError> {
        let signer = MemberIdentifier::from(recovery.identifier());
        match request.missing_signers().pop() {
            Some(MemberIdentifier::Identifier(wanted)) if MemberIdentifier::from(wanted.clone()) != signer => {
                return Err(InboxError::NotRecovery { recovery: wanted }.into());
            }
            Some(_) => self.sign(&mut request, recovery).await?,
            None => {}
        }
        self.publish(request).await
    }

    /// Publishes an update that everyone has signed, and answers the state of the inbox after it. One without actions is
    /// not published.
    ///
    /// The update is tried on the newest state first, so that what the network would refuse is refused here and says why.
    ///
    /// # Errors
    /// [`ClientError::Identity`] if a signature is missing or a rule refuses the update; [`InboxError::LogFull`];
    /// [`ClientError::TooManyInstallations`]; [`ClientError::Delivery`] if the network failed. An update whose answer got
    /// lost counts as published if the network shows it.
    pub async fn publish(&self, request: UpdateRequest) -> Result<InboxState, ClientError> {
        let inbox = *request.inbox_id();
        let before = match self.log(inbox).await {
            Ok(log) => Some(log),
            Err(ClientError::Inbox(InboxError::Unknown(_))) => None,
            Err(error) => return Err(error),
        };
        if let (true, Some(log)) = (request.actions().is_empty(), &before) {
            return Ok(log.state.clone());
        }
        let after = try_on(&request, before)?;
        let bytes = request.build()?.encode();
        let payload = Payload::IdentityUpdate(bytes.clone());
        let published = self.transport.publish(&[ClientEnvelope { topic: Topic::identity(&inbox), payload }]).await;
        if let Err(error) = published {
            let shown = self.fetch(&[inbox]).await.unwrap_or_default();
            if !shown.iter().flatten().any(|(_, kept)| *kept == bytes) {
                return Err(error.into());
            }
        }
        // Somebody else may have changed the inbox meanwhile; what this update made of it is a state all the same.
        Ok(after)
    }
}

/// The state after the update, if the rules and limits allow it.
fn try_on(request: &UpdateRequest, before: Option<Log>) -> Result<InboxState, ClientError> {
    let count = before.as_ref().map_or(0, |log| log.updates);
    // ID.R64
    if count >= MAX_UPDATES {
        return Err(InboxError::LogFull { count, limit: MAX_UPDATES }.into());
    }
    let before = before.map(|log| log.state);
    let after = request.check(before.as_ref())?;
    let had = before.map_or(0, |state| state.installations().count());
    if after.installations().count() > MAX_INSTALLATIONS.max(had) {
        return Err(ClientError::too_many_installations(&after));
    }
    Ok(after)
}
