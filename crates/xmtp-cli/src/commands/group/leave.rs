//! `xmtp group leave`: asking to be removed.
use crate::{
    args::{GlobalOptions, YesArgs},
    commands::conversations,
    confirm::confirm,
    error::CliError,
    output, progress, resolve, session,
    target::Target,
};

/// Asks the members to remove this inbox.
///
/// # Errors
/// [`CliError`]: nobody leaves a direct conversation, nor alone, nor as a super admin.
pub(super) async fn run(options: &GlobalOptions, group: &Target, yes: YesArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::fresh_conversation(&client, group).await?;
    confirm(&format!("You will be removed from conversation {} and can no longer write to it.", group.id()), yes)?;
    progress::during("asking to leave", group.leave()).await?;
    output::note("asked: the client of a super admin removes you");
    if options.json { conversations::show(options, &client, &group).await } else { Ok(()) }
}
