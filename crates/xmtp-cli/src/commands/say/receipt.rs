//! `xmtp receipt`: telling a conversation that it was read.
use super::say;
use crate::{
    args::{GlobalOptions, LaterArgs, SyncArgs},
    error::CliError,
    resolve, session,
    target::Target,
};
use xmtp_content_types::Content;

/// Sends a read receipt; prints its id.
///
/// # Errors
/// As for `xmtp send`.
pub(in crate::commands) async fn run(options: &GlobalOptions, with: &Target, later: LaterArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    // A sync would send what is kept already.
    let sync = SyncArgs { no_sync: later.later };
    let conversation = resolve::conversation_at(&client, with, &sync).await?;
    say(options, &conversation, &Content::ReadReceipt, later).await
}
