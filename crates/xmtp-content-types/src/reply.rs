//! An answer to an earlier message: `xmtp.org/reply:1.0`, whose content is the whole encoded content of the answer.
//!
//! Source of fact: observed bytes. The parameter `contentType` repeats the type of the answer; every client writes it
//! and none reads it.
use crate::{Codec, Content, ContentError, ContentTypeId, EncodedContent, Reference, reader::Reader};
use xmtp_types::InboxId;

/// How deep replies may nest: a reply to a message is one level, a reply whose answer is itself a reply two.
pub const MAX_REPLY_DEPTH: usize = 8;

/// An answer to an earlier message.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The message answered. Empty if the sender named none.
    pub reference: Reference,
    /// The inbox that sent that message, if the sender of the reply knew it.
    pub reference_inbox_id: Option<InboxId>,
    /// The answer, of any type.
    pub content: Box<Content>,
}

impl Reply {
    /// Answers `message`.
    pub fn new(message: impl Into<Reference>, content: impl Into<Content>) -> Self {
        Self { reference: message.into(), reference_inbox_id: None, content: Box::new(content.into()) }
    }

    /// Says whose message it is: clients use it to tell that sender.
    #[must_use]
    pub fn to_inbox(mut self, sender: InboxId) -> Self {
        self.reference_inbox_id = Some(sender);
        self
    }
}

/// Reads and writes replies.
#[derive(Clone, Copy, Debug)]
pub struct ReplyCodec;

impl Codec for ReplyCodec {
    type Content = Reply;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::REPLY
    }

    fn encode(&self, reply: &Reply) -> Result<EncodedContent, ContentError> {
        Ok(encode(reply))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Reply, ContentError> {
        decode(encoded, Reader::default())
    }

    fn fallback(&self, reply: &Reply) -> Option<String> {
        Some(fallback(reply))
    }
}

pub(crate) fn encode(reply: &Reply) -> EncodedContent {
    let answer = EncodedContent::new(ContentTypeId::REPLY, reply.content.to_bytes())
        .with_parameter("contentType", reply.content.type_id().to_string())
        .with_parameter("reference", reply.reference.as_str())
        .with_fallback(fallback(reply));
    match reply.reference_inbox_id {
        Some(inbox) => answer.with_parameter("referenceInboxId", inbox),
        None => answer,
    }
}

/// Reads a reply; an answer that cannot be read stays as its bytes.
pub(crate) fn decode(encoded: &EncodedContent, reader: Reader<'_>) -> Result<Reply, ContentError> {
    // CONTENT.R8
    let reader = reader.one_deeper().ok_or(ContentError::TooDeep { limit: MAX_REPLY_DEPTH })?;
    Ok(Reply {
        reference: encoded.parameter("reference").unwrap_or_default().into(),
        reference_inbox_id: encoded.parameter("referenceInboxId").and_then(|inbox| inbox.parse().ok()),
        content: Box::new(reader.read(&encoded.content()?)),
    })
}

pub(crate) fn fallback(reply: &Reply) -> String {
    // CONTENT.R9
    match &*reply.content {
        Content::Text(text) => format!("Replied with \"{text}\" to an earlier message"),
        _ => "Replied to an earlier message".to_owned(),
    }
}
