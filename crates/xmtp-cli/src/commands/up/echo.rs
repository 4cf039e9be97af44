//! The agent of a local network: it says what it is told.
use crate::error::CliError;
use std::path::Path;
use xmtp_agent::{Agent, AgentEnv, EnvFile, RunningAgent, write_keys};
use xmtp_client::{Client, ClientBuilder, DatabaseKey, Environment, Identifier, InboxId, LocalWallet, Network};

/// The keys of the agent, in the data folder of the network.
const KEYS_FILE: &str = "agent.env";
/// The database of the agent, in the data folder of the network.
const DATABASE_FOLDER: &str = "agent";

/// The agent, and by which address it is reached.
#[derive(Debug)]
pub(super) struct Echo {
    running: RunningAgent,
    address: Identifier,
}

impl Echo {
    /// Starts the agent on the network at `url`. In a folder it is the same agent each time.
    ///
    /// # Errors
    /// [`CliError`] if its keys cannot be read or its database cannot be opened.
    pub(super) async fn start(folder: Option<&Path>, url: &str) -> Result<Self, CliError> {
        let network = Network::at(Environment::Local, url);
        let (builder, address) = match folder {
            Some(folder) => kept(folder)?,
            None => {
                let wallet = LocalWallet::generate().map_err(xmtp_client::ClientError::from)?;
                let address = wallet.address();
                (Client::builder(wallet).in_memory(), address)
            }
        };
        let agent = Agent::new(builder.network(network).build().await?).on_text(async |context, text| {
            context.send(text).await?;
            Ok(())
        });
        Ok(Self { running: agent.start().await?, address })
    }

    pub(super) const fn address(&self) -> &Identifier {
        &self.address
    }

    pub(super) fn inbox_id(&self) -> InboxId {
        self.running.inbox_id()
    }

    /// Waits until the agent fails; for ever if there is none.
    pub(super) async fn ended(agent: &mut Option<Self>) -> Result<(), CliError> {
        match agent {
            Some(agent) => Ok(agent.running.ended().await?),
            None => std::future::pending().await,
        }
    }

    /// Lets it answer what it has begun to answer.
    pub(super) async fn stop(self) -> Result<(), CliError> {
        Ok(self.running.stop().await?)
    }
}

/// The agent whose keys and messages are kept in `folder`. The keys are made once and never replaced.
fn kept(folder: &Path) -> Result<(ClientBuilder, Identifier), CliError> {
    let path = folder.join(KEYS_FILE);
    write_keys(&path, Environment::Local)?;
    let file = EnvFile::read(&path)?;
    let env = AgentEnv::from_variables(|name| file.value(name).map(str::to_owned))
        .map_err(|error| CliError::Refused(format!("{}: {error}", path.display())))?;
    let address = env.wallet.address();
    let builder = Client::builder(env.wallet)
        .database_key(DatabaseKey::from_bytes(*env.database_key))
        .data_folder(folder.join(DATABASE_FOLDER));
    Ok((builder, address))
}
