//! Building a client: which network, which file, whose wallet.
use crate::{
    Client, ClientError, Clock, ContractVerifier, ForkRecovery, Identities, Signer, SystemClock,
    contract::AskNode,
    directory::Ledger,
    machine::Machine,
    open::open,
    preferences::Tending,
    register::{self, OwnInbox, refuse_another},
    rest::rest_when_quiet,
};
use std::{fmt, path::PathBuf, sync::Arc};
use xmtp_delivery::{Environment, GrpcTransport, LimitedTransport, Network, RateLimit, Transport};
use xmtp_identity::inbox_id_for;
use xmtp_mls::Installation;
use xmtp_storage::{DatabaseKey, MemoryStore, Store, database_file_name};
use xmtp_types::InboxId;

/// The nonce of inbox ids, as the JavaScript clients take it when none is given.
const DEFAULT_NONCE: u64 = 1;
/// Decides what a client is made of. Without further settings it dials the dev network and keeps its database in
/// [`default_data_folder`], unencrypted only if no key is given.
pub struct ClientBuilder {
    signer: Arc<dyn Signer>,
    network: Network,
    folder: Option<PathBuf>,
    key: Option<DatabaseKey>,
    store: Option<Arc<dyn Store>>,
    nonce: u64,
    transport: Option<Arc<dyn Transport>>,
    verifier: Option<Arc<dyn ContractVerifier>>,
    clock: Arc<dyn Clock>,
    device_sync: bool,
    recovery: ForkRecovery,
    file: Option<PathBuf>,
    app_version: Option<String>,
    new_installation: NewInstallation,
    limit: Option<Option<RateLimit>>,
}

/// Whether an installation may be added to an inbox that has some. An inbox may have ten, and a message is never sent to
/// an installation that comes later.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum NewInstallation {
    /// It may.
    #[default]
    Add,
    /// It may not: [`ClientError::NewInstallation`]. The first one of an inbox may.
    Refuse,
}

/// Where databases are kept if no folder is named: `xmtp` in the user's data folder.
pub fn default_data_folder() -> PathBuf {
    directories::BaseDirs::new().map_or_else(|| PathBuf::from("xmtp"), |dirs| dirs.data_dir().join("xmtp"))
}

impl ClientBuilder {
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Self {
        Self {
            signer,
            network: Network::from(Environment::Dev),
            folder: None,
            key: None,
            store: None,
            nonce: DEFAULT_NONCE,
            transport: None,
            verifier: None,
            clock: Arc::new(SystemClock),
            device_sync: true,
            recovery: ForkRecovery::default(),
            file: None,
            app_version: None,
            new_installation: NewInstallation::default(),
            limit: None,
        }
    }

    /// Which network.
    #[must_use]
    pub fn environment(self, environment: Environment) -> Self {
        self.network(Network::from(environment))
    }

    /// Which network, at an address of one's own.
    #[must_use]
    pub fn network(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The folder of the database. The file is named `xmtp-<env>-<inboxId>.db3`.
    #[must_use]
    pub fn data_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..self }
    }

    /// The file of the database, whatever the network and the inbox; it belongs to those it was made for.
    #[must_use]
    pub fn database_file(self, file: impl Into<PathBuf>) -> Self {
        Self { file: Some(file.into()), ..self }
    }

    /// Names the application to the network, as `name/version`.
    #[must_use]
    pub fn app_version(self, version: impl Into<String>) -> Self {
        Self { app_version: Some(version.into()), ..self }
    }

    /// Whether an installation may be added to an inbox that has some; it may unless this says otherwise.
    #[must_use]
    pub fn new_installation(self, policy: NewInstallation) -> Self {
        Self { new_installation: policy, ..self }
    }

    /// How many requests go to the network at most: those over the limit wait. Unless this says otherwise,
    /// [`RateLimit::PUBLISHED`] to the public networks, and any number to a local one or over a transport that is given.
    #[must_use]
    pub fn rate_limit(self, limit: Option<RateLimit>) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// The key that encrypts the database.
    #[must_use]
    pub fn database_key(self, key: DatabaseKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Keeps nothing on disk. Each start is a new installation, of which an inbox may have ten.
    #[must_use]
    pub fn in_memory(self) -> Self {
        self.store(Arc::new(MemoryStore::new()))
    }

    /// Keeps everything in this store instead of a file. No other client may use it meanwhile.
    #[must_use]
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// The nonce of a new inbox. The JavaScript clients take 1, the mobile ones 0; the default is 1.
    #[must_use]
    pub fn nonce(self, nonce: u64) -> Self {
        Self { nonce, ..self }
    }

    /// Another way to the network, such as one inside the process.
    #[must_use]
    pub fn transport(self, transport: Arc<dyn Transport>) -> Self {
        Self { transport: Some(transport), ..self }
    }

    /// Asks chains about contract wallets in another way than through the node, such as at endpoints of one's own.
    #[must_use]
    pub fn contract_verifier(self, verifier: Arc<dyn ContractVerifier>) -> Self {
        Self { verifier: Some(verifier), ..self }
    }

    /// Another clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Whether what the user decides here is told to its other installations, in a hidden group made for that when there
    /// are any. It is unless this says otherwise. What they tell counts either way.
    #[must_use]
    pub fn device_sync(self, is_on: bool) -> Self {
        Self { device_sync: is_on, ..self }
    }

    /// In which groups the client asks by itself to be put back once it cannot follow them any more; in none unless this
    /// says otherwise.
    #[must_use]
    pub fn fork_recovery(self, recovery: ForkRecovery) -> Self {
        Self { recovery, ..self }
    }

    /// Opens the database and, if need be, registers the installation. An installation that is registered opens without
    /// any request.
    ///
    /// # Errors
    /// [`ClientError::Storage`] says what is wrong with the file, which is left as it is; a new installation is never
    /// made in its place. [`ClientError::TooManyInstallations`] if the inbox has no room for one more.
    pub async fn build(mut self) -> Result<Client, ClientError> {
        let transport = self.connect()?;
        let verifier = self.verifier.take().unwrap_or_else(|| Arc::new(AskNode(Arc::clone(&transport))));
        let identifier = self.signer.identifier();
        let likely = inbox_id_for(&identifier, self.nonce)?;
        let is_kept = match self.store.clone() {
            Some(store) => blocking(move || Ok(Installation::load(&mut *store.read()?)?)).await?.is_some(),
            None => self.path(likely).exists(),
        };
        let inbox = if is_kept {
            OwnInbox { id: likely, exists: true }
        } else {
            register::own_inbox(&*transport, &identifier, self.nonce).await?
        };
        if !is_kept && inbox.exists && self.new_installation == NewInstallation::Refuse {
            let identities = Identities::new(Arc::clone(&transport), Arc::clone(&verifier), Arc::clone(&self.clock));
            refuse_another(&identities.state(inbox.id).await?)?;
        }
        let is_own = self.store.is_none();
        let (given, path, key) = (self.store.take(), self.path(inbox.id), self.key.take());
        let environment = self.network.environment.name();
        let (store, own) = blocking(move || open(given, &path, key.as_ref(), inbox.id, environment)).await?;
        let (own_inbox, installation, registered) = (own.inbox(), own.id(), own.is_registered());
        let ledger = Ledger::new(Arc::clone(&transport), verifier);
        let machine = Machine::new(own, store, ledger, Arc::clone(&self.clock));
        if !registered {
            // A database that was there says what its inbox is, and not whether the network knows it by now.
            let inbox = if is_kept { register::own_inbox(&*transport, &identifier, self.nonce).await? } else { inbox };
            let (nonce, policy) = (self.nonce, self.new_installation);
            register::register(&machine, &*transport, &*self.signer, &inbox, installation, nonce, policy).await?;
        }
        let tending = Tending::new(self.device_sync);
        let client = Client::new(own_inbox, installation, self.network, transport, machine, tending, self.recovery);
        // A store that is given is for others to put to rest.
        if is_own {
            client.inner.spawn(rest_when_quiet(Arc::clone(&client.inner.machine)));
        }
        Ok(client)
    }

    /// The way to the network, and within its limits.
    fn connect(&mut self) -> Result<Arc<dyn Transport>, ClientError> {
        let (transport, usual): (Arc<dyn Transport>, _) = match self.transport.take() {
            Some(transport) => (transport, None),
            None => {
                let connect = GrpcTransport::builder(&self.network.url);
                let connect = self.app_version.iter().fold(connect, |connect, version| connect.app_version(version));
                let is_local = self.network.environment == Environment::Local;
                (Arc::new(connect.connect()?), (!is_local).then_some(RateLimit::PUBLISHED))
            }
        };
        Ok(match self.limit.unwrap_or(usual) {
            Some(limit) => Arc::new(LimitedTransport::new(transport, limit)),
            None => transport,
        })
    }

    fn path(&self, inbox: InboxId) -> PathBuf {
        if let Some(file) = &self.file {
            return file.clone();
        }
        let folder = self.folder.clone().unwrap_or_else(default_data_folder);
        folder.join(database_file_name(self.network.environment.name(), &inbox))
    }
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, ClientError> + Send + 'static,
) -> Result<R, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Closed)?
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("network", &self.network)
            .field("folder", &self.folder)
            .field("is_encrypted", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_identity::LocalWallet;

    #[tokio::test]
    async fn the_public_networks_are_asked_for_no_more_than_they_take_and_a_local_one_for_anything() {
        let way = |environment, limit: Option<Option<RateLimit>>| {
            let mut builder = ClientBuilder::new(Arc::new(LocalWallet::generate().unwrap())).environment(environment);
            builder.limit = limit;
            format!("{:?}", builder.connect().unwrap())
        };
        for environment in [Environment::Dev, Environment::Production] {
            assert!(way(environment, None).starts_with("LimitedTransport"));
            assert!(!way(environment, Some(None)).starts_with("LimitedTransport"));
        }
        assert!(!way(Environment::Local, None).starts_with("LimitedTransport"));
        assert!(way(Environment::Local, Some(Some(RateLimit::PUBLISHED))).starts_with("LimitedTransport"));
    }
}
