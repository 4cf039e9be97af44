//! `xmtp react`: an emoji for a message.
use super::say;
use crate::{
    args::{GlobalOptions, ReactArgs},
    error::CliError,
    resolve, session,
};
use xmtp_content_types::{Content, Reaction};

/// Gives a message an emoji or takes it back; prints the id of the message that does it.
///
/// # Errors
/// As for `xmtp send`; [`CliError::Refused`] if the message is not kept.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: ReactArgs) -> Result<(), CliError> {
    if args.emoji.trim().is_empty() {
        return Err(CliError::usage("there is nothing to react with: give an emoji"));
    }
    let client = session::open(options).await?.client;
    let (about, conversation) = resolve::message(&client, args.message).await?;
    let reaction =
        if args.remove { Reaction::removed(about.id, args.emoji) } else { Reaction::added(about.id, args.emoji) };
    say(options, &conversation, &Content::from(reaction.to_inbox(about.sender)), args.later).await
}
