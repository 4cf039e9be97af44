//! What only a chain can tell: whether a smart contract wallet made a signature.
//!
//! Whoever folds an identity log asks, whoever can reach a chain answers; the two meet in these values.
//!
//! Source of fact: ERC-1271, ERC-6492, XIP-44.
use crate::{AccountId, Redacted};
use std::fmt;

/// Did this account sign this hash?
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ContractQuestion {
    /// The smart contract wallet.
    pub account: AccountId,
    /// What it is said to have signed: the EIP-191 hash of a signing text, 32 bytes.
    pub hash: [u8; 32],
    /// The signature, in a form of the wallet's own; for a wallet not yet deployed wrapped as ERC-6492 says.
    pub signature: Vec<u8>,
    /// The number of the block at which the chain is asked; the newest one if none is named.
    pub block: Option<u64>,
}

/// What came of a question.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ContractAnswer {
    /// The wallet signed.
    Signed {
        /// The number of the block at which the chain was asked, if that is told.
        block: Option<u64>,
    },
    /// The wallet did not sign.
    NotSigned,
    /// The chain was not asked. A later question may be answered.
    Unanswered {
        /// Why, for people.
        reason: String,
    },
}

impl fmt::Debug for ContractQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractQuestion")
            .field("account", &self.account)
            .field("hash", &Redacted(&self.hash))
            .field("block", &self.block)
            .finish_non_exhaustive()
    }
}
