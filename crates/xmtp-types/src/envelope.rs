//! Envelopes: what a client hands to the network, and what the network hands back.
use crate::{GroupId, InstallationId, OriginatorId, SequenceId, Timestamp, Topic};

/// How the outer layer of a welcome is sealed (XIP-74 and the released clients). The number is the one on the wire.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum WrapperAlgorithm {
    /// HPKE to the key package's init key. Wire number 1; 0 means the same.
    Curve25519,
    /// HPKE with X-Wing draft 6. Wire number 2.
    XWingMlKem768Draft6,
    /// ChaCha20-Poly1305 under a key that welcome pointers carry. Wire number 3.
    SymmetricKey,
}

/// How a welcome pointer is sealed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PointerAlgorithm {
    /// HPKE with X-Wing draft 6. Wire number 2.
    XWingMlKem768Draft6,
}

/// What an envelope carries. All bytes are opaque to the network except where it validates them.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// An MLS message of a group: an application message or a commit.
    GroupMessage {
        /// TLS-encoded `MLSMessage` (RFC 9420 §6).
        data: Vec<u8>,
        /// HMAC of `data` under the sender's push key, 32 bytes.
        sender_hmac: Vec<u8>,
        /// Whether a push notification is wanted.
        should_push: bool,
    },
    /// A wrapped welcome.
    Welcome {
        /// The sealed `MLSMessage` of a welcome.
        data: Vec<u8>,
        /// The public key it was sealed to; empty for [`WrapperAlgorithm::SymmetricKey`].
        hpke_public_key: Vec<u8>,
        /// How it was sealed.
        algorithm: WrapperAlgorithm,
        /// The sealed welcome metadata; empty if there is none.
        metadata: Vec<u8>,
    },
    /// A sealed pointer to a welcome that waits on another topic.
    WelcomePointer {
        /// The sealed pointer.
        pointer: Vec<u8>,
        /// The public key it was sealed to.
        hpke_public_key: Vec<u8>,
        /// How it was sealed.
        algorithm: PointerAlgorithm,
    },
    /// A TLS-encoded key package (RFC 9420 §10).
    KeyPackage(Vec<u8>),
    /// A protobuf-encoded identity update.
    IdentityUpdate(Vec<u8>),
}

/// What a client hands to the network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClientEnvelope {
    /// Where it goes.
    pub topic: Topic,
    /// What it carries.
    pub payload: Payload,
}

/// What the network hands back: an envelope with its place in the order of its topic.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivered {
    /// Where it was found.
    pub topic: Topic,
    /// Who numbered it.
    pub originator: OriginatorId,
    /// Its number.
    pub sequence_id: SequenceId,
    /// When the network took it.
    pub created: Timestamp,
    /// What it carries.
    pub payload: Payload,
}

impl ClientEnvelope {
    /// A message or commit of `group`.
    pub fn group_message(group: &GroupId, data: Vec<u8>, sender_hmac: Vec<u8>, should_push: bool) -> Self {
        Self { topic: Topic::group(group), payload: Payload::GroupMessage { data, sender_hmac, should_push } }
    }

    /// A key package of `installation`.
    pub fn key_package(installation: &InstallationId, bytes: Vec<u8>) -> Self {
        Self { topic: Topic::key_package(installation), payload: Payload::KeyPackage(bytes) }
    }
}
