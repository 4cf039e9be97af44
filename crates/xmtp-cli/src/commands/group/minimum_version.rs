//! `xmtp group minimum-version`: who is too old for a group.
use crate::{
    args::{GlobalOptions, YesArgs},
    commands::conversations,
    confirm::confirm,
    error::CliError,
    output, progress, resolve, session,
    show::clean,
    target::Target,
};

/// Shows the version that members need, or asks for one.
///
/// # Errors
/// [`CliError`]: not permitted, no version, or one that this program does not have itself.
pub(super) async fn run(
    options: &GlobalOptions,
    group: &Target,
    version: Option<&str>,
    yes: YesArgs,
) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::fresh_conversation(&client, group).await?;
    if let Some(version) = version {
        confirm(&format!("Members with an older version than {version} will be kept out until they update."), yes)?;
        progress::during("changing the group", group.update_minimum_version(version)).await?;
    }
    if options.json {
        return conversations::show(options, &client, &group).await;
    }
    match group.info().await?.minimum_version {
        Some(version) => output::line(&clean(&version)),
        None => output::line("any version"),
    }
}
