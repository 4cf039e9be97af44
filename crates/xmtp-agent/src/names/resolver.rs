//! Who looks names up: a trait, so that any naming service can stand behind it.
use futures::future::BoxFuture;
use thiserror::Error;
use xmtp_client::Identifier;

/// Looks up names of accounts, and accounts of names.
///
/// A name that nobody has is no error: the answer is `None`.
pub trait NameResolver: Send + Sync {
    /// The account that has `name`.
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>>;

    /// The name that `account` shows itself under, checked to lead back to it.
    fn reverse<'a>(&'a self, account: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>>;
}

const _: fn(Box<dyn NameResolver>) = |_| {};

/// Why a name was not looked up. That nobody has it is no error.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NameError {
    /// The text is no name, or not one that its naming service allows.
    #[error("not a name: {0}")]
    Invalid(String),
    /// The record is not where this resolver looks.
    #[error("the record of this name gave no answer: it may be kept off the chain, which is not followed")]
    OffChain,
    /// The service that knows could not be asked.
    #[error("the name could not be looked up: {reason}")]
    Unavailable {
        /// What went wrong. Holds no key.
        reason: String,
        /// Whether the same question may be answered later.
        is_retryable: bool,
    },
}

impl NameError {
    /// Whether the same question may be answered later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { is_retryable: true, .. })
    }
}
