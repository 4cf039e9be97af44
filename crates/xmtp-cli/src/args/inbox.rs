//! What can be typed after `xmtp inbox`.
use super::YesArgs;
use crate::target::Target;
use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;
use xmtp_client::{Identifier, InstallationId};

#[derive(Debug, Subcommand)]
pub(crate) enum InboxCommand {
    /// Show an inbox: accounts, recovery address, installations, room left
    Show(ShowInboxesArgs),
    /// Add and remove accounts
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// Say who can take the inbox back
    #[command(subcommand)]
    Recovery(RecoveryCommand),
    /// List and revoke installations
    #[command(subcommand)]
    Installations(InstallationsCommand),
    /// Say of each address whether it can be written to
    CanMessage(CanMessageArgs),
    /// Say whether an account or installation speaks for an inbox
    Authorized(AuthorizedArgs),
    /// Say of each installation whether it can be added to groups
    KeyPackages(KeyPackagesArgs),
    /// Sign a text with the key of this installation
    ///
    /// Proves to whoever knows the id of your installation that the text is yours. Opens your database.
    Sign(SignArgs),
    /// Check what `sign` has signed
    Verify(VerifyArgs),
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

#[derive(Args, Debug)]
pub(crate) struct ShowInboxesArgs {
    /// Addresses or inbox ids [default: the inbox of your wallet]
    #[arg(value_name = "WHOSE")]
    pub(crate) whose: Vec<Target>,
}

/// What every change of an inbox takes.
#[derive(Args, Debug)]
pub(crate) struct ChangeArgs {
    /// The inbox, by its id or an address in it [default: that of your wallet]
    #[arg(long, value_name = "INBOX")]
    pub(crate) inbox: Option<Target>,
    #[command(flatten)]
    pub(crate) yes: YesArgs,
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

#[derive(Args, Debug)]
pub(crate) struct CanMessageArgs {
    /// Addresses
    #[arg(value_name = "ADDRESS", required = true)]
    pub(crate) who: Vec<Identifier>,
}

#[derive(Args, Debug)]
pub(crate) struct AuthorizedArgs {
    /// The inbox, by its id or an address in it
    #[arg(value_name = "INBOX")]
    pub(crate) inbox: Target,
    /// An address or the id of an installation
    #[arg(value_name = "MEMBER")]
    pub(crate) member: String,
}

#[derive(Args, Debug)]
pub(crate) struct KeyPackagesArgs {
    /// Ids of installations
    #[arg(value_name = "INSTALLATION", required = true)]
    pub(crate) installations: Vec<InstallationId>,
}

#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// What is signed; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// What was signed; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
    /// The signature, 128 hexadecimal characters
    #[arg(long, value_name = "HEX")]
    pub(crate) signature: String,
    /// Who signed [default: the installation of your database]
    #[arg(long, value_name = "INSTALLATION")]
    pub(crate) installation: Option<InstallationId>,
}
