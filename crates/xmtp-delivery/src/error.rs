//! Why the network did not do what was asked, and whether asking again can help.
use std::time::Duration;
use thiserror::Error;

/// A failure between this process and the network, or a refusal by the network.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum DeliveryError {
    /// No connection could be made: nothing was sent.
    #[error("cannot reach {address} ({cause}): {advice}")]
    Unreachable {
        /// The URL that was dialled.
        address: String,
        /// What the operating system or TLS said.
        cause: String,
        /// What a person can do.
        advice: &'static str,
    },
    /// The connection broke while a request or a stream was open: what was sent may have been taken or not.
    #[error("the connection to the network broke ({0}): try again")]
    Interrupted(String),
    /// No answer came in time: what was sent may have been taken or not.
    #[error("the network did not answer in time: try again, or check the connection")]
    TimedOut,
    /// The network said that it cannot serve now.
    #[error("the network cannot serve now ({0}): try again later")]
    Unavailable(String),
    /// The network asked for fewer requests.
    #[error("the network asks for fewer requests ({reason}): wait {}, then try again", asked(.retry_after))]
    RateLimited {
        /// What the network said.
        reason: String,
        /// How long it asked to be left alone, if it said so.
        retry_after: Option<Duration>,
    },
    /// The network failed in a way it does not explain.
    #[error("the network failed ({0}): try again later")]
    Failed(String),
    /// The network will never take this request as it is.
    #[error("the network refused the request ({0}): correct it before sending it again")]
    Rejected(String),
    /// The network does not serve this client.
    #[error("the network denied access ({0}): ask the operator of the network")]
    Denied(String),
    /// The network or the transport does not know this request.
    #[error("not supported ({0}): use a newer version, or another network")]
    Unsupported(String),
    /// An envelope is over the size every client and node agrees on.
    #[error("{size} bytes are over the limit of {limit} for one request: send less at once")]
    TooLarge {
        /// Bytes of the request.
        size: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The network sent something that cannot be what it should be.
    #[error("the network sent an answer that makes no sense ({0}): check that the address is an XMTP node")]
    Malformed(String),
    /// A URL or certificate given by the user cannot be used.
    #[error("cannot use {address}: {cause}")]
    InvalidAddress {
        /// What was given.
        address: String,
        /// What is wrong with it, and what was expected.
        cause: String,
    },
}

fn asked(retry_after: &Option<Duration>) -> String {
    retry_after.map_or_else(|| "a minute".to_owned(), |wait| format!("{} seconds", wait.as_secs().max(1)))
}

impl DeliveryError {
    /// Whether the same request can succeed later without being changed.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Interrupted(_)
            | Self::TimedOut
            | Self::Unavailable(_)
            | Self::RateLimited { .. }
            | Self::Failed(_) => true,
            Self::Rejected(_)
            | Self::Denied(_)
            | Self::Unsupported(_)
            | Self::TooLarge { .. }
            | Self::Malformed(_)
            | Self::InvalidAddress { .. } => false,
        }
    }

    /// Whether it is certain that the network did not take the request, so that even a request which must not be
    /// taken twice can be sent again.
    pub const fn was_not_taken(&self) -> bool {
        !matches!(self, Self::Interrupted(_) | Self::TimedOut | Self::Unavailable(_) | Self::Failed(_))
    }
}
