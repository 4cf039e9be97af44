//! What can be typed after `xmtp inbox`.
use crate::target::Target;
use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;
use xmtp_client::InstallationId;

#[derive(Debug, Subcommand)]
pub(crate) enum InboxCommand {
    /// Show an inbox: accounts, recovery address, installations, room left
    Show(ShowInboxArgs),
    /// Add and remove accounts
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// Say who can take the inbox back
    #[command(subcommand)]
    Recovery(RecoveryCommand),
    /// List and revoke installations
    #[command(subcommand)]
    Installations(InstallationsCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    /// Add an account whose key you have
    ///
    /// Your wallet and the new account both sign. Whoever looks up the new account then finds this inbox, and it can add
    /// installations of its own; only the recovery address can remove it again.
    Add(AddAccountArgs),
    /// Remove an account, and with it the installations it added
    ///
    /// Your wallet has to be the recovery address.
    Remove(RemoveAccountArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecoveryCommand {
    /// Make another address the one that can remove accounts and installations
    ///
    /// Your wallet has to be the recovery address until now, and cannot take this back.
    Set(SetRecoveryArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstallationsCommand {
    /// List installations, the earliest added first
    List(ShowInboxArgs),
    /// Revoke installations: they lose their conversations, and their places are free
    ///
    /// Your wallet has to be the recovery address. The databases and keys of what is revoked are not needed.
    Revoke(RevokeArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ShowInboxArgs {
    /// An address or an inbox id [default: the inbox of your wallet]
    #[arg(value_name = "WHOSE")]
    pub(crate) whose: Option<Target>,
}

/// What every change of an inbox takes.
#[derive(Args, Debug)]
pub(crate) struct ChangeArgs {
    /// The inbox, by its id or an address in it [default: that of your wallet]
    #[arg(long, value_name = "INBOX")]
    pub(crate) inbox: Option<Target>,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("key").required(true)))]
pub(crate) struct AddAccountArgs {
    /// A file with the account's key: the key alone, or a line XMTP_WALLET_KEY=... as `xmtp keys new` writes it
    #[arg(long, value_name = "FILE", group = "key")]
    pub(crate) key_file: Option<PathBuf>,
    /// An environment variable with the account's key
    #[arg(long, value_name = "NAME", group = "key")]
    pub(crate) key_env: Option<String>,
    /// Add it although it belongs to another inbox: look-ups lead here from then on
    #[arg(long)]
    pub(crate) reassign: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveAccountArgs {
    /// The address or passkey that goes, as `xmtp inbox show` shows it
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SetRecoveryArgs {
    /// The address that can take the inbox back from now on, or a passkey that is in it
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("which").required(true)))]
pub(crate) struct RevokeArgs {
    /// Ids of installations, as `xmtp inbox installations list` shows them
    #[arg(value_name = "INSTALLATION", group = "which")]
    pub(crate) installations: Vec<InstallationId>,
    /// All but the one of this machine's database
    #[arg(long, group = "which")]
    pub(crate) others: bool,
    /// All, that of this machine's database too
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}
