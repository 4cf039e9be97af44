//! Why a chain gave no answer.
use thiserror::Error;
use xmtp_types::ChainId;

/// Why it is not known whether a wallet signed, or what a contract says. No text holds more of an endpoint's URL than its host.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ChainError {
    /// Nobody said where the chain is reached.
    #[error("no endpoint for chain {0}: set CHAIN_RPC_{number} to the URL of one", number = .0.as_u64())]
    NoEndpoint(ChainId),
    /// What was given as the URL of an endpoint is none.
    #[error("the endpoint of chain {chain} is {reason}: expected http://host/path or https://host/path")]
    InvalidUrl {
        /// The chain it was meant for.
        chain: ChainId,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A variable begins like one that names an endpoint, and names no chain.
    #[error("the variable {0} names no chain: expected CHAIN_RPC_ and the number of a chain")]
    InvalidVariable(String),
    /// The parts of this machine that a connection needs do not work.
    #[error("cannot prepare connections to the endpoint of chain {chain}: {reason}")]
    Setup {
        /// The chain.
        chain: ChainId,
        /// What failed.
        reason: String,
    },
    /// The signature is longer than a chain takes it. Such a one cannot be used anywhere.
    #[error("the signature has {0} bytes, more than chains take")]
    SignatureTooLong(usize),
    /// The endpoint cannot be reached, or failed.
    #[error("the endpoint of chain {chain} at {host} {reason}: ask again later, or set another one")]
    Unreachable {
        /// The chain.
        chain: ChainId,
        /// Where it was looked for.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The endpoint did not answer in time.
    #[error("the endpoint of chain {chain} at {host} did not answer in time: ask again later, or set another one")]
    TimedOut {
        /// The chain.
        chain: ChainId,
        /// Where it was asked.
        host: String,
    },
    /// What the endpoint answered is no JSON-RPC, or not what was asked for.
    #[error("the endpoint of chain {chain} at {host} answered what is no {expected}: set another one")]
    NotUnderstood {
        /// The chain.
        chain: ChainId,
        /// Who answered.
        host: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The endpoint is one of another chain.
    #[error("the endpoint of chain {expected} is one of chain {found}: set CHAIN_RPC_{number} to the right one", number = .expected.as_u64())]
    WrongChain {
        /// The chain it was set for.
        expected: ChainId,
        /// The chain it says it is of.
        found: ChainId,
    },
    /// The endpoint turned the request down, for example because it does not know the block.
    #[error("the endpoint of chain {chain} at {host} refused: {message} (code {code})")]
    Refused {
        /// The chain.
        chain: ChainId,
        /// Who refused.
        host: String,
        /// The code of the JSON-RPC error.
        code: i64,
        /// Its text, cut short.
        message: String,
    },
    /// A contract was called and undid the call, as it does when it does not have what was asked for.
    #[error("the contract on chain {0} gave up: check its address and what it was asked")]
    GaveUp(ChainId),
}

impl ChainError {
    /// Whether the same question may be answered later: the endpoint comes back, or whoever runs this mends it.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::NotUnderstood { .. }
            | Self::WrongChain { .. }
            | Self::Refused { .. } => true,
            Self::NoEndpoint(_)
            | Self::InvalidUrl { .. }
            | Self::InvalidVariable(_)
            | Self::Setup { .. }
            | Self::GaveUp(_)
            | Self::SignatureTooLong(_) => false,
        }
    }

    /// Whether the endpoint itself is away or wrong, so that no other question is answered by it either.
    pub(crate) const fn is_of_endpoint(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::WrongChain { .. })
    }
}
