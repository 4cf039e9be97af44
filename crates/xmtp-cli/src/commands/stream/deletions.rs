//! `xmtp stream deletions`.
use super::{
    end::{Count, until},
    position,
};
use crate::{
    args::{GlobalOptions, StreamArgs},
    error::CliError,
    output, progress, session,
    show::{minute, rfc3339},
};
use serde_json::json;
use xmtp_client::{Deletion, DeletionCause, InboxId};

/// Prints messages that go, until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(options: &GlobalOptions, stream: &StreamArgs) -> Result<(), CliError> {
    until(stream, async |count| follow(options, stream, &count).await).await
}

async fn follow(options: &GlobalOptions, stream: &StreamArgs, count: &Count) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let opening = client.stream_deletions_from(position(stream.from));
    let mut deletions = progress::during("connecting", opening).await?;
    while let Some(deletion) = deletions.next().await? {
        print(options, &deletion)?;
        if count.is_full() {
            break;
        }
    }
    Ok(())
}

fn print(options: &GlobalOptions, deletion: &Deletion) -> Result<(), CliError> {
    let (cause, by) = match deletion.cause {
        DeletionCause::Expired => ("expired", None),
        DeletionCause::Sender => ("sender", None),
        DeletionCause::SuperAdmin(inbox) => ("super_admin", Some(inbox)),
    };
    if options.json {
        return output::json(&json!({
            "message_id": deletion.message.to_string(),
            "conversation_id": deletion.conversation.to_string(),
            "cause": cause,
            "by_inbox_id": by.as_ref().map(InboxId::to_string),
            "at": rfc3339(deletion.at),
        }));
    }
    let by = by.map(|inbox| format!(" {inbox}")).unwrap_or_default();
    output::line(&format!("{}  {}  {}{by}", minute(deletion.at), deletion.message, cause.replace('_', " ")))
}
