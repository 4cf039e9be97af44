//! Taking an identity update: checked against the whole history of its inbox, kept with what follows from it.
use super::{
    ask_chains,
    inboxes::{Inboxes, Standing},
};
use crate::{
    accept,
    error::{LogError, Refusal},
    log::Append,
    v3::Context,
};
use prost::Message;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use xmtp_identity::{ContractAnswers, InboxState, VerifiedUpdate};
use xmtp_proto::xmtp::identity::associations::IdentityUpdate;
use xmtp_types::{InboxId, SequenceId};

/// Updates an inbox may have. Source of fact: XIP-46, and observed on the official node.
const MAX_UPDATES: u32 = 256;

/// Keeps an update. One that is there already, byte for byte, counts as kept: its sender lost our answer.
///
/// # Errors
/// [`Refusal::Unknown`] if it is missing or its inbox is full, [`Refusal::Invalid`] if a signature or rule does not
/// hold or the chain of a signature is not known here, [`Refusal::ChainAway`], [`Refusal::Log`].
pub(super) async fn publish(
    context: Context,
    inboxes: Arc<Inboxes>,
    update: Option<IdentityUpdate>,
) -> Result<(), Refusal> {
    let update = update.ok_or(Refusal::Unknown("IdentityUpdate is required"))?;
    // A task of its own: a client that hangs up must not leave the lock while the log still works on its update.
    let task = tokio::spawn(async move { check_and_keep(&context, &inboxes, update.encode_to_vec()).await });
    task.await.map_err(|_| Refusal::Stopping)?
}

async fn check_and_keep(context: &Context, inboxes: &Inboxes, bytes: Vec<u8>) -> Result<(), Refusal> {
    let (update, bytes) = verified(context, bytes).await?;
    let inbox = *update.inbox_id();
    let slot = inboxes.slot(inbox);
    let mut slot = slot.lock().await;
    let standing = match slot.take() {
        Some(standing) => standing,
        None => load(context, inbox).await?,
    };
    if standing.updates >= MAX_UPDATES {
        *slot = Some(standing);
        return Err(Refusal::Unknown("inbox log is full"));
    }
    match accept::association(standing.state.as_ref(), &update, bytes.clone()) {
        Ok((state, entry)) => {
            context.log.append(Append::IdentityUpdate(entry)).await?;
            *slot = Some(Standing { state: Some(state), updates: standing.updates + 1 });
            Ok(())
        }
        Err(refusal) => {
            *slot = Some(standing);
            // NODE.R10
            if is_kept(context, inbox, &bytes).await? { Ok(()) } else { Err(refusal) }
        }
    }
}

/// The update, once all its signatures hold. Chains are asked here, before the inbox is locked: they may take long, and
/// what they say does not depend on the inbox.
async fn verified(context: &Context, bytes: Vec<u8>) -> Result<(VerifiedUpdate, Vec<u8>), Refusal> {
    let stopping = |_| Refusal::Stopping;
    let read = spawn_blocking(move || accept::unverified_update(&bytes).map(|update| (update, bytes)));
    let ((update, questions), bytes) = read.await.map_err(stopping)??;
    let mut answers = ContractAnswers::none();
    for (question, answer) in questions.iter().zip(ask_chains::ask(context, &questions).await?) {
        // NODE.R19
        let answer = answer.map_err(|unknown| Refusal::invalid(format!("invalid identity update: {unknown}")))?;
        answers.insert(question.clone(), &answer);
    }
    let verified = spawn_blocking(move || accept::identity_update(update, &answers)).await.map_err(stopping)??;
    Ok((verified, bytes))
}

async fn load(context: &Context, inbox: InboxId) -> Result<Standing, LogError> {
    let Some(stored) = context.log.inbox(inbox).await? else {
        return Ok(Standing::default());
    };
    let state = InboxState::from_bytes(&stored.state).map_err(|_| LogError::Damaged("inbox state"))?;
    Ok(Standing { state: Some(state), updates: stored.updates })
}

async fn is_kept(context: &Context, inbox: InboxId, bytes: &[u8]) -> Result<bool, LogError> {
    let logs = context.log.identity_updates(vec![(inbox, SequenceId::ZERO)]).await?;
    Ok(logs.iter().flatten().any(|update| update.body == bytes))
}
