//! `xmtp group disappearing`: after what time messages go.
use crate::{
    args::{DisappearingArgs, GlobalOptions},
    commands::conversations,
    error::CliError,
    output, progress, resolve, session,
    show::words,
};
use xmtp_client::{Clock, Disappearing, SystemClock};

/// Shows the setting, or changes it if one was given.
///
/// # Errors
/// [`CliError`]: no such conversation, not permitted.
pub(super) async fn run(options: &GlobalOptions, args: DisappearingArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::fresh_conversation(&client, &args.with).await?;
    if args.off || args.after.is_some() {
        let settings = args.after.map(|after| Disappearing { from: SystemClock.now(), after });
        progress::during("changing the conversation", conversation.update_disappearing(settings)).await?;
    }
    if options.json {
        return conversations::show(options, &client, &conversation).await;
    }
    output::line(&match conversation.disappearing().await? {
        Some(settings) => format!("messages go {} after they arrived", words(settings.after)),
        None => "messages stay".to_owned(),
    })
}
