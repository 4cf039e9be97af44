//! Judging a key package that somebody else made. Clients do so before they add its owner, nodes before they store it.
//!
//! Source of fact: RFC 9420 §10.1; what is checked beyond it: observed on released clients. Whether the installation
//! speaks for the inbox it names is for the identity ledger to say.
use crate::{
    CredentialError, credential,
    group::config::{WELCOME_POINTEE_AEADS, WELCOME_WRAPPER},
};
use openmls::{
    key_packages::{KeyPackage, KeyPackageIn, errors::KeyPackageVerifyError},
    prelude::tls_codec::Deserialize as _,
    treesync::errors::LifetimeError,
    versions::ProtocolVersion,
};
use prost::Message as _;
use rayon::prelude::*;
use thiserror::Error;
use xmtp_crypto::{CIPHERSUITE, MlsCrypto, welcome_wrap::WelcomePublicKey};
use xmtp_proto::xmtp::mls::message_contents::{
    WelcomePointeeEncryptionAeadType, WelcomePointeeEncryptionAeadTypesExtension, WelcomeWrapperAlgorithm,
    WelcomeWrapperEncryption,
};
use xmtp_types::{InboxId, InstallationId, Timestamp, WrapperAlgorithm};

/// A key package that may be used.
#[derive(Clone, Debug)]
pub struct VerifiedKeyPackage {
    package: KeyPackage,
    installation: InstallationId,
    inbox: InboxId,
    recipient: WelcomePublicKey,
    reads_pointers: bool,
}

/// A key package must not be used.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum KeyPackageError {
    /// The bytes are no TLS-encoded key package, or more than one.
    #[error("the key package does not decode: upload the bare TLS encoding of one")]
    Malformed,
    /// Another ciphersuite than the one groups run on.
    #[error("the key package is of ciphersuite {0:#06x}: only 0x0003 is used here")]
    UnsupportedSuite(u16),
    /// Its lifetime is over. Its owner must upload a new one.
    #[error("the key package has expired: its owner must upload a new one")]
    Expired,
    /// Its lifetime has not begun, or one of the clocks is wrong.
    #[error("the key package is not valid yet: check the clocks")]
    NotYetValid,
    /// A check of RFC 9420 failed, such as a signature.
    #[error("the key package is not valid: {0}")]
    Invalid(String),
    /// Its credential names no inbox.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// Its signature key or its welcome key has a form that cannot be used.
    #[error("the {0} of the key package is malformed")]
    BadKey(&'static str),
}

/// Checks a TLS-encoded key package: signatures, ciphersuite, capabilities, lifetime against the system's clock, and
/// that its credential names an inbox.
///
/// # Errors
/// [`KeyPackageError`]; of its kinds only [`KeyPackageError::NotYetValid`] can pass by itself.
pub fn verify(bytes: &[u8]) -> Result<VerifiedKeyPackage, KeyPackageError> {
    let unverified = KeyPackageIn::tls_deserialize_exact(bytes).map_err(|_| KeyPackageError::Malformed)?;
    if let Some(&[_, _, high, low]) = bytes.first_chunk() {
        let suite = u16::from_be_bytes([high, low]);
        if suite != CIPHERSUITE as u16 {
            return Err(KeyPackageError::UnsupportedSuite(suite));
        }
    }
    let package = unverified.validate(&MlsCrypto::new(), ProtocolVersion::Mls10).map_err(refusal)?;
    let leaf = package.leaf_node();
    let inbox = credential::inbox_of(leaf.credential())?;
    let installation = InstallationId::try_from(leaf.signature_key().as_slice())
        .map_err(|_| KeyPackageError::BadKey("signature key"))?;
    let recipient = recipient(&package)?;
    let reads_pointers = recipient.algorithm() == WrapperAlgorithm::XWingMlKem768Draft6 && lists_pointee_aead(&package);
    Ok(VerifiedKeyPackage { package, installation, inbox, recipient, reads_pointers })
}

/// [`verify`] for many, on all cores, in the order given.
pub fn verify_all<B: AsRef<[u8]> + Sync>(packages: &[B]) -> Vec<Result<VerifiedKeyPackage, KeyPackageError>> {
    packages.par_iter().map(|bytes| verify(bytes.as_ref())).collect()
}

impl VerifiedKeyPackage {
    /// The installation that offers it.
    pub const fn installation(&self) -> InstallationId {
        self.installation
    }

    /// The inbox that its credential names. A claim, until compared with the identity ledger.
    pub const fn inbox(&self) -> InboxId {
        self.inbox
    }

    /// The package, as the MLS library knows it.
    pub const fn key_package(&self) -> &KeyPackage {
        &self.package
    }

    /// The key that a welcome to its owner is wrapped with: X-Wing if it offers one, else its init key.
    pub const fn welcome_recipient(&self) -> &WelcomePublicKey {
        &self.recipient
    }

    /// Whether its owner can follow a welcome pointer.
    pub const fn reads_pointers(&self) -> bool {
        self.reads_pointers
    }

    /// From when it is valid.
    pub fn valid_from(&self) -> Timestamp {
        Timestamp::from_secs(self.package.life_time().not_before())
    }

    /// When it stops being valid.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_secs(self.package.life_time().not_after())
    }
}

fn refusal(error: KeyPackageVerifyError) -> KeyPackageError {
    match error {
        KeyPackageVerifyError::LifetimeError(LifetimeError::Expired { .. }) => KeyPackageError::Expired,
        KeyPackageVerifyError::LifetimeError(LifetimeError::NotValidYet { .. }) => KeyPackageError::NotYetValid,
        other => KeyPackageError::Invalid(other.to_string()),
    }
}

/// A wrapper algorithm of the future is no reason to refuse: the init key always works.
fn recipient(package: &KeyPackage) -> Result<WelcomePublicKey, KeyPackageError> {
    const BAD: KeyPackageError = KeyPackageError::BadKey("welcome key");
    if let Some(extension) = package.extensions().unknown(WELCOME_WRAPPER) {
        let offered = WelcomeWrapperEncryption::decode(extension.0.as_slice()).map_err(|_| BAD)?;
        let algorithm = match WelcomeWrapperAlgorithm::try_from(offered.algorithm) {
            Ok(WelcomeWrapperAlgorithm::Unspecified | WelcomeWrapperAlgorithm::Curve25519) => {
                Some(WrapperAlgorithm::Curve25519)
            }
            Ok(WelcomeWrapperAlgorithm::XwingMlkem768Draft6) => Some(WrapperAlgorithm::XWingMlKem768Draft6),
            _ => None,
        };
        if let Some(algorithm) = algorithm {
            return WelcomePublicKey::from_bytes(algorithm, &offered.pub_key).map_err(|_| BAD);
        }
    }
    WelcomePublicKey::from_bytes(WrapperAlgorithm::Curve25519, package.hpke_init_key().as_slice()).map_err(|_| BAD)
}

fn lists_pointee_aead(package: &KeyPackage) -> bool {
    let listed = package
        .extensions()
        .unknown(WELCOME_POINTEE_AEADS)
        .and_then(|extension| WelcomePointeeEncryptionAeadTypesExtension::decode(extension.0.as_slice()).ok());
    listed.is_some_and(|listed| {
        listed.supported_aead_types.contains(&WelcomePointeeEncryptionAeadType::Chacha20Poly1305.into())
    })
}
