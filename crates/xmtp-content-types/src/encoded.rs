//! Content as it travels: a type id, parameters, a fallback and bytes.
//!
//! Nothing is ever sent compressed: released clients disagree on what the two compression values mean. What arrives
//! compressed is told apart by its first bytes, and never grows past [`MAX_DECOMPRESSED`].
//!
//! Source of fact: XIP-5 for the parts; observation of released clients for compression.
use crate::{Codec, ContentError, ContentTypeId, inflate::inflate, redact::Size, wire};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// The most bytes that compressed content may grow to. The network carries messages of just under 1 MB.
pub const MAX_DECOMPRESSED: usize = 4 * 1024 * 1024;

/// Content as it travels inside a message.
///
/// Equal values have equal bytes: parameters are kept sorted. Bytes of other clients need not be sorted, so a message
/// id is always taken over the bytes as received, never over [`Self::to_bytes`] of what was read.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct EncodedContent {
    pub(crate) type_id: ContentTypeId,
    /// Sorted by key: CONTENT.R6.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) fallback: Option<String>,
    pub(crate) content: Vec<u8>,
    /// The compression value as received; absent in all that we make.
    pub(crate) compression: Option<i32>,
}

impl EncodedContent {
    /// Content of a type, without parameters and fallback.
    pub fn new(type_id: ContentTypeId, content: impl Into<Vec<u8>>) -> Self {
        Self { type_id, content: content.into(), ..Self::default() }
    }

    /// Adds or replaces a parameter.
    #[must_use]
    pub fn with_parameter(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(key.into(), value.into());
        self
    }

    /// Sets what applications show that cannot read the type.
    #[must_use]
    pub fn with_fallback(mut self, fallback: impl Into<String>) -> Self {
        self.fallback = Some(fallback.into());
        self
    }

    /// Encodes a value with a codec: its type id and its fallback are added.
    ///
    /// # Errors
    /// Whatever the codec answers.
    pub fn from_codec<C: Codec>(codec: &C, value: &C::Content) -> Result<Self, ContentError> {
        let encoded = Self { type_id: codec.content_type(), ..codec.encode(value)? };
        Ok(Self { fallback: codec.fallback(value).or(encoded.fallback), ..encoded })
    }

    /// Decodes with a codec of the application's own.
    ///
    /// # Errors
    /// [`ContentError::WrongType`] if the content is not what the codec reads, or whatever the codec answers.
    pub fn decode_with<C: Codec>(&self, codec: &C) -> Result<C::Content, ContentError> {
        let expected = codec.content_type();
        if !expected.reads(&self.type_id) {
            return Err(ContentError::WrongType { expected, found: self.type_id.clone() });
        }
        codec.decode(self)
    }

    /// Reads what a message carries.
    ///
    /// A missing type is read as the empty id, so that the fallback of such content is still there to show.
    ///
    /// # Errors
    /// [`ContentError::Malformed`] if the bytes are not encoded content.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ContentError> {
        wire::read_encoded(bytes)
    }

    /// The bytes a message carries.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::write_encoded(self)
    }

    /// The type of the content.
    pub const fn type_id(&self) -> &ContentTypeId {
        &self.type_id
    }

    /// The value of a parameter.
    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.parameters.get(key).map(String::as_str)
    }

    /// All parameters, sorted by key.
    pub const fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }

    /// What applications show that cannot read the type. Content of a peer: show it, do not log it.
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }

    /// The bytes of the content as received: still compressed if they came so.
    pub fn raw_content(&self) -> &[u8] {
        &self.content
    }

    /// The bytes of the content, decompressed if they came compressed.
    ///
    /// # Errors
    /// [`ContentError::Decompression`] if they are damaged or in an unknown form, [`ContentError::TooLarge`] if they
    /// would grow past [`MAX_DECOMPRESSED`].
    pub fn content(&self) -> Result<Cow<'_, [u8]>, ContentError> {
        match self.compression {
            None => Ok(Cow::Borrowed(&self.content)),
            Some(_) => inflate(&self.content, MAX_DECOMPRESSED).map(Cow::Owned),
        }
    }

    /// The content as text.
    ///
    /// A missing `encoding` parameter means UTF-8, as released clients read it.
    ///
    /// # Errors
    /// [`ContentError::NotUtf8`] if the encoding or the bytes are not UTF-8; else as [`Self::content`].
    pub fn text(&self) -> Result<String, ContentError> {
        // CONTENT.R1
        if self.parameter("encoding").is_some_and(|encoding| encoding != "UTF-8") {
            return Err(ContentError::NotUtf8);
        }
        String::from_utf8(self.content()?.into_owned()).map_err(|_| ContentError::NotUtf8)
    }
}

impl fmt::Debug for EncodedContent {
    /// Shows the type and sizes, never what was said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedContent")
            .field("type_id", &self.type_id)
            .field("parameters", &self.parameters.len())
            .field("fallback", &self.fallback.as_deref().map(Size::of))
            .field("content", &Size::of(&self.content))
            .field("compressed", &self.compression.is_some())
            .finish()
    }
}
