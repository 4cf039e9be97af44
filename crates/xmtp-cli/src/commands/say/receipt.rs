//! `xmtp receipt`: telling a conversation that it was read.
use super::say;
use crate::{args::GlobalOptions, error::CliError, resolve, session, target::Target};
use xmtp_content_types::Content;

/// Sends a read receipt; prints its id.
///
/// # Errors
/// As for `xmtp send`.
pub(in crate::commands) async fn run(options: &GlobalOptions, with: &Target) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::fresh_conversation(&client, with).await?;
    say(options, &conversation, &Content::ReadReceipt).await
}
