//! Building an agent: whose it is, on which network, and where its database is.
use crate::{Agent, AgentEnv, AgentError, EnvError, LogLevel, env::Variables, logging};
use std::{fmt, path::PathBuf, sync::Arc};
use xmtp_client::{
    Client, ClientBuilder, Clock, DatabaseKey, Environment, LocalWallet, Network, NewInstallation, RateLimit, Signer,
    Store, Transport,
};
use zeroize::Zeroizing;

/// What an agent is called to the network, unless it says otherwise.
const APP_VERSION: &str = concat!("xmtp-agent/", env!("CARGO_PKG_VERSION"));

/// Decides who an agent is: [`Agent::builder`] starts with its wallet, [`AgentBuilder::from_env`] with the environment.
///
/// Without further settings: the dev network; a database in the folder of the user's data, named after the network and the
/// inbox; no device sync; and no new installation for an inbox that has some. The key of the database has to be said, or
/// that there is none.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use xmtp_agent::prelude::*;
/// use xmtp_client::{Environment, LocalWallet};
///
/// let agent = Agent::builder(LocalWallet::generate()?)
///     .environment(Environment::Production)
///     .data_folder("/var/lib/weather")
///     .app_version("weather-agent/2.1")
///     .or_env()? // what is not said above, the key of the database say
///     .build()?;
/// # let _ = agent;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AgentBuilder {
    signer: Option<Arc<dyn Signer>>,
    network: Option<Network>,
    database: Option<Database>,
    key: Option<Key>,
    nonce: Option<u64>,
    device_sync: bool,
    app_version: String,
    new_installation: Option<NewInstallation>,
    rate_limit: Option<Option<RateLimit>>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    log_level: Option<LogLevel>,
}

#[derive(Clone)]
enum Database {
    Folder(PathBuf),
    File(PathBuf),
    Store(Arc<dyn Store>),
    Memory,
}

#[derive(Clone)]
enum Key {
    Encrypted(Zeroizing<[u8; 32]>),
    Unencrypted,
}

impl AgentBuilder {
    pub(crate) fn new(signer: Option<Arc<dyn Signer>>) -> Self {
        Self {
            signer,
            network: None,
            database: None,
            key: None,
            nonce: None,
            device_sync: false,
            app_version: APP_VERSION.to_owned(),
            new_installation: None,
            rate_limit: None,
            transport: None,
            clock: None,
            log_level: None,
        }
    }

    /// An agent as the `XMTP_*` variables and the file `.env` have it; what they do not say can be said then.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is wrong. One that is missing is found out when the agent is built.
    pub fn from_env() -> Result<Self, EnvError> {
        Self::new(None).or_env()
    }

    /// Takes from the `XMTP_*` variables and the file `.env` what was not said yet. What was said stays.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is wrong. One that is missing is found out when the agent is built.
    pub fn or_env(self) -> Result<Self, EnvError> {
        Ok(self.or(Variables::load(".env")?))
    }

    pub(crate) fn or(self, variables: Variables) -> Self {
        Self {
            signer: self.signer.or_else(|| variables.wallet.map(|wallet| Arc::new(wallet) as _)),
            network: self.network.or(variables.network),
            database: self.database.or_else(|| variables.database_folder.map(Database::Folder)),
            key: self.key.or_else(|| variables.database_key.map(Key::Encrypted)),
            new_installation: self.new_installation.or(variables.new_installation),
            log_level: self.log_level.or(variables.log_level),
            ..self
        }
    }

    /// Whose agent it is.
    #[must_use]
    pub fn signer(self, signer: impl Signer + 'static) -> Self {
        Self { signer: Some(Arc::new(signer)), ..self }
    }

    /// Which network.
    #[must_use]
    pub fn environment(self, environment: Environment) -> Self {
        self.network(environment.into())
    }

    /// Which network, at an address of one's own.
    #[must_use]
    pub fn network(self, network: Network) -> Self {
        Self { network: Some(network), ..self }
    }

    /// The folder of the database. The file is named `xmtp-<env>-<inboxId>.db3`.
    #[must_use]
    pub fn data_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { database: Some(Database::Folder(folder.into())), ..self }
    }

    /// The file of the database. It belongs to the network and the inbox it was made for.
    #[must_use]
    pub fn database_file(self, file: impl Into<PathBuf>) -> Self {
        Self { database: Some(Database::File(file.into())), ..self }
    }

    /// Keeps nothing on disk. Each start is a new installation, of which an inbox may have ten.
    #[must_use]
    pub fn in_memory(self) -> Self {
        Self { database: Some(Database::Memory), ..self }
    }

    /// Keeps everything in this store instead of a file.
    #[must_use]
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { database: Some(Database::Store(store)), ..self }
    }

    /// The key that encrypts the database.
    #[must_use]
    pub fn database_key(self, key: [u8; 32]) -> Self {
        Self { key: Some(Key::Encrypted(Zeroizing::new(key))), ..self }
    }

    /// Leaves the database in the clear: whoever can read the file reads all messages and can speak as the agent.
    #[must_use]
    pub fn unencrypted(self) -> Self {
        Self { key: Some(Key::Unencrypted), ..self }
    }

    /// The nonce of a new inbox: 1 if not said.
    #[must_use]
    pub fn nonce(self, nonce: u64) -> Self {
        Self { nonce: Some(nonce), ..self }
    }

    /// Tells other installations of the agent's inbox what is decided here. Agents do not, unless this is said.
    #[must_use]
    pub fn device_sync(self) -> Self {
        Self { device_sync: true, ..self }
    }

    /// What the agent is called to the network, as `name/version`; `xmtp-agent/<version>` if not said.
    #[must_use]
    pub fn app_version(self, version: impl Into<String>) -> Self {
        Self { app_version: version.into(), ..self }
    }

    /// Lets the agent use up one more of the ten installations of its inbox if its database is a new one. Otherwise it
    /// refuses to start: a database that was lost, or a folder that was not mounted, would cost one each time, and messages
    /// to the installation before would never be read. The variable `XMTP_NEW_INSTALLATION=1` does the same.
    #[must_use]
    pub fn allow_new_installation(self) -> Self {
        Self { new_installation: Some(NewInstallation::Add), ..self }
    }

    /// How many requests go to the network at most. Those over the limit wait. If not said, what the public networks
    /// publish, and any number to a local one.
    #[must_use]
    pub fn rate_limit(self, limit: Option<RateLimit>) -> Self {
        Self { rate_limit: Some(limit), ..self }
    }

    /// Another way to the network, such as one inside the process.
    #[must_use]
    pub fn transport(self, transport: Arc<dyn Transport>) -> Self {
        Self { transport: Some(transport), ..self }
    }

    /// Another clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Sets up a log when the agent starts, unless the program has one: see [`logging`]. The variable
    /// `XMTP_FORCE_DEBUG_LEVEL` does the same.
    #[must_use]
    pub fn log_level(self, level: LogLevel) -> Self {
        Self { log_level: Some(level), ..self }
    }

    /// The agent. Nothing is opened or dialled before it starts.
    ///
    /// # Errors
    /// [`AgentError::Env`] if it has no wallet, or a database on disk and neither a key for it nor
    /// [`AgentBuilder::unencrypted`].
    pub fn build(self) -> Result<Agent, AgentError> {
        if self.signer.is_none() {
            return Err(EnvError::Missing(crate::XMTP_WALLET_KEY).into());
        }
        let is_on_disk = matches!(self.database, None | Some(Database::Folder(_) | Database::File(_)));
        if is_on_disk && self.key.is_none() {
            return Err(EnvError::Missing(crate::XMTP_DB_ENCRYPTION_KEY).into());
        }
        Ok(Agent::with_builder(self))
    }

    /// The client alone, registered, for whoever needs no agent.
    ///
    /// # Errors
    /// As [`AgentBuilder::build`], and [`AgentError::Client`] if the database cannot be opened or the agent not registered.
    pub async fn connect(self) -> Result<Client, AgentError> {
        if let Some(level) = self.log_level {
            logging::init(level);
        }
        let signer = self.signer.clone().ok_or(EnvError::Missing(crate::XMTP_WALLET_KEY))?;
        self.settings(Client::builder(signer)).build().await.map_err(AgentError::from)
    }

    fn settings(self, client: ClientBuilder) -> ClientBuilder {
        let client = client
            .network(self.network.unwrap_or_else(|| Environment::Dev.into()))
            .device_sync(self.device_sync)
            .app_version(self.app_version)
            .new_installation(self.new_installation.unwrap_or(NewInstallation::Refuse));
        let client = match self.database {
            Some(Database::Folder(folder)) => client.data_folder(folder),
            Some(Database::File(file)) => client.database_file(file),
            Some(Database::Store(store)) => client.store(store),
            Some(Database::Memory) => client.in_memory(),
            None => client,
        };
        let client = match self.key {
            Some(Key::Encrypted(key)) => client.database_key(DatabaseKey::from_bytes(*key)),
            Some(Key::Unencrypted) | None => client,
        };
        let client = self.nonce.into_iter().fold(client, ClientBuilder::nonce);
        let client = self.rate_limit.into_iter().fold(client, ClientBuilder::rate_limit);
        let client = self.transport.into_iter().fold(client, ClientBuilder::transport);
        self.clock.into_iter().fold(client, ClientBuilder::clock)
    }
}

impl Agent {
    /// Starts to build an agent for whoever `signer` signs for.
    pub fn builder(signer: impl Signer + 'static) -> AgentBuilder {
        AgentBuilder::new(Some(Arc::new(signer)))
    }

    /// An agent to try things with: a new identity each time, on the network that `xmtp up` starts, and nothing kept.
    ///
    /// # Errors
    /// [`AgentError::Client`] if the operating system gives no random bytes.
    pub fn local() -> Result<Self, AgentError> {
        let wallet = LocalWallet::generate().map_err(xmtp_client::ClientError::from)?;
        Self::builder(wallet).environment(Environment::Local).in_memory().build()
    }
}

impl From<AgentEnv> for AgentBuilder {
    fn from(env: AgentEnv) -> Self {
        Self::new(None).or(Variables::from(env))
    }
}

impl fmt::Debug for AgentBuilder {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentBuilder")
            .field("network", &self.network)
            .field("is_encrypted", &matches!(self.key, Some(Key::Encrypted(_))))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_fill_in_what_was_not_said_and_overwrite_nothing() {
        let variables = |name: &str| match name {
            "XMTP_ENV" => Some("production".to_owned()),
            "XMTP_DB_ENCRYPTION_KEY" => Some("ab".repeat(32)),
            "XMTP_DB_DIRECTORY" => Some("/data".to_owned()),
            "XMTP_NEW_INSTALLATION" => Some("1".to_owned()),
            _ => None,
        };
        let wallet = LocalWallet::generate().unwrap();
        let said = Agent::builder(wallet.clone()).environment(Environment::Local).in_memory();
        let found = said.or(Variables::read(variables).unwrap());
        assert_eq!(found.network, Some(Environment::Local.into()));
        assert!(matches!(found.database, Some(Database::Memory)));
        assert!(matches!(&found.key, Some(Key::Encrypted(key)) if **key == [0xab; 32]));
        assert_eq!(found.new_installation, Some(NewInstallation::Add));

        // A variable that is not set leaves what was said as it is.
        let found = Agent::builder(wallet).database_key([7; 32]).or(Variables::read(|_| None).unwrap());
        assert!(matches!(&found.key, Some(Key::Encrypted(key)) if **key == [7; 32]));
        assert!(found.signer.is_some() && found.network.is_none());
    }
}
