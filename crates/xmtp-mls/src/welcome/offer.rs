//! What a welcome offers: the group in it, checked as far as the welcome itself goes.
//!
//! Source of fact: RFC 9420 §12.4.3.1.
use super::{
    leaves,
    open::{self, OpenedWelcome},
};
use crate::{EngineError, Session, group::config, provider::Provider};
use openmls::{
    framing::{MlsMessageBodyIn, MlsMessageIn},
    group::{JoinBuilder, ProcessedWelcome, StagedWelcome},
    prelude::tls_codec::Deserialize as _,
};
use openmls_traits::OpenMlsProvider as _;
use xmtp_types::{InstallationId, Payload, SequenceId};

/// A group that this installation may join.
pub(super) struct Offer {
    /// The number of the commit that the welcome follows.
    pub(super) message_cursor: SequenceId,
    /// The group.
    pub(super) staged: StagedWelcome,
}

impl Session<'_> {
    /// What a delivered welcome offers.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if what a pointer leads to must be fetched first, [`EngineError::Invalid`] if the welcome
    /// cannot be opened or what is in it does not hold.
    pub(super) fn offer(&mut self, payload: &Payload) -> Result<Offer, EngineError> {
        match self.ahead.take(payload) {
            Some(offer) => Ok(offer),
            None => Offer::read(&self.provider, &self.own.id(), &open::open(self, payload)?),
        }
    }
}

impl Offer {
    /// Reads an opened welcome to the installation `own`. The provider needs to know but the key package it is for.
    ///
    /// # Errors
    /// [`EngineError::Invalid`].
    pub(super) fn read(
        provider: &Provider<'_>,
        own: &InstallationId,
        opened: &OpenedWelcome,
    ) -> Result<Self, EngineError> {
        let invalid = |why: &str| EngineError::Invalid { what: "welcome", why: why.to_owned() };
        // A number that no store can keep would fail for ever, and every welcome behind it would wait.
        if i64::try_from(opened.message_cursor.as_u64()).is_err() {
            return Err(invalid("it follows a commit with a number that no network gives"));
        }
        let message =
            MlsMessageIn::tls_deserialize(&mut &*opened.welcome).map_err(|_| invalid("it does not decode"))?;
        let MlsMessageBodyIn::Welcome(welcome) = message.extract() else {
            return Err(invalid("it is an MLS message of another kind"));
        };
        let processed = ProcessedWelcome::new_from_welcome(provider, &config::join(), welcome)
            .map_err(|error| invalid(&error.to_string()))?;
        if !processed.psks().is_empty() {
            return Err(invalid("it uses pre-shared keys"));
        }
        leaves::check_ahead(provider.crypto(), own, processed.unverified_group_info());
        let staged = JoinBuilder::new(provider, processed)
            .skip_lifetime_validation()
            .replace_old_group()
            .build()
            .map_err(|error| invalid(&error.to_string()))?;
        Ok(Self { message_cursor: opened.message_cursor, staged })
    }
}
