//! `xmtp messages`, `message` and `count`: what was said in a conversation.
use crate::{
    args::{CountArgs, FilterArgs, GlobalOptions, MessageArgs, MessagesArgs, SyncArgs},
    commands::{listen::print, save::save},
    error::CliError,
    output, progress, resolve, session,
    show::{Label, Transcript},
    target::Target,
    thread::Thread,
};
use serde_json::json;
use xmtp_client::{Client, MessageOrder, MessageQuery};

/// Prints messages: the newest, oldest first, unless another order was asked for.
///
/// # Errors
/// [`CliError`] if there is no such conversation or the network is needed and away.
pub(super) async fn list(options: &GlobalOptions, args: MessagesArgs) -> Result<(), CliError> {
    let (client, thread) = open(options, &args.with, &args.sync).await?;
    let mut query = query(&client, &args.filter).await?;
    query.limit = Some(args.limit);
    query.order = args.order.map_or(MessageOrder::SentDescending, MessageOrder::from);
    if let Some(id) = args.before {
        let message = client.message(id).await?;
        let message = message.ok_or_else(|| CliError::usage("no such message is kept: check its id"))?;
        query.beyond = Some(message.place());
    }
    let mut messages = thread.messages(&client, query).await?;
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
    let (client, thread) = open(options, &args.with, &args.sync).await?;
    let query = query(&client, &args.filter).await?;
    let count = match thread.to_read(&client).await? {
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
        save(&message, path, args.allow_host).await?;
    }
    print(&message, options.json, &mut Transcript::new(client, Label::Groups)).await
}

/// The client, and what was said with someone; new conversations and this one are fetched first, unless the user wants no
/// network.
async fn open(options: &GlobalOptions, with: &Target, sync: &SyncArgs) -> Result<(Client, Thread), CliError> {
    let client = session::open(options).await?.client;
    if sync.no_sync {
        let thread = Thread::find(&client, with).await?;
        return Ok((client, thread));
    }
    let fetching = async {
        client.conversations().sync().await?;
        let thread = Thread::find(&client, with).await?;
        if let Some(conversation) = thread.to_read(&client).await? {
            conversation.sync().await?;
        }
        Ok::<_, CliError>(thread)
    };
    let thread = progress::during("syncing", fetching).await?;
    Ok((client, thread))
}

async fn query(client: &Client, filter: &FilterArgs) -> Result<MessageQuery, CliError> {
    let excluded_senders = resolve::inboxes(client, &filter.not_from).await?;
    Ok(MessageQuery { excluded_senders, ..filter.query() })
}
