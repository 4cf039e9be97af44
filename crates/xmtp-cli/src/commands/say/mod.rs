//! Saying something: one file a verb, and what they share.

pub(super) mod delete;
pub(super) mod publish;
pub(super) mod react;
pub(super) mod receipt;
pub(super) mod reply;
pub(super) mod send;
mod words;

use crate::{
    args::{GlobalOptions, LaterArgs},
    error::CliError,
    output, progress,
};
use serde_json::json;
use xmtp_client::{ClientError, Conversation, MessageId};
use xmtp_content_types::Content;

/// Sends content, or keeps it here until it is published, and prints the id of the message.
///
/// # Errors
/// [`CliError`]; if the message waits for the network its id is printed all the same.
async fn say(
    options: &GlobalOptions,
    conversation: &Conversation,
    content: &Content,
    later: LaterArgs,
) -> Result<(), CliError> {
    if later.later {
        let id = conversation.send_later(content.to_bytes(), content.should_push()).await?;
        return tell(options, id, conversation, "kept");
    }
    let sending = conversation.send(content.to_bytes(), content.should_push());
    told(options, conversation, progress::during("sending", sending).await)
}

/// Prints the id of a message that was sent, or waits for the network.
///
/// # Errors
/// What went wrong with sending.
fn told(
    options: &GlobalOptions,
    conversation: &Conversation,
    sent: Result<MessageId, ClientError>,
) -> Result<(), CliError> {
    let (id, status) = match &sent {
        Ok(id) => (*id, "published"),
        Err(ClientError::Queued { message, .. }) => (*message, "queued"),
        Err(_) => return Ok(sent.map(drop)?),
    };
    tell(options, id, conversation, status)?;
    Ok(sent.map(drop)?)
}

fn tell(options: &GlobalOptions, id: MessageId, conversation: &Conversation, status: &str) -> Result<(), CliError> {
    if options.json {
        let conversation = conversation.id().to_string();
        return output::json(&json!({ "id": id.to_string(), "conversation_id": conversation, "status": status }));
    }
    output::line(&id.to_string())
}
