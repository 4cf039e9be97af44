//! `xmtp listen`: messages of all conversations as they arrive.
use crate::{
    args::{From, GlobalOptions, ListenArgs},
    error::CliError,
    output, progress, session,
    show::{Label, Transcript, message_json},
};
use std::io::{self, IsTerminal};
use xmtp_client::{Message, StreamPosition};

/// Prints messages until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(options: &GlobalOptions, args: ListenArgs) -> Result<(), CliError> {
    let mut stop = xmtp_agent::Shutdown::listen()?;
    tokio::select! {
        ended = listen(options, args) => ended,
        () = stop.requested() => Ok(()),
    }
}

async fn listen(options: &GlobalOptions, args: ListenArgs) -> Result<(), CliError> {
    let session = session::open(options).await?;
    let position = match args.from {
        From::Start => StreamPosition::Start,
        From::Now => StreamPosition::Now,
    };
    let opened = progress::during("connecting", session.client.stream_messages_from(position)).await;
    let mut messages = opened?;
    if io::stderr().is_terminal() {
        output::note(&format!("listening as {}; Ctrl-C stops", session.address));
    }
    let mut transcript = Transcript::new(session.client.clone(), Label::Groups);
    while let Some(message) = messages.next().await? {
        print(&message, options.json, &mut transcript).await?;
    }
    Ok(())
}

/// Prints a message the way the user asked for.
pub(super) async fn print(message: &Message, as_json: bool, transcript: &mut Transcript) -> Result<(), CliError> {
    if as_json {
        output::json(&message_json(message))
    } else {
        output::line(&transcript.lines(message, output::columns()).await)
    }
}
