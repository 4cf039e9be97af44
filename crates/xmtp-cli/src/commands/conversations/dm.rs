//! `xmtp conversations dm`: a direct conversation, found or begun.
use crate::{
    args::{CreateDmArgs, GlobalOptions},
    error::CliError,
    output, progress, resolve, session,
    show::Known,
};
use xmtp_client::{Clock, Disappearing, SystemClock};

/// Finds the direct conversation with someone, or begins it; prints its id.
///
/// # Errors
/// [`CliError`] if they are not on the network.
pub(super) async fn run(options: &GlobalOptions, args: CreateDmArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let beginning = async {
        client.conversations().sync().await?;
        let peer = resolve::inboxes(&client, std::slice::from_ref(&args.with)).await?;
        let [peer] = peer.as_slice() else { return Err(CliError::usage("name one person")) };
        if *peer == client.inbox_id() {
            return Err(CliError::usage("that is you: name someone else"));
        }
        let disappearing = args.disappear_after.map(|after| Disappearing { from: SystemClock.now(), after });
        Ok(client.conversations().dm_with(*peer, disappearing).await?)
    };
    let conversation = progress::during("beginning", beginning).await?;
    if options.json {
        return output::json(&Known::read(&conversation).await?.to_json());
    }
    output::line(&conversation.id().to_string())
}
