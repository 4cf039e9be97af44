//! Saying what an update is to change, action by action.
//!
//! Everything an update names is brought into the one form that signatures have, because the network compares text and
//! never normalizes it: a mixed-case recovery identifier would be one that nobody can sign for.
//!
//! Source of fact: observed on released clients; the limit is ours.
use super::UpdateRequest;
use crate::{Action, IdentityError, IdentityUpdate, Member, MemberIdentifier, inbox_id_for};
use p256::ecdsa::VerifyingKey;
use xmtp_types::{Identifier, InboxId, InstallationId, Timestamp};

/// Actions that one request takes at most. The protocol has no such number; it keeps the work of reading a request
/// that came from elsewhere small.
pub const MAX_ACTIONS: usize = 1024;

/// An action in whose places of signatures stands who is to sign.
type Wanted = Action<MemberIdentifier>;

/// One update in the making: its actions take effect in the order they are given, all of them or none.
///
/// Each action sees what the ones before it did. After [`UpdateBuilder::change_recovery`] it is the new recovery
/// identifier who revokes. The first action that cannot be built is what [`UpdateBuilder::finish`] reports.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is finished"]
pub struct UpdateBuilder {
    inbox_id: InboxId,
    now: Timestamp,
    actions: Result<Vec<Wanted>, IdentityError>,
}

impl UpdateBuilder {
    pub(super) const fn new(inbox_id: InboxId, now: Timestamp) -> Self {
        Self { inbox_id, now, actions: Ok(Vec::new()) }
    }

    /// A builder whose first action creates the inbox of `identifier` and `nonce`.
    pub(super) fn creating(identifier: &Identifier, nonce: u64, now: Timestamp) -> Result<Self, IdentityError> {
        let initial = newcomer(identifier)?;
        let inbox_id = inbox_id_for(&initial, nonce)?;
        let signature = MemberIdentifier::from(initial.clone());
        Ok(Self::new(inbox_id, now).then(Ok(Action::CreateInbox { initial, nonce, signature })))
    }

    /// Adds `installation` on behalf of `existing`: a member, or the recovery identifier. Both sign.
    pub fn add_installation(self, existing: &Identifier, installation: InstallationId) -> Self {
        self.then(signer(existing).map(|existing| add(installation.into(), existing.into())))
    }

    /// Adds `new_identifier` on behalf of `existing`: a member of any kind, or the recovery identifier. Both sign.
    pub fn add_identifier(self, existing: impl Into<MemberIdentifier>, new_identifier: &Identifier) -> Self {
        let existing = member_signer(existing.into());
        self.then(existing.and_then(|existing| Ok(add(newcomer(new_identifier)?.into(), existing))))
    }

    /// Revokes `member`, and with it the installations it added, on behalf of `recovery`, who alone signs.
    ///
    /// An address is lowercased. A member whose recorded text has another form is revoked by
    /// [`UpdateBuilder::revoke_member`].
    pub fn revoke(self, recovery: &Identifier, member: impl Into<MemberIdentifier>) -> Self {
        let member = match member.into() {
            MemberIdentifier::Identifier(Identifier::Ethereum(address)) => account(&address).map(Into::into),
            other => well_formed(other),
        };
        self.then(member.and_then(|member| revoke(member, recovery)))
    }

    /// Revokes a member as its inbox records it, letter for letter, on behalf of `recovery`, who alone signs.
    ///
    /// What a record says was read from the network: normalized, it might be the name of nobody.
    pub fn revoke_member(self, recovery: &Identifier, member: &Member) -> Self {
        self.revoke_verbatim(recovery, member.identifier().clone())
    }

    /// Makes `new_recovery` the recovery identifier in place of `recovery`, who alone signs.
    pub fn change_recovery(self, recovery: &Identifier, new_recovery: &Identifier) -> Self {
        self.then(newcomer(new_recovery).and_then(|new_recovery| {
            Ok(Action::ChangeRecovery { new_recovery, recovery_signature: signer(recovery)?.into() })
        }))
    }

    /// The request for the signatures of everyone concerned.
    ///
    /// # Errors
    /// That of the first action which cannot be built: [`IdentityError::InvalidAddress`],
    /// [`IdentityError::InvalidPasskey`] or, for an installation key that is not 32 bytes, [`IdentityError::Malformed`];
    /// [`IdentityError::TooLarge`] for more than [`MAX_ACTIONS`].
    pub fn finish(self) -> Result<UpdateRequest, IdentityError> {
        let Self { inbox_id, now, actions } = self;
        Ok(UpdateRequest::new(IdentityUpdate { inbox_id, client_timestamp: now, actions: actions? }))
    }

    pub(super) fn revoke_verbatim(self, recovery: &Identifier, member: MemberIdentifier) -> Self {
        // ID.R47
        self.then(well_formed(member).and_then(|member| revoke(member, recovery)))
    }

    /// The inbox whose update it is.
    pub(super) const fn inbox_id(&self) -> &InboxId {
        &self.inbox_id
    }

    fn then(mut self, action: Result<Wanted, IdentityError>) -> Self {
        self.actions = self.actions.and_then(|mut actions| {
            if actions.len() >= MAX_ACTIONS {
                return Err(IdentityError::TooLarge("an update has at most 1024 actions"));
            }
            actions.push(action?);
            Ok(actions)
        });
        self
    }
}

fn add(new_member: MemberIdentifier, existing: MemberIdentifier) -> Wanted {
    Action::Add { new_member_signature: new_member.clone(), new_member, existing_member_signature: existing }
}

fn revoke(member: MemberIdentifier, recovery: &Identifier) -> Result<Wanted, IdentityError> {
    Ok(Action::Revoke { member, recovery_signature: signer(recovery)?.into() })
}

/// Someone whom the update makes a member or the recovery identifier, in the form in which they will sign.
fn newcomer(identifier: &Identifier) -> Result<Identifier, IdentityError> {
    match identifier {
        // ID.R11
        Identifier::Ethereum(address) => account(address),
        Identifier::Passkey { key, .. } => match VerifyingKey::from_sec1_bytes(key) {
            Ok(_) => Ok(identifier.clone()),
            Err(_) => Err(IdentityError::InvalidPasskey),
        },
        other => Ok(other.clone()),
    }
}

fn account(address: &str) -> Result<Identifier, IdentityError> {
    Identifier::ethereum(address).map_err(|_| IdentityError::InvalidAddress)
}

/// Someone who is to sign. All signatures prove lowercase addresses, those of contracts perhaps without `0x`.
fn signer(identifier: &Identifier) -> Result<Identifier, IdentityError> {
    match identifier {
        // ID.R47
        Identifier::Ethereum(address) if !address.starts_with("0x") => {
            account(&format!("0x{address}")).map(|_| Identifier::Ethereum(address.to_ascii_lowercase()))
        }
        // ID.R11
        Identifier::Ethereum(address) => account(address),
        other => Ok(other.clone()),
    }
}

fn member_signer(member: MemberIdentifier) -> Result<MemberIdentifier, IdentityError> {
    match &member {
        MemberIdentifier::Identifier(identifier) => signer(identifier).map(Into::into),
        _ => well_formed(member),
    }
}

fn well_formed(member: MemberIdentifier) -> Result<MemberIdentifier, IdentityError> {
    match member {
        MemberIdentifier::MalformedInstallation(_) => {
            Err(IdentityError::Malformed("an installation key is not 32 bytes long"))
        }
        other => Ok(other),
    }
}
