//! `xmtp inbox accounts add` and `remove`: who owns an inbox.
use super::{member, not_an_account, open, show};
use crate::{
    args::{AddAccountArgs, GlobalOptions, RemoveAccountArgs},
    confirm::confirm,
    error::CliError,
    output, progress,
};
use std::{env, fs, path::Path};
use xmtp_agent::{EnvFile, XMTP_WALLET_KEY};
use xmtp_client::{ClientError, Identifier, InboxError, InboxState, LocalWallet, MemberIdentifier, Reassign};

/// Adds the account whose key was named: it and the wallet both sign.
///
/// # Errors
/// [`CliError`].
pub(super) async fn add(options: &GlobalOptions, args: AddAccountArgs) -> Result<(), CliError> {
    let new = key(args.key_file.as_deref(), args.key_env.as_deref())?;
    let opened = open(options, args.change.inbox.as_ref()).await?;
    let inbox = *opened.state.inbox_id();
    let reassign = if args.reassign { Reassign::Allow } else { Reassign::Refuse };
    if args.reassign
        && let Some(other) = opened.identities.inbox_of(&new.address()).await?.filter(|other| *other != inbox)
    {
        confirm(&format!("{} will no longer lead to inbox {other}, but to {inbox}.", new.address()), args.change.yes)?;
    }
    let adding = opened.identities.add_account(inbox, &opened.wallet, &new, reassign);
    let after = progress::during("adding the account", adding).await?;
    output::note(&format!("added {}", new.address()));
    show::state(options, &opened, &after).await
}

/// Removes an account, and with it the installations that it added.
///
/// # Errors
/// [`CliError`].
pub(super) async fn remove(options: &GlobalOptions, args: RemoveAccountArgs) -> Result<(), CliError> {
    let opened = open(options, args.change.inbox.as_ref()).await?;
    let inbox = *opened.state.inbox_id();
    let Some(account) = &member(&opened.state, &args.account) else {
        let stranger: Identifier = args.account.parse().map_err(|_| not_an_account())?;
        return Err(ClientError::Inbox(InboxError::NotMember(stranger.into())).into());
    };
    let gone = added_by(&opened.state, account);
    let what = match gone {
        0 => format!("{account} will no longer speak for inbox {inbox}."),
        1 => format!("{account} and the installation that it added will no longer speak for inbox {inbox}."),
        _ => format!("{account} and the {gone} installations that it added will no longer speak for inbox {inbox}."),
    };
    confirm(&what, args.change.yes)?;
    let removing = opened.identities.remove_account(inbox, &opened.wallet, account);
    let after = progress::during("removing the account", removing).await?;
    output::note(&format!("removed {}", show::name(account)));
    show::state(options, &opened, &after).await
}

/// How many installations `account` has added.
fn added_by(state: &InboxState, account: &Identifier) -> usize {
    let account = MemberIdentifier::from(account.clone());
    let of_account = |member: &&xmtp_client::Member| {
        member.identifier().as_installation().is_some() && member.added_by() == Some(&account)
    };
    state.members().filter(of_account).count()
}

/// The key of the account that is added: from a file or a variable, never from the command line, which others can see.
fn key(file: Option<&Path>, variable: Option<&str>) -> Result<LocalWallet, CliError> {
    let (text, from) = match (file, variable) {
        (Some(path), _) => {
            let file = EnvFile::read(path)?;
            let text = match file.value(XMTP_WALLET_KEY) {
                Some(key) => key.to_owned(),
                None => fs::read_to_string(path)
                    .map_err(|source| CliError::io(format!("read {}", path.display()), source))?,
            };
            (text, path.display().to_string())
        }
        (None, Some(name)) => {
            let text = env::var(name).map_err(|_| CliError::usage(format!("{name} is not set, or is no text")))?;
            (text, name.to_owned())
        }
        (None, None) => return Err(CliError::usage("name the key of the account: --key-file or --key-env")),
    };
    LocalWallet::from_hex(text.trim()).map_err(|_| {
        CliError::usage(format!(
            "{from} has no wallet key: expected 64 hexadecimal characters, or a line {XMTP_WALLET_KEY}=..."
        ))
    })
}
