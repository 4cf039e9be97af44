//! `xmtp inbox can-message`, `authorized` and `key-packages`: look-ups of others.
use super::{find, show};
use crate::{
    args::{AuthorizedArgs, CanMessageArgs, GlobalOptions, KeyPackagesArgs},
    error::CliError,
    output, progress, settings,
    show::{Table, Tone},
};
use serde_json::json;
use xmtp_client::{Identifier, Identities, InstallationId, MemberIdentifier};

/// Says of each address whether it can be written to.
///
/// # Errors
/// [`CliError::Client`] if the network is away.
pub(super) async fn can_message(options: &GlobalOptions, args: CanMessageArgs) -> Result<(), CliError> {
    let identities = Identities::connect(&settings::network(options)?)?;
    let inboxes = progress::during("asking the network", identities.inbox_ids(&args.who)).await?;
    let mut table = Table::new(&["address", "reachable", "inbox"], &[0, 1]);
    for (address, inbox) in args.who.iter().zip(inboxes) {
        let inbox = inbox.map(|inbox| inbox.to_string());
        if options.json {
            let reachable = inbox.is_some();
            output::json(&json!({ "address": address.to_string(), "can_message": reachable, "inbox_id": inbox }))?;
            continue;
        }
        let reachable = if inbox.is_some() { "yes" } else { "no" };
        table.row([
            (Tone::Strong, address.to_string()),
            (Tone::Plain, reachable.to_owned()),
            (Tone::Faint, inbox.unwrap_or_default()),
        ]);
    }
    if options.json { Ok(()) } else { table.print() }
}

/// Says whether an account or installation speaks for an inbox.
///
/// # Errors
/// [`CliError::Usage`] if it is neither.
pub(super) async fn authorized(options: &GlobalOptions, args: AuthorizedArgs) -> Result<(), CliError> {
    let member = member(&args.member)?;
    let identities = Identities::connect(&settings::network(options)?)?;
    let asking = async {
        let inbox = find(&identities, &args.inbox).await?;
        Ok::<_, CliError>((inbox, identities.is_authorized(inbox, &member).await?))
    };
    let (inbox, is_authorized) = progress::during("asking the network", asking).await?;
    if options.json {
        return output::json(&json!({
            "inbox_id": inbox.to_string(),
            "member": member.to_string(),
            "authorized": is_authorized,
        }));
    }
    output::line(if is_authorized { "yes" } else { "no" })
}

fn member(text: &str) -> Result<MemberIdentifier, CliError> {
    if let Ok(installation) = text.parse::<InstallationId>() {
        return Ok(installation.into());
    }
    let account = text.parse::<Identifier>();
    account.map(MemberIdentifier::from).map_err(|_| {
        CliError::usage("neither an address of 0x and 40 hexadecimal characters nor the id of an installation, of 64")
    })
}

/// Says of each installation whether it can be added to groups.
///
/// # Errors
/// [`CliError::Client`] if the network is away.
pub(super) async fn key_packages(options: &GlobalOptions, args: KeyPackagesArgs) -> Result<(), CliError> {
    let identities = Identities::connect(&settings::network(options)?)?;
    let asking = identities.key_packages(&args.installations);
    let packages = progress::during("asking the network", asking).await?;
    for (installation, package) in args.installations.iter().zip(&packages) {
        if options.json {
            output::json(&json!({ "id": installation.to_string(), "key_package": show::key_package(package) }))?;
        } else {
            output::line(&format!("{installation}  {}", show::key_package_text(package)))?;
        }
    }
    Ok(())
}
