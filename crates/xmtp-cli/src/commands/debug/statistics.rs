//! `xmtp debug statistics`: how much there is.
use crate::{args::GlobalOptions, error::CliError, output, session};
use serde_json::{Value, json};
use xmtp_client::{Client, ConversationKind, DeliveryStatus, GroupQuery, GroupStatus, MessageQuery};

/// Counts what is kept here; asks no network.
///
/// # Errors
/// [`CliError::Client`] if the database cannot be read.
pub(super) async fn run(options: &GlobalOptions) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let counted = counted(&client).await?;
    if options.json {
        return output::json(&counted);
    }
    if let Value::Object(fields) = &counted {
        for (name, value) in fields {
            output::line(&format!("{:<26}{value}", name.replace('_', " ")))?;
        }
    }
    Ok(())
}

async fn counted(client: &Client) -> Result<Value, CliError> {
    let all = client.conversations().list_with_duplicates(GroupQuery::default()).await?;
    let (mut groups, mut stuck, mut removed, mut paused) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut failed_sends = 0;
    for conversation in &all {
        groups += u64::from(conversation.kind() == ConversationKind::Group);
        match conversation.status().await? {
            GroupStatus::Active => {}
            GroupStatus::Removed => removed += 1,
            GroupStatus::Paused { .. } => paused += 1,
            GroupStatus::Stuck { .. } => stuck += 1,
        }
        failed_sends += conversation.failed_sends().await?.len();
    }
    let (mut messages, mut unpublished) = (0, 0);
    // Direct conversations with the same inbox share their messages.
    for conversation in client.conversations().list(GroupQuery::default()).await? {
        messages += conversation.count_messages(MessageQuery::default()).await?;
        let waiting = MessageQuery { status: Some(DeliveryStatus::Unpublished), ..MessageQuery::default() };
        unpublished += conversation.count_messages(waiting).await?;
    }
    let work = client.statistics();
    Ok(json!({
        "conversations": all.len(),
        "groups": groups,
        "dms": u64::try_from(all.len()).unwrap_or(u64::MAX).saturating_sub(groups),
        "removed": removed,
        "paused": paused,
        "stuck": stuck,
        "messages": messages,
        "unpublished_messages": unpublished,
        "failed_sends": failed_sends,
        "stored_position": client.newest_position().await?,
        "database_steps": work.steps,
        "database_reads": work.reads,
    }))
}
