//! `xmtp reply`: an answer to a message.
use super::{say, words::words};
use crate::{
    args::{GlobalOptions, ReplyArgs},
    error::CliError,
    resolve, session,
};
use xmtp_content_types::{Content, Reply};

/// Answers a message; prints the id of the answer.
///
/// # Errors
/// As for `xmtp send`; [`CliError::Refused`] if the message is not kept.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: ReplyArgs) -> Result<(), CliError> {
    let words = words(args.text, args.markdown)?;
    let client = session::open(options).await?.client;
    let (answered, conversation) = resolve::message(&client, args.message).await?;
    let answer = Content::from(Reply::new(answered.id, words).to_inbox(answered.sender));
    say(options, &conversation, &answer, args.later).await
}
