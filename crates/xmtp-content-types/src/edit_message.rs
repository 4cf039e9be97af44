//! An earlier message now says something else: `xmtp.org/editMessage:1.0`. Read and never sent.
//!
//! The schema has the type, and no released client writes or reads it; a draft, XIP-77, goes another way. Whoever acts on
//! one checks that it came from the sender of the earlier message. Source of fact: the schema.
use crate::{
    Codec, Content, ContentError, ContentTypeId, EncodedContent, MAX_REPLY_DEPTH, Reference, reader::Reader, wire,
};

/// An earlier message now says something else.
#[derive(Clone, Debug, PartialEq)]
pub struct EditMessage {
    /// The message that is edited.
    pub reference: Reference,
    /// What it says now.
    pub content: Box<Content>,
}

/// Reads edits.
#[derive(Clone, Copy, Debug)]
pub struct EditMessageCodec;

impl Codec for EditMessageCodec {
    type Content = EditMessage;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::EDIT_MESSAGE
    }

    /// Never: it is not settled what clients will read.
    fn encode(&self, _edit: &EditMessage) -> Result<EncodedContent, ContentError> {
        Err(ContentError::NeverSent(ContentTypeId::EDIT_MESSAGE))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<EditMessage, ContentError> {
        decode(encoded, Reader::default())
    }

    fn should_push(&self, _edit: &EditMessage) -> bool {
        false
    }
}

/// The bytes of an edit that was read, for those who keep or forward it.
pub(crate) fn encode(edit: &EditMessage) -> EncodedContent {
    let content = wire::write_edit_message(&edit.reference, edit.content.to_bytes());
    EncodedContent::new(ContentTypeId::EDIT_MESSAGE, content)
}

// CONTENT.R8
pub(crate) fn decode(encoded: &EncodedContent, reader: Reader<'_>) -> Result<EditMessage, ContentError> {
    let reader = reader.one_deeper().ok_or(ContentError::TooDeep { limit: MAX_REPLY_DEPTH })?;
    let (reference, content) = wire::read_edit_message(&encoded.content()?)?;
    Ok(EditMessage { reference, content: Box::new(reader.read(&content)) })
}
