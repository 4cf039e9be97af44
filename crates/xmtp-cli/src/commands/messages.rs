//! `xmtp messages`: what was said in a conversation.
use crate::{
    args::{GlobalOptions, MessagesArgs},
    commands::listen::print,
    error::CliError,
    output, progress, session,
    show::{Label, Transcript},
    target::Target,
    thread::Thread,
};

/// Prints the newest messages of a conversation, oldest first.
///
/// # Errors
/// [`CliError`] if there is no such conversation or the network is needed and away.
pub(super) async fn run(options: &GlobalOptions, args: MessagesArgs) -> Result<(), CliError> {
    let target: Target = args.with.parse()?;
    let client = session::open(options).await?.client;
    if !args.sync.no_sync {
        progress::during("syncing", client.conversations().sync_all()).await?;
    }
    let messages = Thread::find(&client, target).await?.messages(&client, args.limit, args.before).await?;
    if messages.is_empty() && !options.json {
        output::note("no messages yet");
    }
    let mut transcript = Transcript::new(client, Label::None);
    for message in &messages {
        print(message, options.json, &mut transcript).await?;
    }
    Ok(())
}
