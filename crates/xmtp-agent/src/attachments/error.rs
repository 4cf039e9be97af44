//! Why a file cannot be sealed, uploaded, downloaded or opened.
use crate::AgentError;
use std::{io, path::Path};
use thiserror::Error;
use xmtp_content_types::ContentError;
use xmtp_crypto::CryptoError;

/// Why a file cannot be sealed, uploaded, downloaded or opened. Messages hold neither keys nor URLs of others.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AttachmentError {
    /// The text is no URL.
    #[error("the URL of the file is none: nothing was asked for")]
    NoUrl,
    /// The URL, or one that it leads to, is not `https`.
    #[error("the URL of the file is not https: refused, unless plain http to this host is allowed")]
    NotHttps,
    /// The URL, or one that it leads to, is at an address of this machine or of a private network.
    #[error("the URL of the file leads to a private address: refused, unless this host is allowed")]
    PrivateAddress,
    /// The server sends us on and on.
    #[error("the server leads from one URL to the next more than {limit} times: given up")]
    TooManyRedirects {
        /// The most that are followed.
        limit: usize,
    },
    /// The server answered, and not with success.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// There is more than may be taken.
    #[error("the file has more than {limit} bytes: refused, raise the limit to take it")]
    TooLarge {
        /// The most bytes that are taken.
        limit: u64,
    },
    /// The server did not answer in time.
    #[error("the server did not answer in time: try again")]
    TimedOut,
    /// The server could not be reached, or broke off.
    #[error("the server cannot be reached or broke off ({0}): try again")]
    Connection(String),
    /// The server took the file and its answer does not say where it is.
    #[error("the answer of the server does not say where the file is: {0}")]
    Answer(&'static str),
    /// An uploader cannot be set up as asked.
    #[error("the uploader cannot be set up: {0}")]
    Setup(String),
    /// The file is not what was announced, or was not sealed with the keys that were announced.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// What was sealed is no attachment, or the message about it may not be sent.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// A file on this machine cannot be read or written.
    #[error("{doing} failed: {source}")]
    File {
        /// What was to be done.
        doing: String,
        /// What the system says.
        source: io::Error,
    },
    /// The message cannot be sent.
    #[error(transparent)]
    Send(#[from] AgentError),
    /// An uploader of the application's own failed.
    #[error("the upload failed: {0}")]
    Upload(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AttachmentError {
    /// Whether the same call can succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::TimedOut | Self::Connection(_) => true,
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Send(error) => error.is_retryable(),
            Self::Crypto(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// A file on this machine failed.
    pub(super) fn file(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let doing = format!("{doing} {}", path.display());
        move |source| Self::File { doing, source }
    }

    /// A file for temporary use failed.
    pub(super) fn temporary(source: io::Error) -> Self {
        Self::File { doing: "keeping a file for temporary use".to_owned(), source }
    }
}
