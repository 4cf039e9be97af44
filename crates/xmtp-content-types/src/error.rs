//! Why content cannot be read or written.
use crate::ContentTypeId;
use thiserror::Error;

/// Why content cannot be read or written. Messages never carry the content itself.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ContentError {
    /// Bytes or text do not have the form they should: show the fallback instead.
    #[error("malformed {what}: show the fallback instead")]
    Malformed {
        /// What was expected, as words for a person.
        what: &'static str,
    },
    /// No built-in type has this id: decode it with a codec of your own, or show the fallback.
    #[error("no built-in content type has this id: decode it with a codec of its own, or show the fallback")]
    UnknownType(ContentTypeId),
    /// The content is of another type than the codec reads.
    #[error("the content is of another type than the codec reads: look at the type id before decoding")]
    WrongType {
        /// What the codec reads.
        expected: ContentTypeId,
        /// What the content is.
        found: ContentTypeId,
    },
    /// A parameter the type cannot be read without is missing.
    #[error("the parameter {0} is missing: show the fallback instead")]
    MissingParameter(&'static str),
    /// The text is in an encoding other than UTF-8.
    #[error("the text is not in UTF-8: show the fallback instead")]
    NotUtf8,
    /// The content is compressed in a form that is neither zlib, raw deflate nor gzip, or is damaged.
    #[error("the content cannot be decompressed: neither zlib, raw deflate nor gzip, or damaged")]
    Decompression,
    /// The content decompresses to more than is accepted.
    #[error("the content decompresses to more than {limit} bytes: refused to protect memory")]
    TooLarge {
        /// The most bytes that are accepted.
        limit: usize,
    },
    /// Replies are nested deeper than is accepted.
    #[error("replies are nested more than {limit} deep: refused to protect the stack")]
    TooDeep {
        /// The most levels that are accepted.
        limit: usize,
    },
    /// A codec of the application's own failed. The words are the codec's: keep content out of them.
    #[error("the codec failed: {0}")]
    Codec(String),
}

impl ContentError {
    /// Whether trying again may help. Content never changes, so it never does.
    pub const fn is_retryable(&self) -> bool {
        false
    }
}
