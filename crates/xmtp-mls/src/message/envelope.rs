//! The plaintext of an application message, and the id that every member computes from it.
//!
//! Source of fact: observed on released clients; the id is SHA-256 over group id, tab, idempotency key, tab, content.
use crate::EngineError;
use prost::Message as _;
use thiserror::Error;
use xmtp_crypto::hash::sha256;
use xmtp_proto::xmtp::mls::message_contents::{
    PlaintextEnvelope as Wire,
    plaintext_envelope::{Content, V1},
};
use xmtp_types::{GroupId, MessageId};

/// What a member says: content, and a key that makes its id unique.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct PlaintextEnvelope {
    /// The bytes of an `EncodedContent`, though any bytes are legal.
    pub(crate) content: Vec<u8>,
    /// Decimal nanoseconds from released clients, any text from others.
    pub(crate) idempotency_key: String,
}

/// A plaintext is not a plaintext envelope. No retry can help.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the message opens, but what it holds is not a plaintext envelope")]
pub(crate) struct NotAnEnvelope;

impl From<NotAnEnvelope> for EngineError {
    fn from(error: NotAnEnvelope) -> Self {
        Self::Invalid { what: "message", why: error.to_string() }
    }
}

impl PlaintextEnvelope {
    /// The bytes that the group encrypts: an envelope of version 1.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let v1 = V1 { content: self.content.clone(), idempotency_key: self.idempotency_key.clone() };
        Wire { content: Some(Content::V1(v1)) }.encode_to_vec()
    }

    /// Reads a decrypted plaintext; `None` for an envelope of version 2, which is obsolete and to be ignored.
    ///
    /// # Errors
    /// [`NotAnEnvelope`] if the bytes are no envelope of a known version.
    pub(crate) fn decode(plaintext: &[u8]) -> Result<Option<Self>, NotAnEnvelope> {
        match Wire::decode(plaintext).map_err(|_| NotAnEnvelope)?.content {
            Some(Content::V1(V1 { content, idempotency_key })) => Ok(Some(Self { content, idempotency_key })),
            Some(Content::V2(_)) => Ok(None),
            None => Err(NotAnEnvelope),
        }
    }
}

impl std::fmt::Debug for PlaintextEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlaintextEnvelope").field("content_bytes", &self.content.len()).finish_non_exhaustive()
    }
}

/// The id of a message, equal on every member.
pub(crate) fn message_id(group: &GroupId, idempotency_key: &str, content: &[u8]) -> MessageId {
    let parts = [group.as_bytes(), b"\t", idempotency_key.as_bytes(), b"\t", content];
    MessageId::from_bytes(sha256(&parts.concat()))
}

/// SHA-256 of an MLS message: how an installation recognises its own when it comes back, since nobody can decrypt
/// their own messages.
pub(crate) fn payload_hash(data: &[u8]) -> [u8; 32] {
    sha256(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xmtp_proto::xmtp::mls::message_contents::plaintext_envelope::V2;

    #[test]
    fn the_id_is_the_one_released_clients_compute() {
        let id = message_id(&GroupId::from([2; 16]), "1700000000000000000", b"content");
        assert_eq!(id.to_string(), "15dc2aade947f4fdd4375fc3ae09947052c1707b2ee0e041f2035e28b2b0e056");
    }

    #[test]
    fn version_1_goes_on_the_wire_as_field_1() {
        let envelope = PlaintextEnvelope { content: b"hi".to_vec(), idempotency_key: "7".into() };
        assert_eq!(envelope.encode(), [0x0a, 7, 0x0a, 2, b'h', b'i', 0x12, 1, b'7']);
    }

    #[test]
    fn version_2_is_ignored_and_no_version_is_refused() {
        let v2 = Wire { content: Some(Content::V2(V2::default())) }.encode_to_vec();
        assert_eq!(PlaintextEnvelope::decode(&v2), Ok(None));
        assert_eq!(PlaintextEnvelope::decode(&[]), Err(NotAnEnvelope));
        assert_eq!(PlaintextEnvelope::decode(b"\xff\xff"), Err(NotAnEnvelope));
    }

    #[test]
    fn debug_shows_no_content() {
        let envelope = PlaintextEnvelope { content: b"attack at dawn".to_vec(), idempotency_key: "key".into() };
        assert_eq!(format!("{envelope:?}"), "PlaintextEnvelope { content_bytes: 14, .. }");
    }

    proptest! {
        #[test]
        fn envelopes_survive_the_wire(content: Vec<u8>, idempotency_key: String) {
            let envelope = PlaintextEnvelope { content, idempotency_key };
            prop_assert_eq!(PlaintextEnvelope::decode(&envelope.encode()), Ok(Some(envelope)));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = PlaintextEnvelope::decode(&bytes);
        }
    }
}
