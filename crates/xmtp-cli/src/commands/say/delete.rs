//! `xmtp delete`: a message goes for everybody.
use super::told;
use crate::{
    args::{DeleteArgs, GlobalOptions},
    confirm::confirm,
    error::CliError,
    progress, resolve, session,
};

/// Deletes a message; prints the id of the message that tells the others.
///
/// # Errors
/// [`CliError::Client`]: only its sender and super admins may, and only what a member says.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: DeleteArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let (message, conversation) = resolve::message(&client, args.message).await?;
    confirm(&format!("Message {} will be hidden from everybody.", message.id), args.yes)?;
    told(options, &conversation, progress::during("deleting", conversation.delete_message(message.id)).await)
}
