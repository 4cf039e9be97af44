//! Signatures of smart contract wallets. Only their chain can tell whether they hold, and this node asks none.
use xmtp_proto::xmtp::identity::api::v1::{
    VerifySmartContractWalletSignaturesRequest, VerifySmartContractWalletSignaturesResponse,
    verify_smart_contract_wallet_signatures_response::ValidationResponse,
};

/// Answers "not valid" for each signature, and says why.
pub(super) fn verify(
    request: &VerifySmartContractWalletSignaturesRequest,
) -> VerifySmartContractWalletSignaturesResponse {
    let unanswered = ValidationResponse {
        is_valid: false,
        block_number: None,
        error: Some("no chain endpoint configured".to_owned()),
    };
    VerifySmartContractWalletSignaturesResponse { responses: vec![unanswered; request.signatures.len()] }
}
