//! Making an update: say what is to change, collect the signatures, build.
//!
//! One signature is asked of each distinct signer, however often it is needed.
use crate::{
    Action, ContractAnswers, IdentityError, IdentityUpdate, InstallationSignature, MemberIdentifier, RawSignature,
    UnverifiedUpdate, inbox_id_for,
};
use std::collections::BTreeMap;
use xmtp_crypto::InstallationKey;
use xmtp_types::{Identifier, InboxId, InstallationId, Timestamp};

/// An update that still collects its signatures.
#[derive(Clone, Debug)]
pub struct UpdateRequest {
    update: IdentityUpdate<MemberIdentifier>,
    text: String,
    signatures: BTreeMap<MemberIdentifier, RawSignature>,
}

impl UpdateRequest {
    /// Creates the inbox of `identifier` and `nonce` and, if one is given, adds its first installation.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn create_inbox(
        identifier: &Identifier,
        nonce: u64,
        installation: Option<InstallationId>,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        let initial = normalized(identifier)?;
        let owner = MemberIdentifier::from(initial.clone());
        let create = Action::CreateInbox { initial: initial.clone(), nonce, signature: owner.clone() };
        let first = installation.map(|installation| add(installation.into(), owner));
        let actions = std::iter::once(create).chain(first).collect();
        Ok(Self::new(inbox_id_for(&initial, nonce)?, now, actions))
    }

    /// Adds `installation` to `inbox` on behalf of `existing`: a member, or the recovery identifier.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn add_installation(
        inbox: InboxId,
        existing: &Identifier,
        installation: InstallationId,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        Ok(Self::new(inbox, now, vec![add(installation.into(), normalized(existing)?.into())]))
    }

    /// Adds `new_identifier` to `inbox` on behalf of `existing`, one of its installations. Only the new identifier and
    /// the installation sign.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn add_identifier(
        inbox: InboxId,
        existing: InstallationId,
        new_identifier: &Identifier,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        Ok(Self::new(inbox, now, vec![add(normalized(new_identifier)?.into(), existing.into())]))
    }

    /// Revokes each of `installations` in the order given, on behalf of `recovery`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn revoke_installations(
        inbox: InboxId,
        recovery: &Identifier,
        installations: impl IntoIterator<Item = InstallationId>,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        let recovery = MemberIdentifier::from(normalized(recovery)?);
        let actions = installations.into_iter().map(|id| revoke(id.into(), recovery.clone())).collect();
        Ok(Self::new(inbox, now, actions))
    }

    /// Revokes `identifier` and with it the installations it added, on behalf of `recovery`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn remove_identifier(
        inbox: InboxId,
        recovery: &Identifier,
        identifier: &Identifier,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        Ok(Self::new(inbox, now, vec![revoke(normalized(identifier)?.into(), normalized(recovery)?.into())]))
    }

    /// Makes `new_recovery` the recovery identifier in place of `recovery`, who alone signs.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`].
    pub fn change_recovery(
        inbox: InboxId,
        recovery: &Identifier,
        new_recovery: &Identifier,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        let change = Action::ChangeRecovery {
            new_recovery: normalized(new_recovery)?,
            recovery_signature: normalized(recovery)?.into(),
        };
        Ok(Self::new(inbox, now, vec![change]))
    }

    fn new(inbox_id: InboxId, now: Timestamp, actions: Vec<Action<MemberIdentifier>>) -> Self {
        let update = IdentityUpdate { inbox_id, client_timestamp: now, actions };
        let text = update.signing_text();
        Self { update, text, signatures: BTreeMap::new() }
    }

    /// The inbox that the update will change.
    pub const fn inbox_id(&self) -> &InboxId {
        &self.update.inbox_id
    }

    /// The text that every signer signs.
    pub fn signing_text(&self) -> &str {
        &self.text
    }

    /// Whose signatures are still wanted, each signer once, in the order of the actions.
    pub fn missing_signers(&self) -> Vec<MemberIdentifier> {
        let mut missing = Vec::new();
        for signer in self.update.actions.iter().flat_map(Action::signatures) {
            if !self.signatures.contains_key(signer) && !missing.contains(signer) {
                missing.push(signer.clone());
            }
        }
        missing
    }

    /// Signs with the key of an installation.
    ///
    /// # Errors
    /// [`IdentityError::UnknownSigner`] if the update does not wait for this installation.
    pub fn sign_with_installation(&mut self, key: &InstallationKey) -> Result<(), IdentityError> {
        self.add_signature(RawSignature::Installation(InstallationSignature {
            bytes: key.sign_identity_update(&self.text).to_vec(),
            public_key: key.id().as_bytes().to_vec(),
        }))
    }

    /// Checks a signature and takes it, for every place where its signer is needed.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it does not hold; [`IdentityError::UnknownSigner`] if the update does not
    /// wait for its signer, which is also what a signature over another text or by another account comes to.
    pub fn add_signature(&mut self, signature: RawSignature) -> Result<(), IdentityError> {
        self.add_signature_with(signature, &ContractAnswers::none())
    }

    /// Like [`UpdateRequest::add_signature`], for the signature of a smart contract wallet: `answers` has what its chain
    /// said about it.
    ///
    /// # Errors
    /// As [`UpdateRequest::add_signature`], and [`IdentityError::ChainQuestionOpen`] if the chain was not asked.
    pub fn add_signature_with(
        &mut self,
        signature: RawSignature,
        answers: &ContractAnswers,
    ) -> Result<(), IdentityError> {
        let signer = signature.verify(&self.text, answers)?.signer;
        // ID.R12
        if !self.missing_signers().contains(&signer) {
            return Err(IdentityError::UnknownSigner);
        }
        self.signatures.insert(signer, signature);
        Ok(())
    }

    /// The finished update, ready to be published. Whether the ledger accepts it is not checked.
    ///
    /// # Errors
    /// [`IdentityError::MissingSigner`] if a signature is still wanted.
    pub fn build(self) -> Result<UnverifiedUpdate, IdentityError> {
        let Self { update, signatures, .. } = self;
        // ID.R13
        update
            .try_map(|signer| signatures.get(&signer).cloned().ok_or(IdentityError::MissingSigner))
            .map(UnverifiedUpdate)
    }
}

/// The network never normalizes identifiers: a mixed-case address in an update would be one that nobody can sign for.
fn normalized(identifier: &Identifier) -> Result<Identifier, IdentityError> {
    // ID.R11
    match identifier {
        Identifier::Ethereum(address) => Identifier::ethereum(address).map_err(|_| IdentityError::InvalidAddress),
        other => Ok(other.clone()),
    }
}

fn add(new_member: MemberIdentifier, existing: MemberIdentifier) -> Action<MemberIdentifier> {
    Action::Add { new_member_signature: new_member.clone(), new_member, existing_member_signature: existing }
}

const fn revoke(member: MemberIdentifier, recovery: MemberIdentifier) -> Action<MemberIdentifier> {
    Action::Revoke { member, recovery_signature: recovery }
}
