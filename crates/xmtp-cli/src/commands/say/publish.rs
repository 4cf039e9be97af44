//! `xmtp publish`: what was kept goes out.
use crate::{args::GlobalOptions, error::CliError, output, progress, resolve, session, target::Target};
use serde_json::json;
use xmtp_client::{DeliveryStatus, MessageQuery};

/// Sends everything that waits in a conversation.
///
/// # Errors
/// [`CliError::Client`] if the network is away: it goes out later.
pub(in crate::commands) async fn run(options: &GlobalOptions, with: &Target) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::conversation(&client, with).await?;
    let waiting = || MessageQuery { status: Some(DeliveryStatus::Unpublished), ..MessageQuery::default() };
    let before = conversation.count_messages(waiting()).await?;
    progress::during("publishing", conversation.publish()).await?;
    let sent = before.saturating_sub(conversation.count_messages(waiting()).await?);
    if options.json {
        return output::json(&json!({ "conversation_id": conversation.id().to_string(), "published": sent }));
    }
    output::note(&format!("{sent} messages sent"));
    Ok(())
}
