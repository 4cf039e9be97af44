//! Questions for chains, and what the network answers.
use super::check_count;
use crate::DeliveryError;
use xmtp_proto::xmtp::identity::api::v1::{
    VerifySmartContractWalletSignatureRequestSignature, VerifySmartContractWalletSignaturesRequest,
    VerifySmartContractWalletSignaturesResponse, verify_smart_contract_wallet_signatures_response::ValidationResponse,
};
use xmtp_types::{ContractAnswer, ContractQuestion};

/// The request that asks the network to ask the chains.
pub(crate) fn contract_questions(questions: &[ContractQuestion]) -> VerifySmartContractWalletSignaturesRequest {
    let signature = |question: &ContractQuestion| VerifySmartContractWalletSignatureRequestSignature {
        account_id: question.account.as_str().to_owned(),
        block_number: question.block,
        signature: question.signature.clone(),
        hash: question.hash.to_vec(),
    };
    VerifySmartContractWalletSignaturesRequest { signatures: questions.iter().map(signature).collect() }
}

/// The answers, in the order of the questions.
///
/// A no with a reason is an open question: the node says it for a chain that it could not ask.
pub(crate) fn contract_answers(
    asked: usize,
    response: VerifySmartContractWalletSignaturesResponse,
) -> Result<Vec<ContractAnswer>, DeliveryError> {
    check_count(asked, response.responses.len())?;
    let answer = |answer: ValidationResponse| match answer {
        ValidationResponse { is_valid: true, block_number, .. } => ContractAnswer::Signed { block: block_number },
        ValidationResponse { error: Some(reason), .. } if !reason.is_empty() => ContractAnswer::Unanswered { reason },
        _ => ContractAnswer::NotSigned,
    };
    Ok(response.responses.into_iter().map(answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    /// As released clients send it, with and without a block.
    const REQUEST: &str = "0a5f0a366569703135353a383435333a3078616263646566303030303030303030303030303030303030303030303030303030303030303030311a030908072220a6581455d808e89449b041756c5c3172caf6447e08ebc7683b93cd6b1d194209";

    fn question(block: Option<u64>) -> ContractQuestion {
        let hash = hex::decode("a6581455d808e89449b041756c5c3172caf6447e08ebc7683b93cd6b1d194209").unwrap();
        ContractQuestion {
            account: "eip155:8453:0xabcdef0000000000000000000000000000000001".parse().unwrap(),
            hash: hash.try_into().unwrap(),
            signature: vec![9, 8, 7],
            block,
        }
    }

    #[test]
    fn a_question_is_byte_for_byte_that_of_released_clients() {
        assert_eq!(hex::encode(contract_questions(&[question(None)]).encode_to_vec()), REQUEST);
        let with_block = REQUEST.replacen("0a5f", "0a62", 1).replacen("1a03090807", "1089061a03090807", 1);
        assert_eq!(hex::encode(contract_questions(&[question(Some(777))]).encode_to_vec()), with_block);
    }

    #[test]
    fn a_no_with_a_reason_leaves_the_question_open() {
        let answer = |is_valid, block_number, error: Option<&str>| ValidationResponse {
            is_valid,
            block_number,
            error: error.map(str::to_owned),
        };
        let responses = vec![
            answer(true, Some(7), None),
            answer(true, None, None),
            answer(false, Some(7), None),
            answer(false, None, Some("")),
            answer(false, None, Some("no endpoint")),
        ];
        let answers = contract_answers(5, VerifySmartContractWalletSignaturesResponse { responses });
        let expected = vec![
            ContractAnswer::Signed { block: Some(7) },
            ContractAnswer::Signed { block: None },
            ContractAnswer::NotSigned,
            ContractAnswer::NotSigned,
            ContractAnswer::Unanswered { reason: "no endpoint".to_owned() },
        ];
        assert_eq!(answers, Ok(expected));
        assert!(contract_answers(1, VerifySmartContractWalletSignaturesResponse::default()).is_err());
    }
}
