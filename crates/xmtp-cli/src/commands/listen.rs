//! `xmtp listen`: messages of all conversations as they arrive.
use crate::{
    args::{GlobalOptions, ListenArgs, StreamMessagesArgs},
    commands::stream,
    error::CliError,
    output,
    show::{Transcript, message_json},
};
use xmtp_client::Message;

/// Prints messages until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(options: &GlobalOptions, args: ListenArgs) -> Result<(), CliError> {
    let all = StreamMessagesArgs { with: None, kind: None, consent: Vec::new(), ids: args.ids, stream: args.stream };
    stream::messages::run(options, all).await
}

/// Prints a message the way the user asked for.
///
/// # Errors
/// [`CliError::OutputClosed`] if the reader has gone.
pub(super) async fn print(message: &Message, as_json: bool, transcript: &mut Transcript) -> Result<(), CliError> {
    if as_json {
        output::json(&message_json(message))
    } else {
        output::line(&transcript.lines(message, output::columns()).await)
    }
}
