//! From one MLS welcome to an envelope for each installation that it adds.
//!
//! The MLS welcome is the same for all of them and grows with their number. Up to two get a sealed copy each. If more
//! can read pointers, the welcome is uploaded once, under a key of its own, and each gets a short pointer to it.
//!
//! Source of fact: XIP-74; the threshold and the order of envelopes: observed on released clients.
use super::{metadata, pointer};
use crate::key_package::VerifiedKeyPackage;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xmtp_crypto::{
    CryptoError,
    hash::{DIGEST_LENGTH, sha256},
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

    pub(super) fn key(&self) -> Result<WelcomePublicKey, CryptoError> {
        let algorithm = match self.is_x_wing {
            true => WrapperAlgorithm::XWingMlKem768Draft6,
            false => WrapperAlgorithm::Curve25519,
        };
        WelcomePublicKey::from_bytes(algorithm, &self.public_key)
    }
}

/// Pointers to a welcome that does not exist yet, each sealed to who will get it.
///
/// They take most of the work of welcoming many, and nothing of the welcome is in them: they are sealed while the commit is
/// being made. They are not kept: after a crash others are sealed.
pub(crate) struct Pointers {
    keys: PointeeKeys,
    /// In the order of the recipients; nothing for those who cannot read pointers.
    sealed: Vec<Option<Result<Payload, CryptoError>>>,
    /// Digest of the welcome they point to, once it is known.
    welcome: Option<[u8; DIGEST_LENGTH]>,
}

impl Pointers {
    /// Whether these recipients are to get pointers.
    pub(crate) fn are_for(recipients: &[Recipient]) -> bool {
        recipients.iter().filter(|recipient| recipient.reads_pointers).count() > MOST_COPIES
    }

    /// Seals one for each recipient who can read it; `keys` are the recipients' welcome keys.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub(crate) fn seal<'k>(
        recipients: &[Recipient],
        keys: impl IntoIterator<Item = &'k WelcomePublicKey>,
    ) -> Result<Self, CryptoError> {
        let pointee = PointeeKeys::generate()?;
        let pointer = pointer::encode(&pointee);
        let seal = |(recipient, key): (&Recipient, &WelcomePublicKey)| {
            recipient.reads_pointers.then(|| sealed_pointer(recipient, key, &pointer))
        };
        let sealed = recipients.iter().zip(keys).map(seal).collect();
        Ok(Self { keys: pointee, sealed, welcome: None })
    }

    /// Ties them to the welcome that was made meanwhile. What they lead to is sealed under a key that must seal nothing
    /// else.
    pub(crate) fn tie_to(&mut self, welcome: &[u8]) {
        self.welcome = Some(sha256(welcome));
    }

    /// Whether they point to this welcome.
    pub(crate) fn point_to(&self, welcome: &[u8]) -> bool {
        self.welcome == Some(sha256(welcome))
    }
}

/// Seals `welcome`, an `MLSMessage` that follows the commit with number `commit`, for every recipient, with the pointers that
/// were sealed to it ahead if there are any.
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
    ahead: Option<Pointers>,
) -> Result<Vec<ClientEnvelope>, CryptoError> {
    let metadata = metadata::encode(commit);
    let pointers = match ahead {
        None if Pointers::are_for(recipients) => Some(sealed_pointers(recipients)?),
        ahead => ahead,
    };
    let mut envelopes = Vec::with_capacity(recipients.len() + 1);
    let mut pointing = Vec::new();
    if let Some(pointers) = pointers {
        envelopes.push(pointee(&pointers.keys, welcome, &metadata)?);
        pointing = pointers.sealed;
    }
    let pointing = pointing.into_iter().chain(std::iter::repeat_with(|| None));
    for (recipient, pointer) in recipients.iter().zip(pointing) {
        match pointer.unwrap_or_else(|| sealed_copy(recipient, welcome, &metadata)) {
            Ok(payload) => envelopes.push(ClientEnvelope { topic: recipient.topic(), payload }),
            Err(error) if error.is_retryable() => return Err(error),
            Err(error) => tracing::warn!(topic = ?recipient.topic(), %error, "an installation cannot be welcomed"),
        }
    }
    Ok(envelopes)
}

/// The pointers for recipients as they were kept, on all cores.
fn sealed_pointers(recipients: &[Recipient]) -> Result<Pointers, CryptoError> {
    let keys = PointeeKeys::generate()?;
    let pointer = pointer::encode(&keys);
    let seal = |recipient: &Recipient| {
        let sealed = || sealed_pointer(recipient, &recipient.key()?, &pointer);
        recipient.reads_pointers.then(sealed)
    };
    Ok(Pointers { keys, sealed: recipients.par_iter().map(seal).collect(), welcome: None })
}

fn pointee(keys: &PointeeKeys, welcome: &[u8], metadata: &[u8]) -> Result<ClientEnvelope, CryptoError> {
    let SealedWelcome { data, metadata } = keys.seal(welcome, metadata)?;
    let algorithm = WrapperAlgorithm::SymmetricKey;
    let payload = Payload::Welcome { data, hpke_public_key: Vec::new(), algorithm, metadata };
    Ok(ClientEnvelope { topic: pointer::topic(keys), payload })
}

fn sealed_pointer(recipient: &Recipient, key: &WelcomePublicKey, pointer: &[u8]) -> Result<Payload, CryptoError> {
    Ok(Payload::WelcomePointer {
        pointer: seal_pointer(key, pointer)?,
        hpke_public_key: recipient.public_key.clone(),
        algorithm: PointerAlgorithm::XWingMlKem768Draft6,
    })
}

fn sealed_copy(recipient: &Recipient, welcome: &[u8], metadata: &[u8]) -> Result<Payload, CryptoError> {
    let key = recipient.key()?;
    let SealedWelcome { data, metadata } = seal_welcome(&key, welcome, metadata)?;
    Ok(Payload::Welcome { data, hpke_public_key: recipient.public_key.clone(), algorithm: key.algorithm(), metadata })
}
