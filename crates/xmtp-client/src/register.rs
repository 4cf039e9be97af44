//! Registration: an installation comes to speak for an inbox.
//!
//! ```text
//! keep key ──> upload key package ──> publish identity update ──> read own log ──> registered
//! ```
//! Every stage can be repeated: a crash at any point is finished by the next start with the same key.
use crate::{ClientError, InboxError, NewInstallation, Signer, contract, directory::newest_state, machine::Machine};
use std::sync::Arc;
use xmtp_delivery::{DeliveryError, Transport};
use xmtp_identity::{InboxState, MAX_INSTALLATIONS, UpdateRequest, inbox_id_for};
use xmtp_storage::Durability;
use xmtp_types::{ClientEnvelope, Identifier, IdentifierKind, InboxId, InstallationId, Payload, SequenceId, Topic};

/// The inbox of an identity: the one the network knows, or the one it will have.
pub(crate) struct OwnInbox {
    pub(crate) id: InboxId,
    pub(crate) exists: bool,
}

/// Finds the inbox of `identifier`.
pub(crate) async fn own_inbox(
    transport: &dyn Transport,
    identifier: &Identifier,
    nonce: u64,
) -> Result<OwnInbox, ClientError> {
    let found = transport.inbox_ids(std::slice::from_ref(identifier)).await?;
    if let Some(id) = found.into_iter().next().flatten() {
        return Ok(OwnInbox { id, exists: true });
    }
    let id = inbox_id_for(identifier, nonce)?;
    // The public network does not look up passkeys: whether the inbox is there only its log can tell.
    let exists = identifier.kind() == IdentifierKind::Passkey
        && transport.identity_updates(&[(id, SequenceId::ZERO)]).await?.iter().any(|log| !log.is_empty());
    Ok(OwnInbox { id, exists })
}

/// Registers the installation kept in `machine` for `inbox`.
pub(crate) async fn register(
    machine: &Arc<Machine>,
    transport: &dyn Transport,
    signer: &dyn Signer,
    inbox: &OwnInbox,
    installation: InstallationId,
    nonce: u64,
    policy: NewInstallation,
) -> Result<(), ClientError> {
    if inbox.exists {
        machine.ledger.refresh(machine, vec![inbox.id]).await?;
        if is_associated(machine, inbox.id, &signer.identifier(), installation, policy).await? {
            return machine.step(Durability::Relaxed, |session| session.set_registered()).await;
        }
    }
    let (package_id, package) = machine.step(Durability::Full, |session| session.new_key_package()).await?;
    transport.publish(&[ClientEnvelope::key_package(&installation, package)]).await?;
    let update = signed_update(machine, signer, inbox, installation, nonce).await?;
    let published = transport
        .publish(&[ClientEnvelope { topic: Topic::identity(&inbox.id), payload: Payload::IdentityUpdate(update) }])
        .await;
    machine.ledger.refresh(machine, vec![inbox.id]).await?;
    if is_associated(machine, inbox.id, &signer.identifier(), installation, policy).await? {
        let registered = move |session: &mut xmtp_mls::Session<'_>| {
            session.key_package_uploaded(&package_id)?;
            session.set_registered()
        };
        // Lost in a power cut, it is found out again from the network.
        return machine.step(Durability::Relaxed, registered).await;
    }
    published?;
    Err(DeliveryError::Malformed("it took an identity update and does not show it".into()).into())
}

async fn signed_update(
    machine: &Arc<Machine>,
    signer: &dyn Signer,
    inbox: &OwnInbox,
    installation: InstallationId,
    nonce: u64,
) -> Result<Vec<u8>, ClientError> {
    let (identifier, now) = (signer.identifier(), machine.clock.now());
    let mut request = if inbox.exists {
        UpdateRequest::add_installation(inbox.id, &identifier, installation, now)?
    } else {
        UpdateRequest::create_inbox(&identifier, nonce, Some(installation), now)?
    };
    contract::sign(&**machine.ledger.verifier(), &mut request, signer).await?;
    Ok(machine.sign_update(request).await?.build()?.encode())
}

/// Whether the installation speaks for the inbox. Refuses to go on if `identifier` has no right to add it, or there is no
/// room for one more.
async fn is_associated(
    machine: &Arc<Machine>,
    inbox: InboxId,
    identifier: &Identifier,
    installation: InstallationId,
    policy: NewInstallation,
) -> Result<bool, ClientError> {
    let state = match machine.read(move |store| newest_state(store, &inbox)).await? {
        Ok(state) => state,
        Err(InboxError::Unknown(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if state.contains_installation(&installation) {
        return Ok(true);
    }
    // ID.R59
    if !state.contains_identifier(identifier) && state.recovery_identifier() != identifier {
        return Err(InboxError::NotMember(identifier.clone().into()).into());
    }
    if policy == NewInstallation::Refuse {
        refuse_another(&state)?;
    }
    let count = state.installations().count();
    tracing::warn!(
        count,
        left = state.installation_slots_left().saturating_sub(1),
        limit = MAX_INSTALLATIONS,
        "the inbox has installations elsewhere: this one is added to them"
    );
    if state.installation_slots_left() == 0 {
        return Err(ClientError::too_many_installations(&state));
    }
    Ok(false)
}

/// Refuses a new installation unless it is the first one.
pub(crate) fn refuse_another(state: &InboxState) -> Result<(), ClientError> {
    match state.installations().count() {
        0 => Ok(()),
        used => Err(ClientError::NewInstallation { inbox: *state.inbox_id(), used, limit: MAX_INSTALLATIONS }),
    }
}
