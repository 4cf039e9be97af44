//! The user's client, opened.
use crate::{args::GlobalOptions, error::CliError, progress, settings};
use std::time::Duration;
use xmtp_agent::AgentEnv;
use xmtp_client::{Client, ClientError, DatabaseKey, Environment, Identifier, InboxError, Network, StorageError};

/// How often a command looks again whether another one still has the database open, and how long it waits in between; the
/// client waits, too, each time.
const WAIT: (u32, Duration) = (8, Duration::from_millis(100));
/// What the network is told that this program is.
const APP_VERSION: &str = concat!("xmtp-cli/", env!("CARGO_PKG_VERSION"));

/// A client and whose it is.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) address: Identifier,
    pub(crate) network: Network,
}

/// Opens the user's client; registers it if this is the first time on the network.
///
/// # Errors
/// [`CliError`] if keys are missing, the network is needed and away, or the database cannot be opened.
pub(crate) async fn open(options: &GlobalOptions) -> Result<Session, CliError> {
    let env = settings::load(options)?;
    let session = progress::during("connecting", connect(&env)).await?;
    if session.network.environment == Environment::Local {
        check_still_known(&session).await?;
    }
    Ok(session)
}

async fn connect(env: &AgentEnv) -> Result<Session, CliError> {
    let mut looks = 0;
    let client = loop {
        match build(env).await {
            Err(ClientError::Storage(StorageError::InUse { .. })) if looks < WAIT.0 => {
                looks += 1;
                tokio::time::sleep(WAIT.1).await;
            }
            Err(ClientError::Storage(in_use @ StorageError::InUse { .. })) => return Err(CliError::InUse(in_use)),
            built => break built?,
        }
    };
    Ok(Session { client, address: env.wallet.address(), network: env.network.clone() })
}

async fn build(env: &AgentEnv) -> Result<Client, ClientError> {
    let builder = Client::builder(env.wallet.clone())
        .network(env.network.clone())
        .database_key(DatabaseKey::from_bytes(*env.database_key))
        .new_installation(env.new_installation.unwrap_or_default())
        .app_version(APP_VERSION);
    match &env.database_folder {
        Some(folder) => builder.data_folder(folder),
        None => builder,
    }
    .build()
    .await
}

/// Says so if the network no longer knows this installation: it was revoked, or a local network was started over and knows
/// nothing of a database that was made on the one before.
///
/// # Errors
/// [`CliError::Refused`], which says how to go on.
pub(crate) async fn check_still_known(session: &Session) -> Result<(), CliError> {
    // From its first update on, as the network has it: what is kept here would not tell.
    match session.client.identities().state(session.client.inbox_id()).await {
        Err(ClientError::Inbox(InboxError::Unknown(_))) => Err(CliError::Refused(
            "this network does not know you, but your database says you registered: a local network was started over. \
             Start it with its old data, or give --data-dir (or XMTP_DB_DIRECTORY) a new folder to begin anew"
                .to_owned(),
        )),
        Ok(state) if !state.contains_installation(&session.client.installation_id()) => Err(CliError::Refused(
            "this installation was revoked: give --data-dir (or XMTP_DB_DIRECTORY) a new folder to register another"
                .to_owned(),
        )),
        // A network that is away matters only to those who need it.
        _ => Ok(()),
    }
}
