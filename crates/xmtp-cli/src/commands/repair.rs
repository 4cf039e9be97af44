//! `xmtp repair`: mending a conversation.
use crate::{
    args::{GlobalOptions, RepairCommand},
    commands::conversations,
    confirm::confirm,
    error::CliError,
    output, progress, resolve, session,
};

/// Does what was typed after `xmtp repair`.
///
/// # Errors
/// [`CliError`]: no such conversation, not permitted.
pub(super) async fn run(options: &GlobalOptions, command: RepairCommand) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let (RepairCommand::Installations { with }
    | RepairCommand::Readd { group: with, .. }
    | RepairCommand::Keys { with }) = &command;
    let conversation = resolve::fresh_conversation(&client, with).await?;
    match command {
        RepairCommand::Installations { .. } => {
            progress::during("bringing installations up to date", conversation.update_installations()).await?;
        }
        RepairCommand::Readd { installations, yes, .. } => {
            let count = installations.len();
            confirm(&format!("{count} installations will be taken out of the group and put back."), yes)?;
            progress::during("putting them back", conversation.readd_installations(&installations)).await?;
        }
        RepairCommand::Keys { .. } => progress::during("renewing keys", conversation.rotate_keys()).await?,
    }
    output::note("done");
    if options.json { conversations::show(options, &client, &conversation).await } else { Ok(()) }
}
