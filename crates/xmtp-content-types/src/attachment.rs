//! A file inside a message: `xmtp.org/attachment:1.0`.
//!
//! A message has room for just under 1 MB, so larger files go as a [remote attachment](crate::RemoteAttachment). Source
//! of fact: observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, redact::Size};
use std::fmt;

/// A file inside a message.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Attachment {
    /// The name of the file. Some released clients cannot read an attachment without one, so give one. Content of a
    /// peer: it may hold slashes and dots, and is no path.
    pub filename: Option<String>,
    /// What the file is, such as `image/png`. Empty if the sender did not say.
    pub mime_type: String,
    /// The bytes of the file.
    pub data: Vec<u8>,
}

impl Attachment {
    /// A file with a name.
    pub fn new(filename: impl Into<String>, mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self { filename: Some(filename.into()), mime_type: mime_type.into(), data: data.into() }
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("filename", &self.filename.as_deref().map(Size::of))
            .field("mime_type", &Size::of(&self.mime_type))
            .field("data", &Size::of(&self.data))
            .finish()
    }
}

/// Reads and writes files inside messages.
#[derive(Clone, Copy, Debug)]
pub struct AttachmentCodec;

impl Codec for AttachmentCodec {
    type Content = Attachment;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::ATTACHMENT
    }

    fn encode(&self, attachment: &Attachment) -> Result<EncodedContent, ContentError> {
        Ok(encode(attachment))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<Attachment, ContentError> {
        Ok(Attachment {
            filename: encoded.parameter("filename").map(str::to_owned),
            mime_type: encoded.parameter("mimeType").unwrap_or_default().to_owned(),
            data: encoded.content()?.into_owned(),
        })
    }

    fn fallback(&self, attachment: &Attachment) -> Option<String> {
        Some(fallback(attachment))
    }
}

pub(crate) fn encode(attachment: &Attachment) -> EncodedContent {
    let encoded = EncodedContent::new(ContentTypeId::ATTACHMENT, attachment.data.clone())
        .with_parameter("mimeType", &attachment.mime_type)
        .with_fallback(fallback(attachment));
    match &attachment.filename {
        Some(filename) => encoded.with_parameter("filename", filename),
        None => encoded,
    }
}

pub(crate) fn fallback(attachment: &Attachment) -> String {
    let shown = attachment.filename.as_deref().unwrap_or("this content");
    format!("Can't display {shown}. This app doesn't support attachments.")
}
