//! Text in markdown: `xmtp.org/markdown:1.0`, in the same form as plain text. Source of fact: observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent};

/// Reads and writes text in markdown.
#[derive(Clone, Copy, Debug)]
pub struct MarkdownCodec;

impl Codec for MarkdownCodec {
    type Content = String;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::MARKDOWN
    }

    fn encode(&self, markdown: &String) -> Result<EncodedContent, ContentError> {
        Ok(encode(markdown))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<String, ContentError> {
        encoded.text()
    }
}

pub(crate) fn encode(markdown: &str) -> EncodedContent {
    EncodedContent::new(ContentTypeId::MARKDOWN, markdown).with_parameter("encoding", "UTF-8")
}
