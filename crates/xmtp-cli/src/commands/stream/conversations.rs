//! `xmtp stream conversations`.
use super::{
    end::{Count, until},
    position,
};
use crate::{
    args::{GlobalOptions, KindChoice, StreamArgs},
    error::CliError,
    output, progress, session,
    show::{Known, Names, conversation_kind, minute},
};
use xmtp_client::ConversationStreamOptions;

/// Prints conversations until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(
    options: &GlobalOptions,
    kind: Option<KindChoice>,
    stream: &StreamArgs,
) -> Result<(), CliError> {
    until(stream, async |count| follow(options, kind, stream, &count).await).await
}

async fn follow(
    options: &GlobalOptions,
    kind: Option<KindChoice>,
    stream: &StreamArgs,
    count: &Count,
) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let wanted = ConversationStreamOptions {
        from: position(stream.from),
        kind: kind.map(Into::into),
        ..ConversationStreamOptions::default()
    };
    let conversations = client.conversations();
    let mut found = progress::during("connecting", conversations.stream_with(wanted)).await?;
    let mut names = Names::new(client.clone());
    while let Some(conversation) = found.next().await? {
        let known = Known::read(&conversation).await?;
        if options.json {
            output::json(&known.to_json())?;
        } else {
            let title = known.title(&client, &mut names).await;
            let (at, kind) = (minute(conversation.created_at()), conversation_kind(conversation.kind()));
            output::line(&format!("{at}  {}  {kind:<5}  {title}", conversation.id()))?;
        }
        if count.is_full() {
            break;
        }
    }
    Ok(())
}
