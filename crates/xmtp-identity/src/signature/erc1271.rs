//! Signatures of smart contract wallets.
//!
//! Only the wallet's chain can say whether such a signature holds. Nothing here talks to a chain, so it is refused with
//! an error of its own; it never counts.
//!
//! Source of fact: ERC-1271, ERC-6492, XIP-44.
use crate::{IdentityError, VerifiedSignature};

/// A signature by a smart contract wallet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Erc1271Signature {
    /// The wallet as a CAIP-10 account id, such as `eip155:8453:0x…`.
    pub account_id: String,
    /// The block at which the wallet vouched; 0 if none is known.
    pub block_number: u64,
    /// What the wallet is asked about. Its form is the wallet's own affair.
    pub bytes: Vec<u8>,
}

impl Erc1271Signature {
    /// Says that only the chain can tell.
    ///
    /// # Errors
    /// [`IdentityError::ChainQuestionOpen`], always.
    pub const fn verify(&self, _text: &str) -> Result<VerifiedSignature, IdentityError> {
        // ID.R20
        Err(IdentityError::ChainQuestionOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test] // ID.R20
    fn a_contract_signature_never_counts_without_its_chain() {
        let signature = Erc1271Signature {
            account_id: "eip155:8453:0xabcdef0000000000000000000000000000000001".into(),
            block_number: 777,
            bytes: vec![9, 8, 7],
        };
        assert_eq!(signature.verify("text"), Err(IdentityError::ChainQuestionOpen));
    }
}
