//! `xmtp conversations show`.
use crate::{
    args::{GlobalOptions, SyncArgs},
    error::CliError,
    output, resolve, session,
    show::{Known, Names},
    target::Target,
};
use xmtp_client::{Client, Conversation};

/// Shows one conversation.
///
/// # Errors
/// [`CliError`] if there is none.
pub(super) async fn run(options: &GlobalOptions, with: &Target, sync: &SyncArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::conversation_at(&client, with, sync).await?;
    show(options, &client, &conversation).await
}

/// Prints a conversation as it is now, such as after a change.
///
/// # Errors
/// [`CliError`].
pub(in crate::commands) async fn show(
    options: &GlobalOptions,
    client: &Client,
    conversation: &Conversation,
) -> Result<(), CliError> {
    let known = Known::read(conversation).await?;
    if options.json {
        return output::json(&known.to_json());
    }
    for (label, fact) in known.facts(client, &mut Names::new(client.clone())).await {
        output::line(&format!("{label:<14}{fact}"))?;
    }
    Ok(())
}
