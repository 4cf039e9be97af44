//! `xmtp send`: one message.
use crate::{
    args::{GlobalOptions, SendArgs},
    error::CliError,
    output, progress, session,
    target::Target,
    thread::Thread,
};
use serde_json::json;
use std::io::Read;
use xmtp_client::{Client, ClientError, Conversation, MessageId};
use xmtp_content_types::{Content, Reply};

/// Sends a message and prints its id.
///
/// # Errors
/// [`CliError`]; if the message was kept to be sent later its id is printed all the same.
pub(super) async fn run(options: &GlobalOptions, args: SendArgs) -> Result<(), CliError> {
    let target: Target = args.to.parse()?;
    let content = content(args)?;
    let client = session::open(options).await?.client;
    let (conversation, sent) = progress::during("sending", send(&client, target, &content)).await?;
    let (id, status) = match &sent {
        Ok(id) => (*id, "published"),
        Err(ClientError::Queued { message, .. }) => (*message, "queued"),
        Err(_) => return Ok(sent.map(drop)?),
    };
    tell(options.json, id, &conversation, status)?;
    Ok(sent.map(drop)?)
}

fn tell(as_json: bool, id: MessageId, conversation: &Conversation, status: &str) -> Result<(), CliError> {
    if as_json {
        let conversation = conversation.id().to_string();
        return output::json(&json!({ "id": id.to_string(), "conversation_id": conversation, "status": status }));
    }
    output::line(&id.to_string())
}

fn content(args: SendArgs) -> Result<Content, CliError> {
    let text = if args.text == "-" { read_input()? } else { args.text };
    if text.trim().is_empty() {
        return Err(CliError::usage("there is nothing to send: the message is empty"));
    }
    let content = if args.markdown { Content::markdown(text) } else { Content::text(text) };
    Ok(match args.reply_to {
        Some(message) => Content::from(Reply::new(message, content)),
        None => content,
    })
}

/// All of standard input, without the line break that ends it.
fn read_input() -> Result<String, CliError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|source| CliError::io("read standard input", source))?;
    let kept = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)).map(str::len);
    text.truncate(kept.unwrap_or(text.len()));
    Ok(text)
}

/// Hears of conversations that others began and of members who came and went, then sends.
async fn send(
    client: &Client,
    target: Target,
    content: &Content,
) -> Result<(Conversation, Result<MessageId, ClientError>), CliError> {
    client.conversations().sync().await?;
    let conversation = Thread::find(client, target).await?.to_write_to(client).await?;
    conversation.sync().await?;
    let sent = conversation.send(content.to_bytes(), content.should_push()).await;
    Ok((conversation, sent))
}
