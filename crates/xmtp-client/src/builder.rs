//! Building a client: which network, which file, whose wallet.
use crate::{
    Client, ClientError, Clock, ContractVerifier, ForkRecovery, Signer, SystemClock,
    contract::AskNode,
    directory::Ledger,
    machine::Machine,
    preferences::Tending,
    register::{self, OwnInbox},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use xmtp_crypto::InstallationKey;
use xmtp_delivery::{Environment, GrpcTransport, Network, Transport};
use xmtp_identity::inbox_id_for;
use xmtp_mls::{EngineError, Installation};
use xmtp_storage::{DatabaseKey, Durability, MemoryStore, SqliteStore, StorageError, Store, database_file_name};
use xmtp_types::InboxId;

/// The nonce of inbox ids, as the JavaScript clients take it when none is given.
const DEFAULT_NONCE: u64 = 1;
/// How often and how long a database in use is waited for: half a second in all.
const OPEN_ATTEMPTS: usize = 10;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

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
        let transport = match self.transport.take() {
            Some(transport) => transport,
            None => Arc::new(GrpcTransport::connect(&self.network)?),
        };
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
        let (given, path, key) = (self.store.take(), self.path(inbox.id), self.key.take());
        let (store, own) = blocking(move || open(given, &path, key.as_ref(), inbox.id)).await?;
        let (installation, registered) = (own.id(), own.is_registered());
        let ledger = Ledger::new(Arc::clone(&transport), verifier);
        let machine = Machine::new(own, store, ledger, Arc::clone(&self.clock));
        if !registered {
            let inbox = register::own_inbox(&*transport, &identifier, self.nonce).await?;
            register::register(&machine, &*transport, &*self.signer, &inbox, installation, self.nonce).await?;
        }
        Ok(Client::new(inbox.id, installation, transport, machine, Tending::new(self.device_sync), self.recovery))
    }

    fn path(&self, inbox: InboxId) -> PathBuf {
        let folder = self.folder.clone().unwrap_or_else(default_data_folder);
        folder.join(database_file_name(self.network.environment.name(), &inbox))
    }
}

/// Opens a database. A client that was dropped a moment ago may still be finishing its last step on it.
fn open_when_free(path: &Path, key: Option<&DatabaseKey>) -> Result<SqliteStore, StorageError> {
    for _ in 0..OPEN_ATTEMPTS {
        match SqliteStore::open(path, key) {
            Err(StorageError::InUse { .. }) => std::thread::sleep(OPEN_PAUSE),
            other => return other,
        }
    }
    SqliteStore::open(path, key)
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, ClientError> + Send + 'static,
) -> Result<R, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Closed)?
}

/// Opens the store, if none was given, and the installation in it. A new store gets a new installation, kept before the
/// network hears of it.
fn open(
    given: Option<Arc<dyn Store>>,
    path: &Path,
    key: Option<&DatabaseKey>,
    inbox: InboxId,
) -> Result<(Arc<dyn Store>, Installation), ClientError> {
    let store: Arc<dyn Store> = match given {
        Some(store) => store,
        None => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|source| StorageError::Io { path: folder.to_owned(), source })?;
            }
            Arc::new(open_when_free(path, key)?)
        }
    };
    let known = Installation::load(&mut *store.read()?)?;
    if let Some(own) = known {
        return if own.inbox() == inbox { Ok((store, own)) } else { Err(ClientError::OtherInbox) };
    }
    let own = Installation::new(inbox, InstallationKey::generate().map_err(EngineError::from)?);
    let mut tx = store.begin(Durability::Full)?;
    own.save(&mut *tx)?;
    tx.commit()?;
    Ok((store, own))
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
