//! A sealed file that lies on a server: `xmtp.org/remoteStaticAttachment:1.0`.
//!
//! The content is the URL; what opens the file travels in parameters, so whoever reads the message can fetch and open it,
//! and the server cannot. Source of fact: XIP-17 and observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, redact::Size, url};
use std::fmt;
use zeroize::Zeroizing;

/// The scheme we write, as XIP-17 has it. Released clients write it in three ways and look at none.
const SCHEME: &str = "https://";

/// A sealed file that lies on a server.
///
/// What is sealed is an encoded [`Attachment`](crate::Attachment), so name, kind and bytes of the file are one.
#[derive(Clone, Eq, PartialEq)]
pub struct RemoteAttachment {
    /// Where the sealed file lies. Content of a peer: fetch it with care.
    pub url: String,
    /// SHA-256 of the sealed file.
    pub content_digest: [u8; 32],
    /// The secret from which the key is derived.
    pub secret: Zeroizing<[u8; 32]>,
    /// The salt of the derivation.
    pub salt: [u8; 32],
    /// The nonce of the seal.
    pub nonce: [u8; 12],
    /// The scheme of the URL as its sender wrote it: `https://`, `https:` or `https`. The URL says it better.
    pub scheme: String,
    /// Bytes of the sealed file, if the sender said.
    pub content_length: Option<u64>,
    /// The name of the file, if the sender said. Content of a peer: it may hold slashes and dots, and is no path.
    pub filename: Option<String>,
}

impl RemoteAttachment {
    /// A sealed file at a URL. Released clients on phones cannot read one without a length and a name: add both.
    pub fn new(
        url: impl Into<String>,
        content_digest: [u8; 32],
        secret: Zeroizing<[u8; 32]>,
        salt: [u8; 32],
        nonce: [u8; 12],
    ) -> Self {
        let (url, scheme) = (url.into(), SCHEME.to_owned());
        Self { url, content_digest, secret, salt, nonce, scheme, content_length: None, filename: None }
    }

    /// Says how many bytes the sealed file has.
    #[must_use]
    pub const fn with_content_length(mut self, bytes: u64) -> Self {
        self.content_length = Some(bytes);
        self
    }

    /// Says how the file is called.
    #[must_use]
    pub fn with_filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    // CONTENT.R14
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        if !url::may_be_sent(&self.url) {
            return Err(ContentError::InsecureUrl);
        }
        match self.content_length {
            Some(length) if u32::try_from(length).is_err() => {
                Err(ContentError::TooLong { what: "remote attachment", limit: 0xffff_ffff })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for RemoteAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteAttachment")
            .field("url", &Size::of(&self.url))
            .field("content_length", &self.content_length)
            .field("filename", &self.filename.as_deref().map(Size::of))
            .finish_non_exhaustive()
    }
}

/// Reads and writes sealed files that lie on a server.
#[derive(Clone, Copy, Debug)]
pub struct RemoteAttachmentCodec;

impl Codec for RemoteAttachmentCodec {
    type Content = RemoteAttachment;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::REMOTE_ATTACHMENT
    }

    fn encode(&self, attachment: &RemoteAttachment) -> Result<EncodedContent, ContentError> {
        attachment.check()?;
        Ok(encode(attachment))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<RemoteAttachment, ContentError> {
        let url = std::str::from_utf8(&encoded.content()?).map_err(|_| ContentError::NotUtf8)?.to_owned();
        Ok(RemoteAttachment {
            url,
            content_digest: bytes(encoded, "contentDigest")?,
            secret: Zeroizing::new(bytes(encoded, "secret")?),
            salt: bytes(encoded, "salt")?,
            nonce: bytes(encoded, "nonce")?,
            scheme: encoded.parameter("scheme").unwrap_or_default().to_owned(),
            content_length: encoded.parameter("contentLength").and_then(|length| length.trim().parse().ok()),
            filename: encoded.parameter("filename").map(str::to_owned),
        })
    }

    fn fallback(&self, attachment: &RemoteAttachment) -> Option<String> {
        Some(fallback(attachment))
    }
}

/// Reads a parameter of hexadecimal digits, of either letter case.
fn bytes<const N: usize>(encoded: &EncodedContent, key: &'static str) -> Result<[u8; N], ContentError> {
    let mut bytes = [0; N];
    let text = encoded.parameter(key).ok_or(ContentError::MissingParameter(key))?;
    hex::decode_to_slice(text, &mut bytes).map_err(|_| ContentError::Malformed { what: key })?;
    Ok(bytes)
}

pub(crate) fn encode(attachment: &RemoteAttachment) -> EncodedContent {
    let mut encoded = EncodedContent::new(ContentTypeId::REMOTE_ATTACHMENT, attachment.url.as_bytes())
        .with_parameter("contentDigest", hex::encode(attachment.content_digest))
        .with_parameter("secret", hex::encode(attachment.secret.as_slice()))
        .with_parameter("salt", hex::encode(attachment.salt))
        .with_parameter("nonce", hex::encode(attachment.nonce))
        .with_parameter("scheme", &attachment.scheme)
        .with_fallback(fallback(attachment));
    if let Some(length) = attachment.content_length {
        encoded = encoded.with_parameter("contentLength", length.to_string());
    }
    if let Some(filename) = &attachment.filename {
        encoded = encoded.with_parameter("filename", filename);
    }
    encoded
}

pub(crate) fn fallback(attachment: &RemoteAttachment) -> String {
    let shown = attachment.filename.as_deref().unwrap_or("this content");
    format!("Can't display {shown}. This app doesn't support remote attachments.")
}
