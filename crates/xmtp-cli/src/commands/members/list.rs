//! `xmtp members list`, `admins` and `super-admins`.
use crate::{
    args::{GlobalOptions, SyncArgs},
    error::CliError,
    output, resolve, session,
    show::{Names, Table, Tone, clean, consent, role, short_id},
    target::Target,
};
use serde_json::json;
use xmtp_client::{Client, ConsentEntity, Conversation, Role};

/// From so many columns on a row has room for a whole inbox id.
const WIDE: usize = 140;

/// Lists those who are at least `least`.
///
/// # Errors
/// [`CliError`] if there is no such conversation.
pub(super) async fn run(options: &GlobalOptions, with: &Target, sync: &SyncArgs, least: Role) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::conversation_at(&client, with, sync).await?;
    list(options, &client, &conversation, least).await
}

/// Prints the members of a conversation as it is now.
///
/// # Errors
/// [`CliError`].
pub(super) async fn list(
    options: &GlobalOptions,
    client: &Client,
    conversation: &Conversation,
    least: Role,
) -> Result<(), CliError> {
    let mut names = Names::new(client.clone());
    let mut table = Table::new(&["address", "role", "devices", "inbox"], &[0, 1, 2]);
    let is_narrow = output::columns().is_some_and(|columns| columns < WIDE);
    for (inbox, member) in conversation.info().await?.members {
        if member.role < least {
            continue;
        }
        let address = names.address(inbox).await;
        if options.json {
            output::json(&json!({
                "inbox_id": inbox.to_string(),
                "address": address,
                "role": role(member.role),
                "installation_ids": member.installations.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "consent": consent(client.preferences().consent(&ConsentEntity::Inbox(inbox)).await?),
            }))?;
            continue;
        }
        let own = if inbox == client.inbox_id() { " (you)" } else { "" };
        let id = inbox.to_string();
        table.row([
            (Tone::Strong, address.map_or_else(|| "unknown".to_owned(), |address| clean(&address).into_owned())),
            (Tone::Plain, format!("{}{own}", role(member.role).replace('_', " "))),
            (Tone::Plain, member.installations.len().to_string()),
            (Tone::Faint, if is_narrow { short_id(&id) } else { id }),
        ]);
    }
    if options.json { Ok(()) } else { table.print() }
}
