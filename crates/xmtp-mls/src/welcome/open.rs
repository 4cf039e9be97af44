//! From a delivered envelope to the MLS welcome in it.
//!
//! Source of fact: XIP-74 and released clients: the envelope names the public key it was sealed to, and metadata that
//! is missing or does not decode counts as 0.
use super::{metadata, pointer::Pointer};
use crate::{EngineError, Session, key_package::private_key_for, provider::Provider};
use thiserror::Error;
use xmtp_crypto::{
    CryptoError,
    welcome_wrap::{self, WelcomeSecretKey},
};
use xmtp_types::{Payload, PointerAlgorithm, SequenceId, WrapperAlgorithm};

/// A welcome without its outer layer.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct OpenedWelcome {
    /// The TLS-encoded `MLSMessage`.
    pub(crate) welcome: Vec<u8>,
    /// The number of the commit it follows; 0 if its sender did not say.
    pub(crate) message_cursor: SequenceId,
}

/// What an envelope on a welcome topic turns out to be.
#[derive(Debug)]
pub(crate) enum Unwrapped {
    /// A welcome.
    Welcome(OpenedWelcome),
    /// A pointer to where one waits.
    Pointer(Pointer),
}

/// A welcome cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum WelcomeError {
    /// It is sealed to a key that is not here: it was for a key package that was rotated away long ago.
    #[error("it is sealed to a key package whose private key is not kept, or no longer: ask to be added again")]
    NoKey,
    /// It carries something that does not belong on a welcome topic.
    #[error("it is not a welcome that is sealed to an installation")]
    NotAWelcome,
    /// The outer layer does not open.
    #[error(transparent)]
    Sealed(CryptoError),
    /// The pointer opens, but is of no use.
    #[error("its pointer {0}")]
    BadPointer(&'static str),
    /// The store failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<WelcomeError> for EngineError {
    fn from(error: WelcomeError) -> Self {
        match error {
            WelcomeError::Engine(error) => error,
            other => Self::Invalid { what: "welcome", why: other.to_string() },
        }
    }
}

impl std::fmt::Debug for OpenedWelcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedWelcome").field("message_cursor", &self.message_cursor).finish_non_exhaustive()
    }
}

/// Opens a delivered welcome, following a pointer if it is one.
///
/// # Errors
/// [`EngineError::Missing`] if what a pointer leads to must be fetched first, [`EngineError::Invalid`] if the welcome
/// cannot be opened.
pub(super) fn open(session: &Session<'_>, payload: &Payload) -> Result<OpenedWelcome, EngineError> {
    match unwrap(&session.provider, payload)? {
        Unwrapped::Welcome(opened) => Ok(opened),
        Unwrapped::Pointer(pointer) => {
            let found = session.directory.pointee(&pointer.topic()).map_err(EngineError::lookup("welcome"))?;
            Ok(pointer.open(&found.payload)?)
        }
    }
}

/// Takes the outer layer off a delivered welcome.
///
/// # Errors
/// [`WelcomeError`].
pub(crate) fn unwrap(provider: &Provider<'_>, payload: &Payload) -> Result<Unwrapped, WelcomeError> {
    match payload {
        Payload::Welcome { algorithm: WrapperAlgorithm::SymmetricKey, .. } => Err(WelcomeError::NotAWelcome),
        Payload::Welcome { hpke_public_key, algorithm, .. } => {
            let secret = secret_for(provider, *algorithm, hpke_public_key)?;
            open_with(&secret, payload).map(Unwrapped::Welcome)
        }
        Payload::WelcomePointer { pointer, hpke_public_key, algorithm: PointerAlgorithm::XWingMlKem768Draft6 } => {
            let secret = secret_for(provider, WrapperAlgorithm::XWingMlKem768Draft6, hpke_public_key)?;
            let opened = welcome_wrap::open_pointer(&secret, pointer).map_err(WelcomeError::Sealed)?;
            Pointer::decode(&opened).map(Unwrapped::Pointer)
        }
        _ => Err(WelcomeError::NotAWelcome),
    }
}

/// Opens a welcome that is sealed to this key.
///
/// # Errors
/// [`WelcomeError::NotAWelcome`], [`WelcomeError::Sealed`].
pub(super) fn open_with(secret: &WelcomeSecretKey, payload: &Payload) -> Result<OpenedWelcome, WelcomeError> {
    let Payload::Welcome { data, metadata, .. } = payload else { return Err(WelcomeError::NotAWelcome) };
    let opened = welcome_wrap::open_welcome(secret, data, metadata).map_err(WelcomeError::Sealed)?;
    let message_cursor = opened.metadata.and_then(|bytes| metadata::decode(&bytes)).unwrap_or_default();
    Ok(OpenedWelcome { welcome: opened.welcome, message_cursor })
}

fn secret_for(
    provider: &Provider<'_>,
    algorithm: WrapperAlgorithm,
    hpke_public_key: &[u8],
) -> Result<WelcomeSecretKey, WelcomeError> {
    private_key_for(provider, algorithm, hpke_public_key)?.ok_or(WelcomeError::NoKey)
}
