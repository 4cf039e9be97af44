//! Why an agent does not start or has stopped. What goes wrong in a handler is never here: see [`crate::Failure`].
use crate::{EnvError, HandlerError};
use std::{fmt, io};
use thiserror::Error;
use xmtp_client::ClientError;
use xmtp_content_types::ContentError;

/// Why an agent does not start, has stopped, or could not send.
///
/// `Debug` is the message, because that is what a `main` that returns the error prints.
#[derive(Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The environment does not say what the agent needs.
    #[error(transparent)]
    Env(#[from] EnvError),
    /// The client failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Content cannot be written.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// What was kept of handled messages cannot be read.
    #[error("the log of handled messages is damaged or of a newer version: use the version that wrote it")]
    DamagedLog,
    /// A start handler failed.
    #[error("a start handler failed: {0}")]
    OnStart(#[source] HandlerError),
    /// The signals that stop an agent cannot be received.
    #[error("cannot listen for Ctrl-C and SIGTERM: {0}")]
    Signal(#[source] io::Error),
    /// The runtime stopped the agent's task.
    #[error("the agent was stopped from outside")]
    Aborted,
}

impl AgentError {
    /// Whether the same call can succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Client(error) if error.is_retryable())
    }
}

impl fmt::Debug for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_main_that_returns_the_error_prints_what_to_do() {
        let shown = format!("Error: {:?}", AgentError::from(EnvError::Missing("XMTP_WALLET_KEY")));
        assert!(shown.contains("XMTP_WALLET_KEY is not set: run `xmtp keys new`"), "{shown}");
    }
}
