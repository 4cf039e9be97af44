//! Several sealed files that lie on servers: `xmtp.org/multiRemoteStaticAttachment:1.0`.
//!
//! Each file has keys of its own. Source of fact: XIP-50 and observed bytes; the type id is the one clients write.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, RemoteAttachment, wire};

/// What applications show that cannot read the type.
pub(crate) const FALLBACK: &str = "Can't display this content. This app doesn't support multiple remote attachments.";

/// Several sealed files that lie on servers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MultiRemoteAttachment {
    /// The files, in order.
    pub attachments: Vec<RemoteAttachment>,
}

impl MultiRemoteAttachment {
    /// These files, in this order.
    pub fn new(attachments: impl Into<Vec<RemoteAttachment>>) -> Self {
        Self { attachments: attachments.into() }
    }

    // CONTENT.R14
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        if self.attachments.is_empty() {
            return Err(ContentError::Empty { what: "list of remote attachments" });
        }
        self.attachments.iter().try_for_each(RemoteAttachment::check)
    }
}

/// Reads and writes messages of several sealed files.
#[derive(Clone, Copy, Debug)]
pub struct MultiRemoteAttachmentCodec;

impl Codec for MultiRemoteAttachmentCodec {
    type Content = MultiRemoteAttachment;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::MULTI_REMOTE_ATTACHMENT
    }

    fn encode(&self, files: &MultiRemoteAttachment) -> Result<EncodedContent, ContentError> {
        files.check()?;
        Ok(encode(files))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<MultiRemoteAttachment, ContentError> {
        wire::read_multi_remote_attachment(&encoded.content()?)
    }

    fn fallback(&self, _files: &MultiRemoteAttachment) -> Option<String> {
        Some(FALLBACK.to_owned())
    }
}

pub(crate) fn encode(files: &MultiRemoteAttachment) -> EncodedContent {
    EncodedContent::new(ContentTypeId::MULTI_REMOTE_ATTACHMENT, wire::write_multi_remote_attachment(files))
        .with_fallback(FALLBACK)
}
