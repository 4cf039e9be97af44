//! Asking chains whether smart contract wallets signed.
//!
//! Released clients ask the node, which asks the chain, and so does this one unless it is given a
//! [`ContractVerifier`] of its own: then nobody has to be believed but the endpoint that one asks.
//!
//! An update that a contract wallet signed is kept only once its chain said yes, so that whatever the store holds was
//! vouched for when it was fetched. A chain that cannot be asked is a failure that can pass, never a reason to hold an
//! update for invalid: a reader who did that would part from those who could ask.
use crate::{ClientError, Signature, Signer};
use async_trait::async_trait;
use std::{fmt::Debug, sync::Arc};
use xmtp_delivery::{DeliveryError, Transport};
use xmtp_identity::{ContractAnswers, Erc1271Signature, IdentityError, SignatureKind, UnverifiedUpdate, UpdateRequest};
use xmtp_types::{AccountId, ContractAnswer, ContractQuestion};

/// Answers whether smart contract wallets signed.
#[async_trait]
pub trait ContractVerifier: Debug + Send + Sync {
    /// The answers, in the order of the questions. Whatever keeps a chain from being asked is
    /// [`ContractAnswer::Unanswered`] for its question.
    ///
    /// # Errors
    /// [`DeliveryError`] if nobody could be asked anything.
    async fn ask(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError>;
}

const _: fn(Box<dyn ContractVerifier>) = |_| {};

/// Lets the node ask, as released clients do.
#[derive(Debug)]
pub(crate) struct AskNode(pub(crate) Arc<dyn Transport>);

#[async_trait]
impl ContractVerifier for AskNode {
    async fn ask(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.0.ask_contracts(questions).await
    }
}

/// Asks the chains directly.
#[cfg(feature = "chain")]
#[async_trait]
impl ContractVerifier for xmtp_chain::Chains {
    async fn ask(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        let unanswered = |error: xmtp_chain::ChainError| ContractAnswer::Unanswered { reason: error.to_string() };
        Ok(self.ask_all(questions).await.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect())
    }
}

/// What chains answered, yes or no or not at all.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What is known now.
    pub(crate) answers: ContractAnswers,
    open: Vec<(ContractQuestion, String)>,
}

impl Asked {
    /// Says so if a chain that `update` needs could not be asked.
    ///
    /// # Errors
    /// [`ClientError::ChainNotAsked`].
    pub(crate) fn check(&self, update: &UnverifiedUpdate) -> Result<(), ClientError> {
        self.check_all(&questions_of(update))
    }

    fn check_all(&self, questions: &[ContractQuestion]) -> Result<(), ClientError> {
        match self.open.iter().find(|(question, _)| questions.contains(question)) {
            Some((question, reason)) => {
                Err(ClientError::ChainNotAsked { chain: question.account.chain(), reason: reason.clone() })
            }
            None => Ok(()),
        }
    }
}

/// Puts the contract signatures of `updates` to their chains, all in one go; no request if there are none.
///
/// # Errors
/// [`ClientError::Delivery`] if nobody could be asked.
pub(crate) async fn ask_about(
    verifier: &dyn ContractVerifier,
    updates: &[&UnverifiedUpdate],
) -> Result<Asked, ClientError> {
    let mut questions: Vec<_> = updates.iter().copied().flat_map(questions_of).collect();
    questions.sort();
    questions.dedup();
    ask(verifier, questions).await
}

/// What chains say about the contract signatures of `updates`.
///
/// # Errors
/// [`ClientError::ChainNotAsked`] if one of the chains could not be asked, [`ClientError::Delivery`] if none could.
pub(crate) async fn answers(
    verifier: &dyn ContractVerifier,
    updates: &[&UnverifiedUpdate],
) -> Result<ContractAnswers, ClientError> {
    let asked = ask_about(verifier, updates).await?;
    updates.iter().try_for_each(|update| asked.check(update))?;
    Ok(asked.answers)
}

/// Marks what `updates` ask as answered with yes: it was, when they were fetched.
pub(crate) fn vouched<'a>(updates: impl IntoIterator<Item = &'a UnverifiedUpdate>) -> ContractAnswers {
    let mut answers = ContractAnswers::none();
    for question in updates.into_iter().flat_map(questions_of) {
        answers.insert(question, &ContractAnswer::Signed { block: None });
    }
    answers
}

/// A signature whose account is none asks nothing: it is refused when the update is verified.
fn questions_of(update: &UnverifiedUpdate) -> Vec<ContractQuestion> {
    update.contract_questions().unwrap_or_default()
}

async fn ask(verifier: &dyn ContractVerifier, questions: Vec<ContractQuestion>) -> Result<Asked, ClientError> {
    let mut asked = Asked::default();
    if questions.is_empty() {
        return Ok(asked);
    }
    let given = verifier.ask(&questions).await?;
    if given.len() != questions.len() {
        return Err(DeliveryError::Malformed("another number of answers than questions".into()).into());
    }
    for (question, answer) in questions.into_iter().zip(given) {
        match answer {
            ContractAnswer::Unanswered { reason } => asked.open.push((question, reason)),
            answer => asked.answers.insert(question, &answer),
        }
    }
    Ok(asked)
}

/// Has `signer` sign `request`. The signature of a smart contract wallet is put to its chain, whose answer says at which
/// block it counts.
///
/// # Errors
/// [`ClientError`] if the wallet refuses, is none that the request waits for, or its chain says no or cannot be asked.
pub(crate) async fn sign(
    verifier: &dyn ContractVerifier,
    request: &mut UpdateRequest,
    signer: &dyn Signer,
) -> Result<(), ClientError> {
    let text = request.signing_text().to_owned();
    match signer.sign(&text).await? {
        Signature::Erc1271(signature) if signature.block_number == 0 => {
            let (signature, answers) = at_newest_block(verifier, signature, &text).await?;
            Ok(request.add_signature_with(Signature::Erc1271(signature), &answers)?)
        }
        Signature::Erc1271(signature) => {
            let question = signature.question(&text)?;
            let asked = ask(verifier, vec![question.clone()]).await?;
            asked.check_all(&[question])?;
            Ok(request.add_signature_with(Signature::Erc1271(signature), &asked.answers)?)
        }
        signature => Ok(request.add_signature(signature)?),
    }
}

async fn at_newest_block(
    verifier: &dyn ContractVerifier,
    signature: Erc1271Signature,
    text: &str,
) -> Result<(Erc1271Signature, ContractAnswers), ClientError> {
    let refused = |cause| IdentityError::InvalidSignature { kind: SignatureKind::Erc1271, cause };
    let account: AccountId =
        signature.account_id.parse().map_err(|_| refused("its account id is no account on a chain"))?;
    let (mut signature, question) = Erc1271Signature::fresh(&account, signature.bytes, text);
    let answer = verifier.ask(std::slice::from_ref(&question)).await?.pop();
    match answer {
        Some(ContractAnswer::Signed { block: Some(block) }) => {
            signature.block_number = block;
            let mut answers = ContractAnswers::none();
            answers.insert(signature.question(text)?, &ContractAnswer::Signed { block: Some(block) });
            Ok((signature, answers))
        }
        Some(ContractAnswer::NotSigned) => Err(refused("its chain says that the wallet did not sign this text").into()),
        Some(ContractAnswer::Unanswered { reason }) => {
            Err(ClientError::ChainNotAsked { chain: account.chain(), reason })
        }
        _ => Err(DeliveryError::Malformed("an answer of a chain without its block".into()).into()),
    }
}
