//! The ledger: verified updates in order, folded into the state of an inbox.
//!
//! Every reader of a log must come to the same state, so there is no mercy: one refused update refuses the log.
//!
//! Source of fact: XIP-46, and observed on released clients. Each rule is spelled out in `xips/identity.md`.
use crate::{
    Action, IdentityError, InboxState, Member, MemberIdentifier, Refusal, VerifiedSignature, VerifiedUpdate,
    error::refused,
    inbox_id_for,
    rules::{check_add, check_create, check_recovery},
};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_types::{Identifier, Timestamp};

impl InboxState {
    /// The state after all updates of an inbox, given in the order of their sequence ids from the first one on.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] if an update breaks a rule, or if there is none.
    pub fn fold<'a>(log: impl IntoIterator<Item = &'a VerifiedUpdate>) -> Result<Self, IdentityError> {
        let mut state = None;
        for update in log {
            state = Some(advance(state, update)?);
        }
        require_created(state)
    }

    /// The state after one more update. This one stays as it is.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] if the update breaks a rule.
    pub fn apply(&self, update: &VerifiedUpdate) -> Result<Self, IdentityError> {
        advance(Some(self.clone()), update)
    }
}

/// The state after `update`. The draft it is given is lost with any error, and nothing else was touched.
pub(crate) fn advance(mut draft: Option<InboxState>, update: &VerifiedUpdate) -> Result<InboxState, IdentityError> {
    // ID.R23
    for action in update.actions() {
        draft = Some(act(draft, action, update.client_timestamp())?);
    }
    let mut state = require_created(draft)?;
    if state.inbox_id != *update.inbox_id() {
        return Err(refused("ID.R27", Refusal::WrongInboxId));
    }
    // ID.R28
    let used = update.actions().iter().flat_map(Action::signatures).map(|signature| signature.replay_bytes.clone());
    state.seen_signatures.extend(used);
    Ok(state)
}

fn require_created(draft: Option<InboxState>) -> Result<InboxState, IdentityError> {
    draft.ok_or(refused("ID.R26", Refusal::NotCreated))
}

fn act(
    draft: Option<InboxState>,
    action: &Action<VerifiedSignature>,
    at: Timestamp,
) -> Result<InboxState, IdentityError> {
    let state = match (draft, action) {
        (None, Action::CreateInbox { initial, nonce, signature }) => return create(initial, *nonce, signature),
        (None, _) => return Err(refused("ID.R24", Refusal::NotCreated)),
        (Some(state), _) => state,
    };
    match action {
        Action::CreateInbox { .. } => Err(refused("ID.R25", Refusal::MultipleCreate)),
        Action::Add { new_member, existing_member_signature, new_member_signature } => {
            add(state, new_member, existing_member_signature, new_member_signature, at)
        }
        Action::Revoke { member, recovery_signature } => revoke(state, member, recovery_signature),
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            change_recovery(state, new_recovery, recovery_signature)
        }
    }
}

fn create(initial: &Identifier, nonce: u64, signature: &VerifiedSignature) -> Result<InboxState, IdentityError> {
    check_create(initial, nonce, signature)?;
    let identifier = MemberIdentifier::from(initial.clone());
    let creator =
        Member { identifier: identifier.clone(), added_by: None, added_at: None, chain_id: signature.chain_id };
    Ok(InboxState {
        inbox_id: inbox_id_for(initial, nonce)?,
        members: BTreeMap::from([(identifier, creator)]),
        recovery: initial.clone(),
        seen_signatures: BTreeSet::new(),
    })
}

fn add(
    mut state: InboxState,
    new_member: &MemberIdentifier,
    existing: &VerifiedSignature,
    new: &VerifiedSignature,
    at: Timestamp,
) -> Result<InboxState, IdentityError> {
    check_add(&state, new_member, existing, new)?;
    // ID.R40
    let member = Member {
        identifier: new_member.clone(),
        added_by: Some(existing.signer.clone()),
        added_at: Some(at),
        chain_id: new.chain_id,
    };
    state.members.insert(new_member.clone(), member);
    Ok(state)
}

fn revoke(
    mut state: InboxState,
    revoked: &MemberIdentifier,
    signature: &VerifiedSignature,
) -> Result<InboxState, IdentityError> {
    check_recovery(&state, signature)?;
    // ID.R43
    state.members.remove(revoked);
    state
        .members
        .retain(|identifier, member| identifier.as_identifier().is_some() || member.added_by.as_ref() != Some(revoked));
    Ok(state)
}

fn change_recovery(
    mut state: InboxState,
    new_recovery: &Identifier,
    signature: &VerifiedSignature,
) -> Result<InboxState, IdentityError> {
    check_recovery(&state, signature)?;
    // ID.R44
    state.recovery = new_recovery.clone();
    Ok(state)
}

#[cfg(test)]
mod tests;
