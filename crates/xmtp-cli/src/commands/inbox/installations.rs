//! `xmtp inbox installations list` and `revoke`: the devices of an inbox.
use super::{open, show};
use crate::{
    args::{GlobalOptions, RevokeArgs, ShowInboxArgs},
    confirm::confirm,
    error::CliError,
    output, progress, session,
};
use xmtp_client::{InboxState, InstallationId, MAX_INSTALLATIONS};

/// Lists installations, the earliest added first.
///
/// # Errors
/// [`CliError`].
pub(super) async fn list(options: &GlobalOptions, args: ShowInboxArgs) -> Result<(), CliError> {
    let opened = open(options, args.whose.as_ref()).await?;
    let asking = opened.identities.installations(&opened.state);
    let installations = progress::during("asking for installations", asking).await?;
    for known in &installations {
        if options.json {
            output::json(&show::installation(known))?;
        } else {
            output::line(show::installation_line(known).trim_start())?;
        }
    }
    if !options.json {
        output::note(&format!("{} of {MAX_INSTALLATIONS} installations", installations.len()));
    }
    Ok(())
}

/// Revokes those that were named, all, or all but the one of this machine.
///
/// # Errors
/// [`CliError`].
pub(super) async fn revoke(options: &GlobalOptions, args: RevokeArgs) -> Result<(), CliError> {
    let opened = open(options, args.change.inbox.as_ref()).await?;
    let inbox = *opened.state.inbox_id();
    let doomed = chosen(options, &args, &opened.state).await?;
    if doomed.is_empty() {
        output::note("there is no installation to revoke");
        return show::state(options, &opened, &opened.state).await;
    }
    let names: Vec<String> = doomed.iter().map(ToString::to_string).collect();
    confirm(
        &format!(
            "{} of {} installations of inbox {inbox} will lose their conversations: {}.",
            doomed.len(),
            opened.state.installations().count(),
            names.join(", ")
        ),
        args.change.yes,
    )?;
    let revoking = opened.identities.revoke_installations(inbox, &opened.wallet, &doomed);
    let after = progress::during("revoking", revoking).await?;
    output::note(&format!("revoked {}", names.join(", ")));
    show::state(options, &opened, &after).await
}

async fn chosen(
    options: &GlobalOptions,
    args: &RevokeArgs,
    state: &InboxState,
) -> Result<Vec<InstallationId>, CliError> {
    let all = state.installations().copied();
    if args.all {
        return Ok(all.collect());
    }
    if args.others {
        let session = session::open(options).await?;
        if session.client.inbox_id() != *state.inbox_id() {
            return Err(CliError::usage("--others spares the installation of this machine, which is in another inbox"));
        }
        let own = session.client.installation_id();
        return Ok(all.filter(|id| *id != own).collect());
    }
    Ok(args.installations.clone())
}
