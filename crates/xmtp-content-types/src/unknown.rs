//! Content that no built-in type can read: nothing of it is lost.
use crate::{ContentError, EncodedContent, redact::Size};
use std::fmt;

/// Content of a type that is not built in, or that is broken.
///
/// Show [`Self::fallback`], or decode [`Self::encoded`] with a codec of your own:
/// [`EncodedContent::decode_with`].
#[derive(Clone, PartialEq)]
pub struct UnknownContent {
    bytes: Vec<u8>,
    encoded: EncodedContent,
    error: ContentError,
}

impl UnknownContent {
    pub(crate) fn new(encoded: EncodedContent, bytes: Vec<u8>, error: ContentError) -> Self {
        Self { bytes, encoded, error }
    }

    /// The content with its type, parameters and fallback; empty if the bytes are not encoded content at all.
    pub const fn encoded(&self) -> &EncodedContent {
        &self.encoded
    }

    /// The bytes as received, with everything that we do not know in them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Why it could not be read.
    pub const fn error(&self) -> &ContentError {
        &self.error
    }

    /// What the sender wants shown in its place. Content of a peer: show it, do not log it.
    pub fn fallback(&self) -> Option<&str> {
        self.encoded.fallback()
    }
}

impl fmt::Debug for UnknownContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownContent")
            .field("bytes", &Size::of(&self.bytes))
            .field("encoded", &self.encoded)
            .field("error", &self.error)
            .finish()
    }
}
