//! Why a test does not go on.
use crate::AgentError;
use std::{fmt, time::Duration};
use thiserror::Error;
use xmtp_client::ClientError;
use xmtp_content_types::ContentError;

/// Why a test does not go on. `Debug` is the message, because that is what a test that returns the error prints.
#[derive(Error)]
#[non_exhaustive]
pub enum TestError {
    /// Nothing came.
    #[error("nobody said anything for {0:?}")]
    Silence(Duration),
    /// What came is no text.
    #[error("what was heard is no text but {0}")]
    NotText(String),
    /// The agent did not come to the end of what it had to handle.
    #[error("the agent still has something to handle after {0:?}")]
    Busy(Duration),
    /// The agent does not run.
    #[error("the agent does not run: start it first")]
    NotRunning,
    /// The agent failed.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The client of a user failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Content cannot be written.
    #[error(transparent)]
    Content(#[from] ContentError),
}

impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
