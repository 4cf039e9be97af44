//! From [`UnverifiedUpdate`] to [`VerifiedUpdate`].
use crate::{
    Action, ContractAnswers, IdentityError, RawSignature, UnverifiedUpdate, VerifiedSignature, VerifiedUpdate,
};
use xmtp_types::ContractQuestion;

/// Signatures of one update that are not checked twice. A wallet that creates an inbox and adds its first installation signs
/// once for both, and finding out who signed takes longer than all else about an update.
const REMEMBERED: usize = 4;

impl UnverifiedUpdate {
    /// What chains have to be asked before the update can be verified: each question once, none if no smart contract
    /// wallet signed.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if a wallet's account is none that could be asked.
    pub fn contract_questions(&self) -> Result<Vec<ContractQuestion>, IdentityError> {
        let is_by_contract = |signature: &&RawSignature| matches!(signature, RawSignature::Erc1271(_));
        let mut signatures = self.actions().iter().flat_map(Action::signatures).filter(is_by_contract).peekable();
        // Most updates have none, and every reader asks: their text is not made for this.
        if signatures.peek().is_none() {
            return Ok(Vec::new());
        }
        contract_questions(&self.signing_text(), signatures)
    }

    /// Checks every signature of the update against its signing text; no smart contract wallet has signed it.
    ///
    /// # Errors
    /// As [`UnverifiedUpdate::verify_with`].
    pub fn verify(self) -> Result<VerifiedUpdate, IdentityError> {
        self.verify_with(&ContractAnswers::none())
    }

    /// Checks every signature of the update against its signing text, those of smart contract wallets by what their
    /// chains said.
    ///
    /// # Errors
    /// That of the first signature which does not hold: [`IdentityError::InvalidSignature`], or
    /// [`IdentityError::ChainQuestionOpen`] if only a chain can tell and it was not asked.
    pub fn verify_with(self, answers: &ContractAnswers) -> Result<VerifiedUpdate, IdentityError> {
        let text = self.signing_text();
        let mut held: Vec<(RawSignature, VerifiedSignature)> = Vec::new();
        // ID.R14
        let verified = self.0.try_map(|signature| {
            if let Some((_, holds)) = held.iter().find(|(known, _)| *known == signature) {
                return Ok(holds.clone());
            }
            let holds = signature.verify(&text, answers)?;
            if held.len() < REMEMBERED {
                held.push((signature, holds.clone()));
            }
            Ok(holds)
        });
        verified.map(VerifiedUpdate)
    }
}

/// What chains have to be asked about `signatures` of `text`, each question once.
pub(crate) fn contract_questions<'a>(
    text: &str,
    signatures: impl IntoIterator<Item = &'a RawSignature>,
) -> Result<Vec<ContractQuestion>, IdentityError> {
    let mut questions = Vec::new();
    for signature in signatures {
        if let RawSignature::Erc1271(signature) = signature {
            let question = signature.question(text)?;
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    Ok(questions)
}
