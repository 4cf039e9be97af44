//! An update that still collects its signatures.
//!
//! One signature is asked of each distinct signer, however often it is needed.
use crate::{
    Action, ContractAnswers, IdentityError, IdentityUpdate, InstallationSignature, MemberIdentifier, PasskeyPolicy,
    PasskeySignature, RawSignature, UnverifiedUpdate, VerifiedSignature, VerifiedUpdate,
};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_crypto::InstallationKey;
use xmtp_types::{InboxId, Timestamp};

/// An update that still collects its signatures. There is no secret in it: it may go to other devices that sign it too
/// ([`UpdateRequest::to_bytes`], [`UpdateRequest::merge`]).
#[derive(Clone, Debug)]
pub struct UpdateRequest {
    update: IdentityUpdate<MemberIdentifier>,
    text: String,
    signatures: BTreeMap<MemberIdentifier, Taken>,
}

/// A signature that was taken, and what it was found to prove.
#[derive(Clone, Debug)]
struct Taken {
    raw: RawSignature,
    verified: VerifiedSignature,
}

impl UpdateRequest {
    pub(super) fn new(update: IdentityUpdate<MemberIdentifier>) -> Self {
        let text = update.signing_text();
        Self { update, text, signatures: BTreeMap::new() }
    }

    /// The inbox that the update will change.
    pub const fn inbox_id(&self) -> &InboxId {
        &self.update.inbox_id
    }

    /// The time that everyone signs.
    pub const fn client_timestamp(&self) -> Timestamp {
        self.update.client_timestamp
    }

    /// What the update will change; where signatures will stand is who has to make them.
    ///
    /// Signers go by the text ([`UpdateRequest::signing_text`]), which is made from these.
    pub fn actions(&self) -> &[Action<MemberIdentifier>] {
        &self.update.actions
    }

    /// The text that every signer signs.
    pub fn signing_text(&self) -> &str {
        &self.text
    }

    /// Whose signatures are there.
    pub fn signed_by(&self) -> impl Iterator<Item = &MemberIdentifier> {
        self.signatures.keys()
    }

    /// Whose signatures are still wanted, each signer once, in the order of the actions.
    pub fn missing_signers(&self) -> Vec<MemberIdentifier> {
        let mut named = BTreeSet::new();
        self.signers()
            .filter(|signer| !self.signatures.contains_key(signer) && named.insert(*signer))
            .cloned()
            .collect()
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
        let verified = signature.verify(&self.text, answers)?;
        self.take(signature, verified)
    }

    /// Like [`UpdateRequest::add_signature`], for a passkey that just signed for an application whose rules are
    /// `policy`. Anyone who takes a fresh signature of a passkey should prefer this.
    ///
    /// # Errors
    /// As [`UpdateRequest::add_signature`], and [`IdentityError::PasskeyPolicy`] if the signature breaks the policy.
    pub fn add_passkey_signature(
        &mut self,
        signature: PasskeySignature,
        policy: &PasskeyPolicy,
    ) -> Result<(), IdentityError> {
        let verified = signature.check(&self.text, policy)?;
        self.take(RawSignature::Passkey(signature), verified)
    }

    /// Takes over the signatures that `other`, a copy of this request, has collected elsewhere.
    ///
    /// # Errors
    /// [`IdentityError::DifferentRequest`] if the two differ in anything but their signatures; then this one stays as
    /// it is.
    pub fn merge(&mut self, other: Self) -> Result<(), IdentityError> {
        // ID.R49
        if self.update != other.update {
            return Err(IdentityError::DifferentRequest);
        }
        for (signer, taken) in other.signatures {
            self.signatures.entry(signer).or_insert(taken);
        }
        Ok(())
    }

    /// The finished update, ready to be published. Whether the ledger accepts it is for [`UpdateRequest::check`] to say.
    ///
    /// # Errors
    /// [`IdentityError::MissingSigner`] if a signature is still wanted.
    pub fn build(self) -> Result<UnverifiedUpdate, IdentityError> {
        let Self { update, signatures, .. } = self;
        // ID.R13
        update.try_map(|signer| found(signatures.get(&signer)).map(|taken| taken.raw.clone())).map(UnverifiedUpdate)
    }

    /// The finished update with what its signatures were found to prove.
    pub(super) fn verified(&self) -> Result<VerifiedUpdate, IdentityError> {
        self.verified_or(|_| Err(IdentityError::MissingSigner))
    }

    /// The update with what its signatures were found to prove and, where one is missing, with what `instead` gives.
    pub(super) fn verified_or(
        &self,
        instead: impl Fn(MemberIdentifier) -> Result<VerifiedSignature, IdentityError>,
    ) -> Result<VerifiedUpdate, IdentityError> {
        let place = |signer| match self.signatures.get(&signer) {
            Some(taken) => Ok(taken.verified.clone()),
            None => instead(signer),
        };
        self.update.clone().try_map(place).map(VerifiedUpdate)
    }

    /// The signatures in the bytes they were given in, in the order of their signers.
    pub(super) fn raw_signatures(&self) -> impl Iterator<Item = &RawSignature> {
        self.signatures.values().map(|taken| &taken.raw)
    }

    fn signers(&self) -> impl Iterator<Item = &MemberIdentifier> {
        self.update.actions.iter().flat_map(Action::signatures)
    }

    fn take(&mut self, raw: RawSignature, verified: VerifiedSignature) -> Result<(), IdentityError> {
        let signer = verified.signer.clone();
        // ID.R12
        if self.signatures.contains_key(&signer) || !self.signers().any(|wanted| *wanted == signer) {
            return Err(IdentityError::UnknownSigner);
        }
        self.signatures.insert(signer, Taken { raw, verified });
        Ok(())
    }
}

fn found(taken: Option<&Taken>) -> Result<&Taken, IdentityError> {
    taken.ok_or(IdentityError::MissingSigner)
}
