//! An identity update and its four actions.
//!
//! One shape serves three stages, told apart by what stands in the place of a signature: the member who is still to
//! sign ([`crate::UpdateRequest`]), a signature nobody checked ([`UnverifiedUpdate`]), a signature that holds
//! ([`VerifiedUpdate`]).
//!
//! Source of fact: XIP-46 and `proto/identity/associations/association.proto`.
use crate::{MemberIdentifier, RawSignature, VerifiedSignature, signing_text};
use xmtp_types::{Identifier, InboxId, Timestamp};

/// Changes to one inbox that take effect together or not at all. `S` stands where signatures stand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdentityUpdate<S> {
    /// The inbox that is changed.
    pub inbox_id: InboxId,
    /// When the update was made by the clock of the client that made it. Part of the signing text; nobody checks it.
    pub client_timestamp: Timestamp,
    /// What is changed, in this order.
    pub actions: Vec<Action<S>>,
}

/// One change to an inbox. `S` stands where signatures stand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action<S> {
    /// Creates the inbox with its first member, who is also the recovery identifier.
    CreateInbox {
        /// The first member.
        initial: Identifier,
        /// Tells apart the inboxes that one identifier creates.
        nonce: u64,
        /// By the first member.
        signature: S,
    },
    /// Adds a member.
    Add {
        /// Who is added.
        new_member: MemberIdentifier,
        /// By a member, or by the recovery identifier.
        existing_member_signature: S,
        /// By the new member.
        new_member_signature: S,
    },
    /// Removes a member and the installations it added.
    Revoke {
        /// Who is removed.
        member: MemberIdentifier,
        /// By the recovery identifier.
        recovery_signature: S,
    },
    /// Makes another identifier the recovery identifier.
    ChangeRecovery {
        /// The recovery identifier from now on. It need not be a member.
        new_recovery: Identifier,
        /// By the recovery identifier until now.
        recovery_signature: S,
    },
}

/// An update as it came from elsewhere: well formed, its signatures unchecked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnverifiedUpdate(pub(crate) IdentityUpdate<RawSignature>);

/// An update whose signatures all hold. Whether its signers had the right to act is for the ledger to say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedUpdate(pub(crate) IdentityUpdate<VerifiedSignature>);

impl<S> IdentityUpdate<S> {
    /// The text that every signer of the update signs.
    pub fn signing_text(&self) -> String {
        signing_text(&self.inbox_id, self.client_timestamp, &self.actions)
    }

    /// The same update with each signature replaced by what `change` makes of it.
    pub(crate) fn try_map<T, E>(self, mut change: impl FnMut(S) -> Result<T, E>) -> Result<IdentityUpdate<T>, E> {
        let actions = self.actions.into_iter().map(|action| action.try_map(&mut change)).collect::<Result<_, E>>()?;
        Ok(IdentityUpdate { inbox_id: self.inbox_id, client_timestamp: self.client_timestamp, actions })
    }
}

impl<S> Action<S> {
    /// The signatures of the action, that of the member who was there first before that of the new one.
    pub fn signatures(&self) -> impl Iterator<Item = &S> {
        let (first, second) = match self {
            Self::CreateInbox { signature, .. } => (signature, None),
            Self::Add { existing_member_signature, new_member_signature, .. } => {
                (existing_member_signature, Some(new_member_signature))
            }
            Self::Revoke { recovery_signature, .. } | Self::ChangeRecovery { recovery_signature, .. } => {
                (recovery_signature, None)
            }
        };
        std::iter::once(first).chain(second)
    }

    fn try_map<T, E>(self, mut change: impl FnMut(S) -> Result<T, E>) -> Result<Action<T>, E> {
        Ok(match self {
            Self::CreateInbox { initial, nonce, signature } => {
                Action::CreateInbox { initial, nonce, signature: change(signature)? }
            }
            Self::Add { new_member, existing_member_signature, new_member_signature } => Action::Add {
                new_member,
                existing_member_signature: change(existing_member_signature)?,
                new_member_signature: change(new_member_signature)?,
            },
            Self::Revoke { member, recovery_signature } => {
                Action::Revoke { member, recovery_signature: change(recovery_signature)? }
            }
            Self::ChangeRecovery { new_recovery, recovery_signature } => {
                Action::ChangeRecovery { new_recovery, recovery_signature: change(recovery_signature)? }
            }
        })
    }
}

impl UnverifiedUpdate {
    /// The inbox that the update claims to change.
    pub const fn inbox_id(&self) -> &InboxId {
        &self.0.inbox_id
    }

    /// When the update claims to have been made.
    pub const fn client_timestamp(&self) -> Timestamp {
        self.0.client_timestamp
    }

    /// What the update would change.
    pub fn actions(&self) -> &[Action<RawSignature>] {
        &self.0.actions
    }

    /// The text that every signer of the update signs.
    pub fn signing_text(&self) -> String {
        self.0.signing_text()
    }
}

impl From<IdentityUpdate<RawSignature>> for UnverifiedUpdate {
    fn from(update: IdentityUpdate<RawSignature>) -> Self {
        Self(update)
    }
}

impl VerifiedUpdate {
    /// The inbox that the update changes.
    pub const fn inbox_id(&self) -> &InboxId {
        &self.0.inbox_id
    }

    /// When the update claims to have been made.
    pub const fn client_timestamp(&self) -> Timestamp {
        self.0.client_timestamp
    }

    /// What the update changes.
    pub fn actions(&self) -> &[Action<VerifiedSignature>] {
        &self.0.actions
    }
}
