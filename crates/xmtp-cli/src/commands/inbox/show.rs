//! `xmtp inbox show`: who an inbox is, for a person or a script.
use super::{Opened, open};
use crate::{args::GlobalOptions, args::ShowInboxesArgs, error::CliError, output, progress, show::rfc3339};
use serde_json::{Value, json};
use xmtp_client::{
    ChainId, Identifier, InboxState, InstallationInfo, KeyPackageStatus, MAX_INSTALLATIONS, MAX_UPDATES, Member,
    MemberIdentifier,
};

/// Shows accounts, recovery, installations and what room is left.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, args: ShowInboxesArgs) -> Result<(), CliError> {
    if args.whose.is_empty() {
        let opened = open(options, None).await?;
        return state(options, &opened, &opened.state).await;
    }
    for (index, whose) in args.whose.iter().enumerate() {
        let opened = open(options, Some(whose)).await?;
        if index > 0 && !options.json {
            output::line("")?;
        }
        state(options, &opened, &opened.state).await?;
    }
    Ok(())
}

/// Shows a state of the inbox, such as that after a change.
///
/// # Errors
/// [`CliError`].
pub(super) async fn state(options: &GlobalOptions, opened: &Opened, state: &InboxState) -> Result<(), CliError> {
    let inbox = *state.inbox_id();
    let asking = async {
        let installations = opened.identities.installations(state).await?;
        let updates = opened.identities.update_counts(&[inbox]).await?;
        Ok::<_, CliError>((installations, updates.first().copied().unwrap_or_default()))
    };
    let (installations, updates) = progress::during("asking for installations", asking).await?;
    if options.json {
        return output::json(&json!({
            "inbox_id": inbox.to_string(),
            "recovery": identifier(state.recovery_identifier()),
            "accounts": state.members().filter_map(account).collect::<Vec<_>>(),
            "installations": installations.iter().map(installation).collect::<Vec<_>>(),
            "installation_slots_left": state.installation_slots_left(),
            "updates": updates,
            "updates_limit": MAX_UPDATES,
            "env": opened.network.environment.name(),
        }));
    }
    output::line(&format!("inbox          {inbox}"))?;
    output::line(&format!("recovered by   {}", name(state.recovery_identifier())))?;
    for (index, account) in state.identifiers().enumerate() {
        output::line(&format!("{:<15}{}", if index == 0 { "accounts" } else { "" }, name(account)))?;
    }
    output::line(&format!("installations  {} of {MAX_INSTALLATIONS}", installations.len()))?;
    for known in &installations {
        output::line(&installation_line(known))?;
    }
    output::line(&format!("updates        {updates} of {MAX_UPDATES}"))
}

/// One line for a person.
pub(super) fn installation_line(known: &InstallationInfo) -> String {
    let added =
        known.added_at.map_or_else(String::new, |at| rfc3339(at).get(..16).unwrap_or_default().replace('T', " "));
    format!("  {}  {added:<16}  {}", known.id, key_package_text(&known.key_package))
}

/// One object for a script.
pub(super) fn installation(known: &InstallationInfo) -> Value {
    json!({
        "id": known.id.to_string(),
        "added_at": known.added_at.map(rfc3339),
        "added_by": known.added_by.as_ref().map(ToString::to_string),
        "key_package": key_package(&known.key_package),
    })
}

/// Whether an installation can be added to groups, for a script.
pub(super) fn key_package(status: &KeyPackageStatus) -> Value {
    match status {
        KeyPackageStatus::Usable { valid_from, expires_at } => {
            json!({ "status": "usable", "valid_from": rfc3339(*valid_from), "expires_at": rfc3339(*expires_at) })
        }
        KeyPackageStatus::Absent => json!({ "status": "absent" }),
        KeyPackageStatus::Foreign => json!({ "status": "foreign" }),
        other => json!({ "status": "invalid", "reason": key_package_text(other) }),
    }
}

/// The same in words.
pub(super) fn key_package_text(status: &KeyPackageStatus) -> String {
    match status {
        KeyPackageStatus::Usable { expires_at, .. } => {
            format!("can be added to groups until {}", rfc3339(*expires_at).get(..10).unwrap_or_default())
        }
        KeyPackageStatus::Absent => "has no key package: cannot be added to groups".to_owned(),
        KeyPackageStatus::Foreign => "its key package is of another installation".to_owned(),
        KeyPackageStatus::Invalid(error) => error.to_string(),
        _ => "is not known".to_owned(),
    }
}

fn account(member: &Member) -> Option<Value> {
    let MemberIdentifier::Identifier(known) = member.identifier() else { return None };
    Some(json!({
        "kind": kind(known),
        "identifier": known.to_string(),
        "chain_id": member.chain_id().map(ChainId::as_u64),
        "added_at": member.added_at().map(rfc3339),
    }))
}

fn identifier(identifier: &Identifier) -> Value {
    json!({ "kind": kind(identifier), "identifier": identifier.to_string() })
}

const fn kind(identifier: &Identifier) -> &'static str {
    match identifier {
        Identifier::Passkey { .. } => "passkey",
        _ => "ethereum",
    }
}

/// An account as people know it.
pub(super) fn name(identifier: &Identifier) -> String {
    match identifier {
        Identifier::Passkey { relying_party: Some(party), .. } => {
            format!("{identifier} (passkey of {})", crate::show::clean(party))
        }
        Identifier::Passkey { .. } => format!("{identifier} (passkey)"),
        _ => identifier.to_string(),
    }
}
