//! Registration: an installation comes to speak for an inbox.
//!
//! ```text
//! keep key ──> upload key package ──> publish identity update ──> read own log ──> registered
//! ```
//! Every stage can be repeated: a crash at any point is finished by the next start with the same key.
use crate::{ClientError, Signer, machine::Machine};
use std::sync::Arc;
use xmtp_delivery::{DeliveryError, Transport};
use xmtp_identity::{UpdateRequest, inbox_id_for};
use xmtp_mls::Directory as _;
use xmtp_storage::Durability;
use xmtp_types::{ClientEnvelope, Identifier, InboxId, InstallationId, Payload, Topic};

/// Installations one inbox may have. Source of fact: XMTP documentation; checked by clients.
const MAX_INSTALLATIONS: usize = 10;

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
    match found.into_iter().next().flatten() {
        Some(id) => Ok(OwnInbox { id, exists: true }),
        None => Ok(OwnInbox { id: inbox_id_for(identifier, nonce)?, exists: false }),
    }
}

/// Registers the installation kept in `machine` for `inbox`.
pub(crate) async fn register(
    machine: &Arc<Machine>,
    transport: &dyn Transport,
    signer: &dyn Signer,
    inbox: &OwnInbox,
    installation: InstallationId,
    nonce: u64,
) -> Result<(), ClientError> {
    if inbox.exists {
        machine.ledger.refresh(machine, vec![inbox.id]).await?;
        if is_associated(machine, inbox.id, installation).await? {
            return machine.step(Durability::Full, |session| session.set_registered()).await;
        }
    }
    let (package_id, package) = machine.step(Durability::Full, |session| session.new_key_package()).await?;
    transport.publish(&[ClientEnvelope::key_package(&installation, package)]).await?;
    let update = signed_update(machine, signer, inbox, installation, nonce).await?;
    let published = transport
        .publish(&[ClientEnvelope { topic: Topic::identity(&inbox.id), payload: Payload::IdentityUpdate(update) }])
        .await;
    machine.ledger.refresh(machine, vec![inbox.id]).await?;
    if is_associated(machine, inbox.id, installation).await? {
        let registered = move |session: &mut xmtp_mls::Session<'_>| {
            session.key_package_uploaded(&package_id)?;
            session.set_registered()
        };
        return machine.step(Durability::Full, registered).await;
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
    request.add_signature(signer.sign(request.signing_text()).await?)?;
    let signed = machine
        .step(Durability::Relaxed, move |session| {
            let result = request.sign_with_installation(session.installation().key());
            Ok(result.map(|()| request))
        })
        .await??;
    Ok(signed.build()?.encode())
}

/// Whether the installation speaks for the inbox. Refuses to go on if there is no room for one more.
async fn is_associated(
    machine: &Arc<Machine>,
    inbox: InboxId,
    installation: InstallationId,
) -> Result<bool, ClientError> {
    let ledger = Arc::clone(&machine.ledger);
    let state = machine
        .read(move |store| {
            let newest = store.latest_identity(&inbox)?.unwrap_or_default();
            Ok(ledger.inbox_state(store, &inbox, newest).ok())
        })
        .await?;
    let Some(state) = state else { return Ok(false) };
    if state.contains_installation(&installation) {
        return Ok(true);
    }
    let count = state.installations().count();
    tracing::warn!(
        count,
        limit = MAX_INSTALLATIONS,
        "the inbox has installations elsewhere: this one is added to them"
    );
    if count >= MAX_INSTALLATIONS {
        return Err(ClientError::TooManyInstallations { count, limit: MAX_INSTALLATIONS });
    }
    Ok(false)
}
