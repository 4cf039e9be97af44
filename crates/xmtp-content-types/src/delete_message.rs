//! An earlier message is to be hidden: `xmtp.org/deleteMessage:1.0`.
//!
//! Valid from the sender of that message or a super admin; whoever acts on it checks that. Source of fact: XIP-76,
//! observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, Reference, wire};

/// An earlier message is to be hidden.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeleteMessage {
    /// The message to hide.
    pub reference: Reference,
}

impl DeleteMessage {
    /// Asks to hide `message`.
    pub fn new(message: impl Into<Reference>) -> Self {
        Self { reference: message.into() }
    }
}

/// Reads and writes deletions.
#[derive(Clone, Copy, Debug)]
pub struct DeleteMessageCodec;

impl Codec for DeleteMessageCodec {
    type Content = DeleteMessage;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::DELETE_MESSAGE
    }

    fn encode(&self, deletion: &DeleteMessage) -> Result<EncodedContent, ContentError> {
        Ok(encode(deletion))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<DeleteMessage, ContentError> {
        wire::read_delete_message(&encoded.content()?)
    }

    fn should_push(&self, _deletion: &DeleteMessage) -> bool {
        false
    }
}

pub(crate) fn encode(deletion: &DeleteMessage) -> EncodedContent {
    EncodedContent::new(ContentTypeId::DELETE_MESSAGE, wire::write_delete_message(deletion))
}
