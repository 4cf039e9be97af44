//! `xmtp stream messages`.
use super::{
    end::{Count, until},
    position,
};
use crate::{
    args::{GlobalOptions, StreamMessagesArgs},
    commands::listen::print,
    error::CliError,
    output, progress, resolve, session,
    show::{Label, Transcript},
};
use std::io::{self, IsTerminal};
use xmtp_client::{Client, ConsentState, MessageStream, MessageStreamOptions};

/// Prints messages until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: StreamMessagesArgs) -> Result<(), CliError> {
    until(&args.stream, async |count| follow(options, &args, &count).await).await
}

async fn follow(options: &GlobalOptions, args: &StreamMessagesArgs, count: &Count) -> Result<(), CliError> {
    let session = session::open(options).await?;
    let mut messages = progress::during("connecting", open(&session.client, args)).await?;
    if io::stderr().is_terminal() {
        output::note(&format!("listening as {}; Ctrl-C stops", session.address));
    }
    let label = if args.with.is_some() { Label::None } else { Label::Groups };
    let mut transcript = Transcript::new(session.client.clone(), label).with_ids(args.ids);
    while let Some(message) = messages.next().await? {
        print(&message, options.json, &mut transcript).await?;
        if count.is_full() {
            break;
        }
    }
    Ok(())
}

async fn open(client: &Client, args: &StreamMessagesArgs) -> Result<MessageStream, CliError> {
    let from = position(args.stream.from);
    if let Some(target) = &args.with {
        let conversation = resolve::fresh_conversation(client, target).await?;
        return Ok(conversation.stream_messages_from(from).await?);
    }
    let consent = args.consent.iter().map(|choice| ConsentState::from(*choice)).collect();
    Ok(client.stream_messages_with(MessageStreamOptions { from, kind: args.kind.map(Into::into), consent }).await?)
}
