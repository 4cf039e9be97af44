//! `xmtp messages`, `message` and `count`: what was said in a conversation.
use crate::{
    args::{CountArgs, FilterArgs, GlobalOptions, MessageArgs, MessagesArgs, SyncArgs},
    commands::listen::print,
    error::CliError,
    output, progress, resolve, session,
    show::{Label, Transcript},
    thread::Thread,
};
use serde_json::json;
use std::{fs::OpenOptions, io::Write, path::Path};
use xmtp_client::{Client, Message, MessageOrder, MessageQuery};
use xmtp_content_types::Content;

/// Prints messages: the newest, oldest first, unless another order was asked for.
///
/// # Errors
/// [`CliError`] if there is no such conversation or the network is needed and away.
pub(super) async fn list(options: &GlobalOptions, args: MessagesArgs) -> Result<(), CliError> {
    let client = open(options, &args.sync).await?;
    let mut query = query(&client, &args.filter).await?;
    query.limit = Some(args.limit);
    query.order = args.order.map_or(MessageOrder::SentDescending, MessageOrder::from);
    if let Some(id) = args.before {
        let message = client.message(id).await?;
        let message = message.ok_or_else(|| CliError::usage("no such message is kept: check its id"))?;
        query.beyond = Some(message.place());
    }
    let mut messages = Thread::find(&client, &args.with).await?.messages(&client, query).await?;
    if args.order.is_none() {
        messages.reverse();
    }
    if messages.is_empty() && !options.json {
        output::note("no such messages");
    }
    let mut transcript = Transcript::new(client, Label::None).with_ids(args.ids);
    for message in &messages {
        print(message, options.json, &mut transcript).await?;
    }
    Ok(())
}

/// Counts messages.
///
/// # Errors
/// As [`list`].
pub(super) async fn count(options: &GlobalOptions, args: CountArgs) -> Result<(), CliError> {
    let client = open(options, &args.sync).await?;
    let query = query(&client, &args.filter).await?;
    let count = match Thread::find(&client, &args.with).await?.to_read(&client).await? {
        Some(conversation) => conversation.count_messages(query).await?,
        None => 0,
    };
    if options.json { output::json(&json!({ "count": count })) } else { output::line(&count.to_string()) }
}

/// Prints one message.
///
/// # Errors
/// [`CliError::Refused`] if it is not kept.
pub(super) async fn one(options: &GlobalOptions, args: MessageArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let message = match client.message(args.message).await? {
        None if !args.sync.no_sync => resolve::message(&client, args.message).await?.0,
        known => known.ok_or_else(resolve::no_such_message)?,
    };
    if let Some(path) = &args.save {
        save(&message, path)?;
    }
    print(&message, options.json, &mut Transcript::new(client, Label::Groups)).await
}

/// Writes the file that a message carries. One that is there is never written over.
fn save(message: &Message, path: &Path) -> Result<(), CliError> {
    let content = match Content::from_bytes(&message.content) {
        Content::Reply(reply) => *reply.content,
        content => content,
    };
    let Content::Attachment(file) = content else {
        return Err(CliError::Refused("this message carries no file".to_owned()));
    };
    if message.deleted.is_some() {
        return Err(CliError::Refused("this message was deleted".to_owned()));
    }
    let new = OpenOptions::new().write(true).create_new(true).open(path);
    new.and_then(|mut new| new.write_all(&file.data))
        .map_err(|source| CliError::io(format!("write {}", path.display()), source))?;
    output::note(&format!("wrote {} bytes to {}", file.data.len(), path.display()));
    Ok(())
}

async fn open(options: &GlobalOptions, sync: &SyncArgs) -> Result<Client, CliError> {
    let client = session::open(options).await?.client;
    if !sync.no_sync {
        progress::sync_all(&client, &[]).await?;
    }
    Ok(client)
}

async fn query(client: &Client, filter: &FilterArgs) -> Result<MessageQuery, CliError> {
    let excluded_senders = resolve::inboxes(client, &filter.not_from).await?;
    Ok(MessageQuery { excluded_senders, ..filter.query() })
}
