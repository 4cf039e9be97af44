//! Asking chains on behalf of a client.
use crate::{error::Refusal, v3::Context};
use xmtp_chain::ChainError;
use xmtp_types::{ContractAnswer, ContractQuestion};

/// What chains said, in the order of the questions; or, for people, why a question can never be answered here.
///
/// # Errors
/// [`Refusal::ChainAway`] if a chain is known and cannot be asked now. What is unknown now may be a yes, so that no
/// question is answered then: a client would take it for a no and turn away a good member.
pub(super) async fn ask(
    context: &Context,
    questions: &[ContractQuestion],
) -> Result<Vec<Result<ContractAnswer, String>>, Refusal> {
    let answers = tokio::select! {
        answers = context.chains.ask_all(questions) => answers,
        () = context.stop.cancelled() => return Err(Refusal::Stopping),
    };
    let answers = answers.into_iter().zip(questions).map(|(answer, question)| {
        let chain = question.account.chain();
        match answer {
            Ok(answer) => Ok(Ok(answer)),
            // NODE.R19
            Err(cause) if cause.is_retryable() => {
                tracing::warn!(%cause, "a chain cannot be asked");
                Err(Refusal::ChainAway(chain))
            }
            // Which variable to set is for whoever runs the node to know.
            Err(ChainError::NoEndpoint(_)) => Ok(Err(format!("this node has no endpoint for chain {chain}"))),
            Err(cause) => Ok(Err(cause.to_string())),
        }
    });
    answers.collect()
}
