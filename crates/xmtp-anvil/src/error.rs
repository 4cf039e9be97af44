//! Why there is no chain for a test.
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no chain for a test, or why it did not do what it was told.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnvilError {
    /// Anvil is not installed.
    #[error("no chain for tests at {}: run `cargo xtask test`, or `npm ci` in tests/chain", .0.display())]
    NotInstalled(PathBuf),
    /// Anvil is there and does not start.
    #[error("the chain for tests does not start: {0}")]
    NotStarted(String),
    /// It does not answer as it should.
    #[error("the chain for tests failed at {method}: {reason}")]
    Failed {
        /// What it was told to do.
        method: &'static str,
        /// What it said.
        reason: String,
    },
    /// An owner is no Ethereum address.
    #[error("the owner of a wallet is an Ethereum address")]
    NotAnAddress,
}
