//! Updates that do one thing, as released clients make them.
use super::{UpdateBuilder, UpdateRequest};
use crate::IdentityError;
use xmtp_types::{Identifier, InboxId, InstallationId, Timestamp};

impl UpdateRequest {
    /// One update of several actions on `inbox` that take effect together or not at all.
    ///
    /// `now` is the time that everyone signs; nobody checks that it is true.
    pub const fn builder(inbox: InboxId, now: Timestamp) -> UpdateBuilder {
        UpdateBuilder::new(inbox, now)
    }

    /// One update that creates the inbox of `identifier` and `nonce` and does more to it.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`], [`IdentityError::InvalidPasskey`].
    pub fn builder_for_new(
        identifier: &Identifier,
        nonce: u64,
        now: Timestamp,
    ) -> Result<UpdateBuilder, IdentityError> {
        UpdateBuilder::creating(identifier, nonce, now)
    }

    /// Creates the inbox of `identifier` and `nonce` and, if one is given, adds its first installation.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`], [`IdentityError::InvalidPasskey`].
    pub fn create_inbox(
        identifier: &Identifier,
        nonce: u64,
        installation: Option<InstallationId>,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        let created = Self::builder_for_new(identifier, nonce, now)?;
        installation.into_iter().fold(created, |builder, id| builder.add_installation(identifier, id)).finish()
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
        Self::builder(inbox, now).add_installation(existing, installation).finish()
    }

    /// Adds `new_identifier` to `inbox` on behalf of `existing`, one of its installations. Only the new identifier and
    /// the installation sign.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`], [`IdentityError::InvalidPasskey`].
    pub fn add_identifier(
        inbox: InboxId,
        existing: InstallationId,
        new_identifier: &Identifier,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        Self::builder(inbox, now).add_identifier(existing, new_identifier).finish()
    }

    /// Revokes each of `installations` in the order given, on behalf of `recovery`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`]; [`IdentityError::TooLarge`] for more than [`crate::MAX_ACTIONS`].
    pub fn revoke_installations(
        inbox: InboxId,
        recovery: &Identifier,
        installations: impl IntoIterator<Item = InstallationId>,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        let builder = Self::builder(inbox, now);
        installations.into_iter().fold(builder, |builder, id| builder.revoke(recovery, id)).finish()
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
        Self::builder(inbox, now).revoke(recovery, identifier.clone()).finish()
    }

    /// Makes `new_recovery` the recovery identifier in place of `recovery`, who alone signs.
    ///
    /// # Errors
    /// [`IdentityError::InvalidAddress`], [`IdentityError::InvalidPasskey`].
    pub fn change_recovery(
        inbox: InboxId,
        recovery: &Identifier,
        new_recovery: &Identifier,
        now: Timestamp,
    ) -> Result<Self, IdentityError> {
        Self::builder(inbox, now).change_recovery(recovery, new_recovery).finish()
    }
}
