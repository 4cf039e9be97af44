//! Who may create, add, revoke and recover.
//!
//! The order of checks is that of released clients, so that both refuse an update for the same reason.
//!
//! Source of fact: XIP-46, and observed on released clients. Each rule is spelled out in `xips/identity.md`.
use crate::{
    IdentityError, InboxState, MemberIdentifier, Refusal, SignatureKind, VerifiedSignature, error::refused,
    inbox_id_for,
};
use xmtp_types::Identifier;

type Checked = Result<(), IdentityError>;

/// Checks that `signature` may create the inbox of `initial` and `nonce`.
pub(crate) fn check_create(initial: &Identifier, nonce: u64, signature: &VerifiedSignature) -> Checked {
    if signature.signer.as_identifier() != Some(initial) {
        return Err(refused("ID.R29", Refusal::MissingExistingMember));
    }
    check_kind_fits(signature)?;
    if is_legacy(signature) && nonce != 0 {
        return Err(refused("ID.R31", Refusal::LegacySignatureReuse));
    }
    Ok(())
}

/// Checks that `existing` may add `new_member`, who signed `new`.
pub(crate) fn check_add(
    state: &InboxState,
    new_member: &MemberIdentifier,
    existing: &VerifiedSignature,
    new: &VerifiedSignature,
) -> Checked {
    check_unseen(state, existing)?;
    check_unseen(state, new)?;
    if new.signer != *new_member {
        return Err(refused("ID.R33", Refusal::NewMemberMismatch));
    }
    if existing.signer == *new_member {
        return Err(refused("ID.R34", Refusal::SelfAdd));
    }
    check_legacy_inbox(state, existing, new)?;
    check_kind_fits(new)?;
    if !check_chain(state, existing)? {
        check_recovery_adds(state, existing)?;
    }
    check_kind_fits(existing)?;
    check_pair(&existing.signer, new_member)
}

/// Checks that `signature` may revoke members or change the recovery identifier.
pub(crate) fn check_recovery(state: &InboxState, signature: &VerifiedSignature) -> Checked {
    check_unseen(state, signature)?;
    check_chain(state, signature)?;
    if is_legacy(signature) {
        return Err(refused("ID.R41", Refusal::SignatureNotAllowed));
    }
    if !is_recovery(state, signature) {
        return Err(refused("ID.R42", Refusal::MissingExistingMember));
    }
    Ok(())
}

/// A signature of an earlier update must not be used again.
fn check_unseen(state: &InboxState, signature: &VerifiedSignature) -> Checked {
    if state.seen_signatures.contains(signature.replay_bytes()) {
        return Err(refused("ID.R32", Refusal::Replay));
    }
    Ok(())
}

/// Each kind of member signs with its own kinds of signature.
fn check_kind_fits(signature: &VerifiedSignature) -> Checked {
    let fits = match &signature.signer {
        MemberIdentifier::Identifier(Identifier::Passkey { .. }) => matches!(signature.kind, SignatureKind::Passkey),
        MemberIdentifier::Identifier(_) => {
            matches!(signature.kind, SignatureKind::Erc191 | SignatureKind::Erc1271 | SignatureKind::LegacyDelegated)
        }
        MemberIdentifier::Installation(_) => matches!(signature.kind, SignatureKind::Installation),
        MemberIdentifier::MalformedInstallation(_) => false,
    };
    if fits { Ok(()) } else { Err(refused("ID.R30", Refusal::SignatureNotAllowed)) }
}

/// A legacy signature counts only in the inbox that the existing signer creates with nonce 0. An installation that adds
/// is not held to it.
fn check_legacy_inbox(state: &InboxState, existing: &VerifiedSignature, new: &VerifiedSignature) -> Checked {
    let Some(identifier) = existing.signer.as_identifier() else { return Ok(()) };
    if (is_legacy(existing) || is_legacy(new)) && inbox_id_for(identifier, 0)? != state.inbox_id {
        return Err(refused("ID.R35", Refusal::LegacySignatureReuse));
    }
    Ok(())
}

/// Whether the signer is a member. A member signs on the chain it was added with, or on none for ever.
fn check_chain(state: &InboxState, signature: &VerifiedSignature) -> Result<bool, IdentityError> {
    let Some(member) = state.members.get(&signature.signer) else { return Ok(false) };
    if member.chain_id != signature.chain_id {
        return Err(refused("ID.R36", Refusal::ChainIdMismatch));
    }
    Ok(true)
}

/// A signer who is not a member adds only as the recovery identifier, and not by a legacy signature.
fn check_recovery_adds(state: &InboxState, existing: &VerifiedSignature) -> Checked {
    if !is_recovery(state, existing) {
        return Err(refused("ID.R37", Refusal::MissingExistingMember));
    }
    if is_legacy(existing) {
        return Err(refused("ID.R38", Refusal::LegacySignatureReuse));
    }
    Ok(())
}

/// Anyone adds anyone, except that installations add no installations.
fn check_pair(existing: &MemberIdentifier, new_member: &MemberIdentifier) -> Checked {
    if existing.as_identifier().is_none() && new_member.as_identifier().is_none() {
        return Err(refused("ID.R39", Refusal::MemberNotAllowed));
    }
    Ok(())
}

fn is_recovery(state: &InboxState, signature: &VerifiedSignature) -> bool {
    signature.signer.as_identifier() == Some(&state.recovery)
}

const fn is_legacy(signature: &VerifiedSignature) -> bool {
    matches!(signature.kind, SignatureKind::LegacyDelegated)
}
