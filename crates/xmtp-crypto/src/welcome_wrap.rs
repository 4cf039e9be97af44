//! The outer layer of a welcome: one HPKE context that seals the welcome and its metadata.
//!
//! An MLS welcome says in clear how many members a commit adds and from which key packages. The network must not learn
//! that, so each copy is sealed once more to its recipient: with X-Wing if the key package offers such a key, to the
//! key package's own init key otherwise.
//!
//! ```text
//! data     = opaque enc<V> || opaque ciphertext<V>      sequence 0: the welcome
//! metadata = ciphertext                                 sequence 1: the welcome's metadata, no framing
//! ```
//!
//! The second ciphertext opens only after the first. Metadata that is left out is not noticed: clients in use take an
//! empty field for "none".
//!
//! Source of fact: RFC 9180, RFC 9420 §5.1.3 (`EncryptContext`) and §2.1.2 (vectors); label, order and framing:
//! observed on released clients.
//!
//! ```
//! use xmtp_crypto::{
//!     welcome_wrap::{WelcomePublicKey, WelcomeSecretKey, open_welcome, seal_welcome},
//!     xwing::XWingSecretKey,
//! };
//!
//! let secret = XWingSecretKey::generate()?;
//! let recipient = WelcomePublicKey::XWing(secret.public_key());
//! let sealed = seal_welcome(&recipient, b"welcome", b"metadata")?;
//!
//! let opened = open_welcome(&WelcomeSecretKey::XWing(secret), &sealed.data, &sealed.metadata)?;
//! assert_eq!(opened.welcome, b"welcome");
//! assert_eq!(opened.metadata.as_deref(), Some(&b"metadata"[..]));
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```
use crate::{
    CryptoError,
    error::exactly,
    hpke::{KemId, ReceiverContext, SenderContext, dhkem},
    random,
    xwing::{ENCAPSULATION_SEED_LENGTH, XWingPublicKey, XWingSecretKey},
};
use std::fmt;
use tls_codec::{Serialize, Size, VLByteSlice, vlen};
use xmtp_types::WrapperAlgorithm;
use zeroize::Zeroizing;

/// `EncryptContext` with the label "MLS 1.0 MLS_WELCOME" and an empty context, TLS-encoded.
const INFO: &[u8] = b"\x13MLS 1.0 MLS_WELCOME\x00";

/// The key a welcome is sealed to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum WelcomePublicKey {
    /// The X25519 init key of a key package.
    Curve25519([u8; dhkem::KEY_LENGTH]),
    /// The X-Wing key that a key package offers for this purpose.
    XWing(XWingPublicKey),
}

impl WelcomePublicKey {
    /// Reads the key that a key package offers.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] or [`CryptoError::InvalidKey`] if it is no key of `algorithm`,
    /// [`CryptoError::Malformed`] if `algorithm` has no public keys.
    pub fn from_bytes(algorithm: WrapperAlgorithm, bytes: &[u8]) -> Result<Self, CryptoError> {
        match algorithm {
            WrapperAlgorithm::Curve25519 => exactly("X25519 public key", bytes).copied().map(Self::Curve25519),
            WrapperAlgorithm::XWingMlKem768Draft6 => XWingPublicKey::from_bytes(bytes).map(Self::XWing),
            _ => Err(CryptoError::Malformed("welcome wrapper algorithm")),
        }
    }

    /// The bytes of the key, as they are published beside what is sealed to it.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Curve25519(key) => key.to_vec(),
            Self::XWing(key) => key.to_bytes().to_vec(),
        }
    }

    /// The algorithm of the key.
    pub const fn algorithm(&self) -> WrapperAlgorithm {
        match self {
            Self::Curve25519(_) => WrapperAlgorithm::Curve25519,
            Self::XWing(_) => WrapperAlgorithm::XWingMlKem768Draft6,
        }
    }
}

/// The key that opens a welcome. Wiped when dropped, never shown.
#[derive(Clone)]
pub enum WelcomeSecretKey {
    /// The private half of a key package's init key.
    Curve25519(Zeroizing<[u8; dhkem::KEY_LENGTH]>),
    /// The private half of a key package's X-Wing key.
    XWing(XWingSecretKey),
}

impl WelcomeSecretKey {
    /// Reads a stored key.
    ///
    /// # Errors
    /// [`CryptoError::WrongLength`] if it is no key of `algorithm`, [`CryptoError::Malformed`] if `algorithm` has no
    /// private keys.
    pub fn from_bytes(algorithm: WrapperAlgorithm, bytes: &[u8]) -> Result<Self, CryptoError> {
        match algorithm {
            WrapperAlgorithm::Curve25519 => {
                exactly("X25519 private key", bytes).map(|key| Self::Curve25519(Zeroizing::new(*key)))
            }
            WrapperAlgorithm::XWingMlKem768Draft6 => XWingSecretKey::from_bytes(bytes).map(Self::XWing),
            _ => Err(CryptoError::Malformed("welcome wrapper algorithm")),
        }
    }

    /// The public half.
    pub fn public_key(&self) -> WelcomePublicKey {
        match self {
            Self::Curve25519(key) => WelcomePublicKey::Curve25519(dhkem::public_key(key)),
            Self::XWing(key) => WelcomePublicKey::XWing(key.public_key()),
        }
    }
}

impl fmt::Debug for WelcomeSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Curve25519(_) => f.debug_tuple("Curve25519").finish_non_exhaustive(),
            Self::XWing(_) => f.debug_tuple("XWing").finish_non_exhaustive(),
        }
    }
}

/// What a sealed welcome looks like to the network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SealedWelcome {
    /// The sealed welcome.
    pub data: Vec<u8>,
    /// The sealed metadata.
    pub metadata: Vec<u8>,
}

/// What was inside.
#[derive(Clone, Eq, PartialEq)]
pub struct OpenedWelcome {
    /// TLS-encoded `MLSMessage` of a welcome; nothing but its origin with the sealer is certain about it.
    pub welcome: Vec<u8>,
    /// Protobuf-encoded metadata; `None` if the message carried none.
    pub metadata: Option<Vec<u8>>,
}

impl fmt::Debug for OpenedWelcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedWelcome").field("has_metadata", &self.metadata.is_some()).finish_non_exhaustive()
    }
}

/// Seals a welcome and its metadata to one recipient. Empty metadata is sealed like any other.
///
/// # Errors
/// [`CryptoError::InvalidKey`] if the recipient's key is a point of small order, [`CryptoError::NoRandomness`],
/// [`CryptoError::TooLong`] if the welcome has 2^30 bytes or more.
pub fn seal_welcome(
    recipient: &WelcomePublicKey,
    welcome: &[u8],
    metadata: &[u8],
) -> Result<SealedWelcome, CryptoError> {
    let seed = random::secret()?;
    seal_welcome_with(recipient, welcome, metadata, &seed)
}

/// [`seal_welcome`] with given random bytes: the first 32 of `seed` are ML-KEM's, the last 32 the ephemeral X25519 key.
/// For known-answer tests: a seed that is used twice is broken.
///
/// # Errors
/// As [`seal_welcome`].
pub fn seal_welcome_with(
    recipient: &WelcomePublicKey,
    welcome: &[u8],
    metadata: &[u8],
    seed: &[u8; ENCAPSULATION_SEED_LENGTH],
) -> Result<SealedWelcome, CryptoError> {
    match recipient {
        WelcomePublicKey::Curve25519(key) => {
            let ephemeral = seed.last_chunk().ok_or(CryptoError::Malformed("seed"))?;
            let (enc, secret) = dhkem::encapsulate_with(key, ephemeral)?;
            seal_in(SenderContext::new(KemId::DHKEM_X25519, &secret, INFO)?, &enc, welcome, metadata)
        }
        WelcomePublicKey::XWing(key) => {
            let (enc, secret) = key.encapsulate_with(seed);
            seal_in(SenderContext::new(KemId::XWING, &secret, INFO)?, &enc, welcome, metadata)
        }
    }
}

/// Opens a welcome and, if there is any, its metadata.
///
/// # Errors
/// [`CryptoError::Malformed`], [`CryptoError::WrongLength`] or [`CryptoError::InvalidKey`] if `data` is not made of an
/// encapsulated key and a ciphertext and nothing else, [`CryptoError::DecryptionFailed`] if either part was not sealed
/// to this key or was altered.
pub fn open_welcome(secret: &WelcomeSecretKey, data: &[u8], metadata: &[u8]) -> Result<OpenedWelcome, CryptoError> {
    let (mut receiver, ciphertext) = receive(secret, data)?;
    let welcome = receiver.open(b"", ciphertext)?; // CRYPTO.R6
    let metadata = match metadata {
        [] => None, // CRYPTO.R8
        sealed => Some(receiver.open(b"", sealed)?),
    };
    Ok(OpenedWelcome { welcome, metadata })
}

/// Seals a welcome pointer, which has no metadata, to one recipient.
///
/// # Errors
/// As [`seal_welcome`].
pub fn seal_pointer(recipient: &WelcomePublicKey, pointer: &[u8]) -> Result<Vec<u8>, CryptoError> {
    seal_welcome(recipient, pointer, b"").map(|sealed| sealed.data)
}

/// Opens a welcome pointer.
///
/// # Errors
/// As [`open_welcome`].
pub fn open_pointer(secret: &WelcomeSecretKey, data: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (mut receiver, ciphertext) = receive(secret, data)?;
    receiver.open(b"", ciphertext).map(Zeroizing::new)
}

fn seal_in(
    mut sender: SenderContext,
    enc: &[u8],
    welcome: &[u8],
    metadata: &[u8],
) -> Result<SealedWelcome, CryptoError> {
    let ciphertext = sender.seal(b"", welcome)?;
    let metadata = sender.seal(b"", metadata)?;
    let (enc, ciphertext) = (VLByteSlice(enc), VLByteSlice(&ciphertext));
    let mut data = Vec::with_capacity(enc.tls_serialized_len() + ciphertext.tls_serialized_len());
    for vector in [enc, ciphertext] {
        vector.tls_serialize(&mut data).map_err(|_| CryptoError::TooLong("welcome"))?;
    }
    Ok(SealedWelcome { data, metadata })
}

/// The context that opens `data`, and the ciphertext in it.
fn receive<'a>(secret: &WelcomeSecretKey, data: &'a [u8]) -> Result<(ReceiverContext, &'a [u8]), CryptoError> {
    const MALFORMED: CryptoError = CryptoError::Malformed("sealed welcome");
    let (enc, rest) = split_vector(data).ok_or(MALFORMED)?;
    let (ciphertext, rest) = split_vector(rest).ok_or(MALFORMED)?;
    if !rest.is_empty() {
        return Err(MALFORMED); // CRYPTO.R7
    }
    let receiver = match secret {
        WelcomeSecretKey::Curve25519(key) => {
            let secret = dhkem::decapsulate(exactly("X25519 encapsulated key", enc)?, key)?;
            ReceiverContext::new(KemId::DHKEM_X25519, &secret, INFO)?
        }
        WelcomeSecretKey::XWing(key) => ReceiverContext::new(KemId::XWING, &key.decapsulate(enc)?, INFO)?,
    };
    Ok((receiver, ciphertext))
}

/// Splits the first variable-length vector off `bytes`.
fn split_vector(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, _) = vlen::read_length(&mut bytes).ok()?;
    bytes.split_at_checked(length)
}
