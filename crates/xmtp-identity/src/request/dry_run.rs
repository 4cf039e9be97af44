//! What the ledger will say, before anything is published.
//!
//! Released clients publish first and learn from the network that an update is refused. Asking here costs nothing, and
//! neither a place in the log nor a person's signature is spent in vain.
use super::UpdateRequest;
use crate::{
    IdentityError, InboxState, Member, MemberIdentifier, SignatureKind, StateDifference, VerifiedSignature,
    ledger::advance,
};
use xmtp_types::Identifier;

impl UpdateRequest {
    /// The state after this update, by the rules that every reader of the log applies. `state` is the inbox as it is
    /// now; nothing, if the update creates it.
    ///
    /// # Errors
    /// [`IdentityError::MissingSigner`] if a signature is still wanted; [`IdentityError::Refused`] if the update breaks
    /// a rule.
    pub fn check(&self, state: Option<&InboxState>) -> Result<InboxState, IdentityError> {
        // ID.R50
        advance(state.cloned(), &self.verified()?)
    }

    /// Who would come and who would go, if everyone still missing signed as they did before: to ask the ledger before
    /// people are asked to sign.
    ///
    /// A wallet that is no member yet is taken for one that signs with an account's key. If it turns out to be a
    /// contract, [`UpdateRequest::check`] may still refuse.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] if the update would break a rule.
    pub fn preview(&self, state: Option<&InboxState>) -> Result<StateDifference, IdentityError> {
        // ID.R50
        let update = self.verified_or(|signer| Ok(expected(signer, state)))?;
        Ok(InboxState::difference(state, &advance(state.cloned(), &update)?))
    }
}

/// The signature that is likely to come from `signer`.
fn expected(signer: MemberIdentifier, state: Option<&InboxState>) -> VerifiedSignature {
    let chain_id = state.and_then(|state| state.member(&signer)).and_then(Member::chain_id);
    let kind = match &signer {
        MemberIdentifier::Identifier(Identifier::Passkey { .. }) => SignatureKind::Passkey,
        MemberIdentifier::Identifier(_) if chain_id.is_some() => SignatureKind::Erc1271,
        MemberIdentifier::Identifier(_) => SignatureKind::Erc191,
        MemberIdentifier::Installation(_) | MemberIdentifier::MalformedInstallation(_) => SignatureKind::Installation,
    };
    // No signature was ever in the replay set in this form, and each signer has one of its own.
    let replay_bytes = format!("still to be signed by {signer}").into_bytes();
    VerifiedSignature { signer, kind, replay_bytes, chain_id }
}
