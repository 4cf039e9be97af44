//! `xmtp stream`: what happens, a line each, as it happens.

mod conversations;
mod deletions;
mod end;
pub(super) mod messages;
mod preferences;

use crate::{
    args::{From, GlobalOptions, StreamCommand},
    error::CliError,
};
use xmtp_client::StreamPosition;

/// Does what was typed after `xmtp stream`.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(options: &GlobalOptions, command: StreamCommand) -> Result<(), CliError> {
    match command {
        StreamCommand::Messages(args) => messages::run(options, args).await,
        StreamCommand::Conversations { kind, stream } => conversations::run(options, kind, &stream).await,
        StreamCommand::Preferences(stream) => preferences::run(options, &stream).await,
        StreamCommand::Deletions(stream) => deletions::run(options, &stream).await,
    }
}

const fn position(from: From) -> StreamPosition {
    match from {
        From::Start => StreamPosition::Start,
        From::Now => StreamPosition::Now,
    }
}
