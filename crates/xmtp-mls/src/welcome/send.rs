//! From one MLS welcome to an envelope for each installation that it adds.
//!
//! The MLS welcome is the same for all of them and grows with their number. Up to two get a sealed copy each. If more
//! can read pointers, the welcome is uploaded once, under a key of its own, and each gets a short pointer to it.
//!
//! Source of fact: XIP-74; the threshold and the order of envelopes: observed on released clients.
use super::{metadata, pointer};
use crate::key_package::VerifiedKeyPackage;
use serde::{Deserialize, Serialize};
use xmtp_crypto::{
    CryptoError,
    welcome_pointer::PointeeKeys,
    welcome_wrap::{SealedWelcome, WelcomePublicKey, seal_pointer, seal_welcome},
};
use xmtp_types::{ClientEnvelope, InstallationId, Payload, PointerAlgorithm, SequenceId, Topic, WrapperAlgorithm};

/// So many installations that can read pointers get a copy each; more of them get pointers.
const MOST_COPIES: usize = 2;

/// An installation to be welcomed, in a form that can be kept until the commit has its place.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Recipient {
    installation: [u8; 32],
    public_key: Vec<u8>,
    is_x_wing: bool,
    reads_pointers: bool,
}

impl From<&VerifiedKeyPackage> for Recipient {
    fn from(package: &VerifiedKeyPackage) -> Self {
        let key = package.welcome_recipient();
        Self {
            installation: *package.installation().as_bytes(),
            public_key: key.to_bytes(),
            is_x_wing: key.algorithm() == WrapperAlgorithm::XWingMlKem768Draft6,
            reads_pointers: package.reads_pointers(),
        }
    }
}

impl Recipient {
    /// A recipient to whom X25519 agrees on all zeros.
    #[cfg(test)]
    pub(super) fn with_key_of_small_order() -> Self {
        Self { installation: [7; 32], public_key: vec![0; 32], is_x_wing: false, reads_pointers: false }
    }

    fn topic(&self) -> Topic {
        Topic::welcome(&InstallationId::from_bytes(self.installation))
    }

    fn key(&self) -> Result<WelcomePublicKey, CryptoError> {
        let algorithm = match self.is_x_wing {
            true => WrapperAlgorithm::XWingMlKem768Draft6,
            false => WrapperAlgorithm::Curve25519,
        };
        WelcomePublicKey::from_bytes(algorithm, &self.public_key)
    }
}

/// Seals `welcome`, an `MLSMessage` that follows the commit with number `commit`, for every recipient.
///
/// What comes first in the list must be sent first. A recipient whose key turns out to be unusable is left out: it
/// must not keep the others waiting.
///
/// # Errors
/// [`CryptoError::NoRandomness`] and other failures of this side.
pub(crate) fn seal(
    welcome: &[u8],
    commit: SequenceId,
    recipients: &[Recipient],
) -> Result<Vec<ClientEnvelope>, CryptoError> {
    let metadata = metadata::encode(commit);
    let can_read_pointers = recipients.iter().filter(|recipient| recipient.reads_pointers).count();
    let mut envelopes = Vec::with_capacity(recipients.len() + 1);
    let shared = if can_read_pointers > MOST_COPIES {
        let keys = PointeeKeys::generate()?;
        envelopes.push(pointee(&keys, welcome, &metadata)?);
        Some(pointer::encode(&keys))
    } else {
        None
    };
    for recipient in recipients {
        let sealed = match &shared {
            Some(pointer) if recipient.reads_pointers => sealed_pointer(recipient, pointer),
            _ => sealed_copy(recipient, welcome, &metadata),
        };
        match sealed {
            Ok(payload) => envelopes.push(ClientEnvelope { topic: recipient.topic(), payload }),
            Err(error) if error.is_retryable() => return Err(error),
            Err(error) => tracing::warn!(topic = ?recipient.topic(), %error, "an installation cannot be welcomed"),
        }
    }
    Ok(envelopes)
}

fn pointee(keys: &PointeeKeys, welcome: &[u8], metadata: &[u8]) -> Result<ClientEnvelope, CryptoError> {
    let SealedWelcome { data, metadata } = keys.seal(welcome, metadata)?;
    let algorithm = WrapperAlgorithm::SymmetricKey;
    let payload = Payload::Welcome { data, hpke_public_key: Vec::new(), algorithm, metadata };
    Ok(ClientEnvelope { topic: pointer::topic(keys), payload })
}

fn sealed_pointer(recipient: &Recipient, pointer: &[u8]) -> Result<Payload, CryptoError> {
    Ok(Payload::WelcomePointer {
        pointer: seal_pointer(&recipient.key()?, pointer)?,
        hpke_public_key: recipient.public_key.clone(),
        algorithm: PointerAlgorithm::XWingMlKem768Draft6,
    })
}

fn sealed_copy(recipient: &Recipient, welcome: &[u8], metadata: &[u8]) -> Result<Payload, CryptoError> {
    let key = recipient.key()?;
    let SealedWelcome { data, metadata } = seal_welcome(&key, welcome, metadata)?;
    Ok(Payload::Welcome { data, hpke_public_key: recipient.public_key.clone(), algorithm: key.algorithm(), metadata })
}
