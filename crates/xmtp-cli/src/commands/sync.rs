//! `xmtp sync`: what is new is fetched, what waits is sent.
use crate::{
    args::{GlobalOptions, SyncCommandArgs},
    error::CliError,
    output, progress, resolve, session,
};
use serde_json::json;
use xmtp_client::{ConsentState, SyncReport};

/// Syncs everything, or what was named.
///
/// # Errors
/// [`CliError::Client`]: the first failure, after all was tried.
pub(super) async fn run(options: &GlobalOptions, args: SyncCommandArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    if args.preferences {
        progress::during("syncing", client.preferences().sync()).await?;
        return tell(options, SyncReport::default());
    }
    if args.with.is_empty() {
        let consent: Vec<_> = args.consent.iter().map(|choice| ConsentState::from(*choice)).collect();
        return tell(options, progress::sync_all(&client, &consent).await?);
    }
    for target in &args.with {
        resolve::fresh_conversation(&client, target).await?;
    }
    tell(options, SyncReport { looked_at: args.with.len(), synced: args.with.len() })
}

fn tell(options: &GlobalOptions, report: SyncReport) -> Result<(), CliError> {
    if options.json {
        return output::json(&json!({ "looked_at": report.looked_at, "synced": report.synced }));
    }
    let noun = if report.looked_at == 1 { "conversation" } else { "conversations" };
    output::note(&format!("{} {noun}, {} with something new", report.looked_at, report.synced));
    Ok(())
}
