//! `xmtp conversations list`.
use crate::{
    args::{GlobalOptions, ListArgs},
    error::CliError,
    output, progress, session,
    show::{COLUMNS, Known, Names, Table},
};

/// Lists conversations, the most recently active first unless another order was asked for.
///
/// # Errors
/// [`CliError`] if the network is needed and away, or the database fails.
pub(super) async fn run(options: &GlobalOptions, args: ListArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    if !args.sync.no_sync {
        progress::sync_all(&client, &[]).await?;
    }
    let query = args.query();
    let conversations = client.conversations();
    let found = if args.duplicates {
        conversations.list_with_duplicates(query).await?
    } else {
        conversations.list(query).await?
    };
    if options.json {
        for conversation in &found {
            output::json(&Known::read(conversation).await?.to_json())?;
        }
        return Ok(());
    }
    if found.is_empty() {
        output::note("no such conversations: `xmtp chat <address>` begins one");
        return Ok(());
    }
    let mut names = Names::new(client.clone());
    let mut table = Table::new(&COLUMNS, &[0, 1, 2]);
    for conversation in &found {
        table.row(Known::read(conversation).await?.to_row(&client, &mut names).await);
    }
    table.print()
}
