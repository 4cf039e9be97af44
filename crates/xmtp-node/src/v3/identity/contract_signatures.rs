//! Signatures of smart contract wallets. Only their chain can tell whether they hold, and the node asks it for clients.
use super::ask_chains;
use crate::{accept, error::Refusal, v3::Context};
use xmtp_proto::xmtp::identity::api::v1::{
    VerifySmartContractWalletSignatureRequestSignature as Asked, VerifySmartContractWalletSignaturesRequest,
    VerifySmartContractWalletSignaturesResponse, verify_smart_contract_wallet_signatures_response::ValidationResponse,
};
use xmtp_types::{AccountId, ContractAnswer, ContractQuestion};

/// One answer per signature, in order. What cannot be asked is not valid, and says why.
///
/// # Errors
/// [`Refusal::Invalid`] for too many; [`Refusal::ChainAway`].
pub(super) async fn verify(
    context: &Context,
    request: VerifySmartContractWalletSignaturesRequest,
) -> Result<VerifySmartContractWalletSignaturesResponse, Refusal> {
    accept::asked_of_chains(&request.signatures)?;
    let read: Vec<_> = request.signatures.into_iter().map(question).collect();
    let questions: Vec<_> = read.iter().flatten().cloned().collect();
    let mut answers = ask_chains::ask(context, &questions).await?.into_iter();
    let responses = read.into_iter().map(|question| {
        // There is an answer for each question.
        let answer = question.and_then(|_| answers.next().unwrap_or_else(|| Err("not asked".to_owned())));
        response(answer)
    });
    Ok(VerifySmartContractWalletSignaturesResponse { responses: responses.collect() })
}

/// What is asked, if it is something that can be.
fn question(asked: Asked) -> Result<ContractQuestion, String> {
    let account: AccountId = asked.account_id.parse().map_err(|cause| format!("invalid account id: {cause}"))?;
    let hash = <[u8; 32]>::try_from(asked.hash.as_slice()).map_err(|_| "the hash is not of 32 bytes".to_owned())?;
    Ok(ContractQuestion { account, hash, signature: asked.signature, block: asked.block_number })
}

fn response(answer: Result<ContractAnswer, String>) -> ValidationResponse {
    // NODE.R18
    match answer {
        Ok(ContractAnswer::Signed { block }) => ValidationResponse { is_valid: true, block_number: block, error: None },
        Ok(ContractAnswer::Unanswered { reason }) | Err(reason) => {
            ValidationResponse { is_valid: false, block_number: None, error: Some(reason) }
        }
        Ok(_) => ValidationResponse { is_valid: false, block_number: None, error: None },
    }
}
