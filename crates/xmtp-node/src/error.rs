//! What can go wrong, and the gRPC status a client sees for it.
//!
//! Texts stay short: released clients accept no more than 16 kB of response headers, and the text is one of them.
use std::{borrow::Cow, net::SocketAddr, path::PathBuf};
use thiserror::Error;
use tonic::Status;
use xmtp_types::ChainId;

/// Why a node does not start, or stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// Another process listens there: stop it, or give another port.
    #[error("port {} is in use on {}: stop the other process or choose another port", .0.port(), .0.ip())]
    PortInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another node uses the data folder: stop it, or give another folder.
    #[error("data folder {} is in use by another node: stop it or choose another folder", .0.display())]
    FolderInUse(PathBuf),
    /// The data folder cannot be made or opened.
    #[error("cannot use data folder {}", .folder.display())]
    Folder {
        /// The folder that was asked for.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file in the place of the log is something else. It was not touched.
    #[error("{} is not the log of a node: choose another folder", .0.display())]
    NotALog(PathBuf),
    /// The log was written by a newer node. It was not touched.
    #[error("the log has format {found} but this node knows only up to {known}: start it with a newer version")]
    NewerLog {
        /// The format of the log.
        found: u32,
        /// The newest format this node can read.
        known: u32,
    },
    /// The log cannot be read or written.
    #[error("cannot open the log")]
    Log(#[source] LogError),
    /// The certificate or key cannot be used.
    #[error("cannot use the TLS certificate or key")]
    Tls(#[source] tonic::transport::Error),
    /// A listener failed while it ran.
    #[error("the server failed")]
    Serve(#[source] tonic::transport::Error),
}

impl NodeError {
    /// Whether the same start can succeed later with nothing changed but the other process gone.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::PortInUse(_) | Self::FolderInUse(_))
    }
}

/// Why the log could not answer.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum LogError {
    /// SQLite refused: out of space, an I/O error, a damaged file. Nothing was acknowledged.
    #[error("the database refused: {0}")]
    Database(String),
    /// A stored value cannot be what this node wrote.
    #[error("the log holds a damaged {0}")]
    Damaged(&'static str),
    /// The node is stopping.
    #[error("the log is closed")]
    Closed,
}

impl From<diesel::result::Error> for LogError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<diesel::ConnectionError> for LogError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Database(error.to_string())
    }
}

/// Why a request is turned down. Each variant is one status code.
#[derive(Clone, Debug, Error)]
pub(crate) enum Refusal {
    /// The request cannot be right, whenever it is sent.
    #[error("{0}")]
    Invalid(Cow<'static, str>),
    /// Something the official node reports with code UNKNOWN, and so do we.
    #[error("{0}")]
    Unknown(&'static str),
    /// Something the official node reports with code INTERNAL, and so do we.
    #[error("{0}")]
    Internal(&'static str),
    /// The log could not answer now.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A chain that has to be asked cannot be asked now.
    #[error("chain {0} cannot be asked now: retry")]
    ChainAway(ChainId),
    /// The peer asked for more than its share.
    #[error("rate limit exceeded: retry later")]
    TooFast,
    /// The node is stopping: connect again.
    #[error("the node is shutting down")]
    Stopping,
    /// Known, and not offered.
    #[error("not offered by this node")]
    NotOffered,
}

impl Refusal {
    pub(crate) fn invalid(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(text.into())
    }
}

/// The longest text of a status, in bytes: far below the 16 kB of headers that released clients accept.
const MAX_TEXT: usize = 512;

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let mut text = refusal.to_string();
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        tracing::debug!(reason = text, "request refused");
        match refusal {
            Refusal::Invalid(_) => Self::invalid_argument(text),
            Refusal::Unknown(_) => Self::unknown(text),
            Refusal::Internal(_) => Self::internal(text),
            Refusal::TooFast => Self::resource_exhausted(text),
            Refusal::NotOffered => Self::unimplemented(text),
            Refusal::Stopping | Refusal::ChainAway(_) => Self::unavailable(text),
            Refusal::Log(cause) => {
                tracing::error!(%cause, "the log did not answer");
                Self::unavailable("the log did not answer: retry")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let status = Status::from(Refusal::invalid("é".repeat(20_000)));
        assert_eq!(status.message().len(), MAX_TEXT);
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
    }

    #[test]
    fn causes_inside_the_node_stay_inside() {
        let status = Status::from(Refusal::from(LogError::Database("disk /dev/x is full".to_owned())));
        assert_eq!((status.code(), status.message()), (tonic::Code::Unavailable, "the log did not answer: retry"));
    }
}
