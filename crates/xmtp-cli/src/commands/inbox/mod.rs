//! `xmtp inbox`: accounts, installations and recovery of an inbox.
//!
//! Nothing here but `sign` needs a database or registers anything: the wallet key is enough, so that an inbox whose places
//! are all taken can be helped, and a running agent need not be stopped. Look-ups of others need no key at all.
use crate::{
    args::{AccountsCommand, GlobalOptions, InboxCommand, InstallationsCommand, RecoveryCommand},
    error::CliError,
    progress, settings,
    target::Target,
};
use xmtp_client::{ClientError, Identifier, Identities, InboxId, InboxState, LocalWallet, Network};

mod accounts;
mod installations;
mod look_up;
mod recovery;
mod show;
mod sign;

/// Does what was typed after `xmtp inbox`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: InboxCommand) -> Result<(), CliError> {
    match command {
        InboxCommand::Show(args) => show::run(options, args).await,
        InboxCommand::Accounts(AccountsCommand::Add(args)) => accounts::add(options, args).await,
        InboxCommand::Accounts(AccountsCommand::Remove(args)) => accounts::remove(options, args).await,
        InboxCommand::Recovery(RecoveryCommand::Set(args)) => recovery::set(options, args).await,
        InboxCommand::Installations(InstallationsCommand::List(args)) => installations::list(options, args).await,
        InboxCommand::Installations(InstallationsCommand::Revoke(args)) => installations::revoke(options, args).await,
        InboxCommand::CanMessage(args) => look_up::can_message(options, args).await,
        InboxCommand::Authorized(args) => look_up::authorized(options, args).await,
        InboxCommand::KeyPackages(args) => look_up::key_packages(options, args).await,
        InboxCommand::Sign(args) => sign::sign(options, args).await,
        InboxCommand::Verify(args) => sign::verify(options, args).await,
    }
}

/// An inbox, and the wallet that was given for it.
struct Opened {
    identities: Identities,
    wallet: LocalWallet,
    network: Network,
    state: InboxState,
}

/// Reads the inbox that was named, or else the one that the wallet belongs to.
///
/// # Errors
/// [`CliError`] if keys are missing, the network is away, or there is no such inbox.
async fn open(options: &GlobalOptions, inbox: Option<&Target>) -> Result<Opened, CliError> {
    let env = settings::load(options)?;
    let identities = Identities::connect(&env.network)?;
    let own = Target::Address(env.wallet.address());
    let reading = async {
        let inbox = find(&identities, inbox.unwrap_or(&own)).await?;
        Ok::<_, CliError>(identities.state(inbox).await?)
    };
    let state = progress::during("reading the inbox", reading).await?;
    Ok(Opened { identities, wallet: env.wallet, network: env.network, state })
}

async fn find(identities: &Identities, target: &Target) -> Result<InboxId, CliError> {
    match target {
        Target::Inbox(inbox) => Ok(*inbox),
        Target::Address(address) => match identities.inbox_of(address).await? {
            Some(inbox) => Ok(inbox),
            None => Err(ClientError::NotRegistered(address.clone()).into()),
        },
        Target::Conversation(_) => Err(CliError::usage("not an inbox: give an inbox id (64 characters) or an address")),
    }
}

/// The account of the inbox that is written like this, in any letter case.
fn member(state: &InboxState, text: &str) -> Option<Identifier> {
    state.identifiers().find(|known| known.to_string().eq_ignore_ascii_case(text.trim())).cloned()
}

fn not_an_account() -> CliError {
    CliError::usage("not an account: give an address of 0x and 40 hexadecimal characters, or one that is in the inbox")
}
