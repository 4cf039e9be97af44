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
    /// The list has nothing in it.
    #[error("the {what} is empty: give at least one")]
    Empty {
        /// The list.
        what: &'static str,
    },
    /// The list has more in it than released clients accept.
    #[error("there are more than {limit} {what}: give fewer")]
    TooMany {
        /// What is in the list.
        what: &'static str,
        /// The most that are accepted.
        limit: usize,
    },
    /// Something that must be unique is there twice.
    #[error("the same {what} is there twice: make each one unique")]
    Duplicate {
        /// What must be unique.
        what: &'static str,
    },
    /// A part has more bytes than released clients accept.
    #[error("the {what} has more than {limit} bytes: make it smaller")]
    TooLong {
        /// The part.
        what: &'static str,
        /// The most bytes that are accepted.
        limit: u64,
    },
    /// A URL that everybody on the way could read.
    #[error("the URL is not https: upload to where it is")]
    InsecureUrl,
    /// Released clients cannot read metadata of a transaction that lacks this field, or has no finite number in it.
    #[error("the metadata lacks {0}: give all of it or none")]
    IncompleteMetadata(&'static str),
    /// Content of this type is read and never sent.
    #[error("content of this type is read and never sent")]
    NeverSent(ContentTypeId),
    /// The type is built in, or another codec for it was added before.
    #[error("there is a codec for this type already: give the type another name or major version")]
    CodecTaken(ContentTypeId),
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
