//! The sender has read the conversation up to now: `xmtp.org/readReceipt:1.0`, no content.
//!
//! Source of fact: observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent};

/// Reads and writes read receipts.
#[derive(Clone, Copy, Debug)]
pub struct ReadReceiptCodec;

impl Codec for ReadReceiptCodec {
    type Content = ();

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::READ_RECEIPT
    }

    fn encode(&self, (): &()) -> Result<EncodedContent, ContentError> {
        Ok(encode())
    }

    fn decode(&self, _encoded: &EncodedContent) -> Result<(), ContentError> {
        Ok(())
    }

    fn should_push(&self, (): &()) -> bool {
        false
    }
}

pub(crate) fn encode() -> EncodedContent {
    EncodedContent::new(ContentTypeId::READ_RECEIPT, Vec::new())
}
