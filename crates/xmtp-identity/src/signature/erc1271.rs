//! Signatures of smart contract wallets.
//!
//! Only the wallet's chain can say whether such a signature holds. Nothing here talks to a chain: a signature tells the
//! question, and counts once the answer to just this question is yes.
//!
//! Source of fact: ERC-1271, ERC-6492, XIP-44, and observed on released clients.
use super::personal_message_hash;
use crate::{ContractAnswers, IdentityError, SignatureKind, VerifiedSignature};
use xmtp_types::{AccountId, ContractQuestion};

const KIND: SignatureKind = SignatureKind::Erc1271;

/// A signature by a smart contract wallet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Erc1271Signature {
    /// The wallet as a CAIP-10 account id, such as `eip155:8453:0x…`.
    pub account_id: String,
    /// The number of the block at which the wallet vouched: everyone asks about that one.
    pub block_number: u64,
    /// What the wallet is asked about. Its form is the wallet's own affair.
    pub bytes: Vec<u8>,
}

impl Erc1271Signature {
    /// A fresh signature of `account`, and the question whose answer says at which block it counts.
    ///
    /// Set [`Erc1271Signature::block_number`] to the block of the answer before the signature is used.
    pub fn fresh(account: &AccountId, bytes: Vec<u8>, text: &str) -> (Self, ContractQuestion) {
        let question = ContractQuestion {
            account: account.clone(),
            hash: personal_message_hash(text),
            signature: bytes.clone(),
            block: None,
        };
        (Self { account_id: account.to_string(), block_number: 0, bytes }, question)
    }

    /// What the wallet's chain has to be asked before the signature counts as one over `text`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if the account id names no account on a chain.
    pub fn question(&self, text: &str) -> Result<ContractQuestion, IdentityError> {
        let account = self.account_id.parse().map_err(|_| KIND.invalid("its account id is no account on a chain"))?;
        Ok(ContractQuestion {
            account,
            hash: personal_message_hash(text),
            signature: self.bytes.clone(),
            block: Some(self.block_number),
        })
    }

    /// Checks that the wallet's chain said that the wallet signed `text`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it said no, [`IdentityError::ChainQuestionOpen`] if it was not asked.
    pub fn verify(&self, text: &str, answers: &ContractAnswers) -> Result<VerifiedSignature, IdentityError> {
        let question = self.question(text)?;
        // ID.R20
        match answers.signed(&question) {
            Some(true) => Ok(VerifiedSignature {
                signer: question.account.identifier().into(),
                kind: KIND,
                replay_bytes: self.bytes.clone(),
                chain_id: Some(question.account.chain()),
            }),
            Some(false) => Err(KIND.invalid("its chain says that the wallet did not sign this text")),
            None => Err(IdentityError::ChainQuestionOpen(question.account.chain())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_types::{ChainId, ContractAnswer, Identifier};

    fn signature() -> Erc1271Signature {
        Erc1271Signature {
            account_id: "eip155:8453:0xABcdef0000000000000000000000000000000001".into(),
            block_number: 777,
            bytes: vec![9, 8, 7],
        }
    }

    fn answered(question: ContractQuestion, answer: ContractAnswer) -> ContractAnswers {
        let mut answers = ContractAnswers::none();
        answers.insert(question, &answer);
        answers
    }

    #[test] // ID.R20
    fn a_contract_signature_never_counts_without_its_chain() {
        let open = Err(IdentityError::ChainQuestionOpen(ChainId::new(8453)));
        assert_eq!(signature().verify("text", &ContractAnswers::none()), open);
        let unanswered = ContractAnswer::Unanswered { reason: String::new() };
        let answers = answered(signature().question("text").unwrap(), unanswered);
        assert_eq!(signature().verify("text", &answers), open);
    }

    #[test] // ID.R20
    fn the_answer_to_another_question_does_not_count() {
        let asked = signature().question("text").unwrap();
        let others = [
            ContractQuestion { block: Some(778), ..asked.clone() },
            ContractQuestion { block: None, ..asked.clone() },
            ContractQuestion { signature: vec![9], ..asked.clone() },
            ContractQuestion { hash: [0; 32], ..asked.clone() },
            ContractQuestion {
                account: "eip155:1:0xabcdef0000000000000000000000000000000001".parse().unwrap(),
                ..asked
            },
        ];
        for other in others {
            let answers = answered(other, ContractAnswer::Signed { block: Some(777) });
            assert!(matches!(signature().verify("text", &answers), Err(IdentityError::ChainQuestionOpen(_))));
        }
    }

    #[test] // ID.R20
    fn a_chain_that_says_yes_proves_the_lowercase_account_and_one_that_says_no_refuses() {
        let question = signature().question("text").unwrap();
        let verified = signature().verify("text", &answered(question.clone(), ContractAnswer::Signed { block: None }));
        let verified = verified.unwrap();
        let wallet = Identifier::ethereum("0xabcdef0000000000000000000000000000000001").unwrap();
        assert_eq!(verified.signer().as_identifier(), Some(&wallet));
        assert_eq!((verified.kind(), verified.chain_id()), (KIND, Some(ChainId::new(8453))));
        assert_eq!(verified.replay_bytes(), [9, 8, 7]);
        let refused = signature().verify("text", &answered(question, ContractAnswer::NotSigned));
        assert!(matches!(refused, Err(IdentityError::InvalidSignature { kind: KIND, .. })));
    }

    #[test] // ID.R20
    fn an_account_that_is_none_is_refused_without_a_question() {
        let signature = Erc1271Signature { account_id: "eip155:one:0x12".into(), ..signature() };
        assert!(matches!(signature.question("text"), Err(IdentityError::InvalidSignature { .. })));
    }

    #[test] // ID.R20
    fn a_fresh_signature_asks_about_the_newest_block() {
        let account: AccountId = signature().account_id.parse().unwrap();
        let (fresh, question) = Erc1271Signature::fresh(&account, vec![9, 8, 7], "text");
        assert_eq!(question.block, None);
        assert_eq!(Erc1271Signature { block_number: 777, ..fresh }, signature());
    }
}
