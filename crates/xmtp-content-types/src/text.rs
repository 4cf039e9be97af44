//! Plain text: `xmtp.org/text:1.0`, UTF-8 with the parameter `encoding`. Source of fact: XIP-5, observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent};

/// Reads and writes plain text.
#[derive(Clone, Copy, Debug)]
pub struct TextCodec;

impl Codec for TextCodec {
    type Content = String;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::TEXT
    }

    fn encode(&self, text: &String) -> Result<EncodedContent, ContentError> {
        Ok(encode(text))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<String, ContentError> {
        encoded.text()
    }
}

pub(crate) fn encode(text: &str) -> EncodedContent {
    EncodedContent::new(ContentTypeId::TEXT, text).with_parameter("encoding", "UTF-8")
}
