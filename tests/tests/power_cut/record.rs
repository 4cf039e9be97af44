//! What is written down while the scenario plays: the files whenever something is about to reach the network, and all that
//! did.
use async_trait::async_trait;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use xmtp_client::{Clock, Timestamp};
use xmtp_delivery::{Deliveries, DeliveryError, LocalTransport, Newest, Page, Transport};
use xmtp_storage::{Durability, SqliteStore, StorageError, Store, StoreRead, StoreTx};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    SequenceId, Topic,
};

/// Files by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The disk just before the network got one thing more.
pub(crate) struct Moment {
    /// Envelopes that the network has, as a count of calls.
    pub(crate) published: usize,
    /// The client's files, but for its WAL.
    pub(crate) files: Files,
    /// Its WAL.
    pub(crate) wal: Vec<u8>,
    /// How much of the WAL was surely on the disk when the network got what it has.
    pub(crate) durable: usize,
    /// The peer's files.
    pub(crate) peer: Files,
}

/// The whole scenario.
pub(crate) struct Recorded {
    pub(crate) moments: Vec<Moment>,
    pub(crate) calls: Vec<Vec<ClientEnvelope>>,
    pub(crate) network: Network,
    pub(crate) wallets: [xmtp_client::LocalWallet; 2],
}

/// An in-process network that writes down what it is given, so that another can be brought to the same state.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    inner: LocalTransport,
    began: Timestamp,
    diary: Arc<Mutex<Diary>>,
}

#[derive(Debug, Default)]
struct Diary {
    calls: Vec<Vec<ClientEnvelope>>,
    /// The folders of the client and its peer once they are to be watched, and what the client's store knows.
    watched: Option<(PathBuf, PathBuf, Arc<Mutex<Synced>>)>,
    moments: Vec<(usize, Files, Vec<u8>, usize, Files)>,
}

impl Network {
    pub(crate) fn new(began: Timestamp) -> Self {
        let passed = AtomicU64::new(0);
        let clock = move || Timestamp::from_nanos(began.as_nanos() + 1_000_000 * passed.fetch_add(1, Ordering::SeqCst));
        Self { inner: LocalTransport::with_clock(clock), began, diary: Arc::default() }
    }

    /// A network that has the first of these calls behind it and nothing else.
    pub(crate) async fn after(&self, calls: &[Vec<ClientEnvelope>]) -> Self {
        let network = Self::new(self.began);
        for call in calls {
            network.inner.publish(call).await.unwrap();
        }
        network
    }

    pub(crate) fn watch(&self, client: &Path, peer: &Path, synced: Arc<Mutex<Synced>>) {
        self.diary.lock().unwrap().watched = Some((client.to_owned(), peer.to_owned(), synced));
    }

    /// Notes the disk as it is.
    pub(crate) fn note(&self) {
        let mut diary = self.diary.lock().unwrap();
        let Some((client, peer, synced)) = diary.watched.clone() else { return };
        let mut files = read(&client);
        let wal = files.remove("store.db3-wal").unwrap_or_default();
        let durable = synced.lock().unwrap().settle(wal.len());
        let moment = (diary.calls.len(), files, wal, durable, read(&peer));
        diary.moments.push(moment);
    }

    /// All that was noted. What was durable counts from the moment at which the network got its last envelope.
    pub(crate) fn finish(self, wallets: [xmtp_client::LocalWallet; 2]) -> Recorded {
        let mut diary = std::mem::take(&mut *self.diary.lock().unwrap());
        let moments = diary.moments.drain(..).map(|(published, files, wal, durable, peer)| Moment {
            published,
            files,
            wal,
            durable,
            peer,
        });
        Recorded { moments: moments.collect(), calls: diary.calls, network: self, wallets }
    }
}

/// The files of a folder, without what only tells processes of each other.
fn read(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let kept = entries.filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm"));
    let named = kept.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
    named.filter(|(name, _)| !name.ends_with(".lock")).collect()
}

/// How much of the WAL is surely on the disk.
#[derive(Debug, Default)]
pub(crate) struct Synced {
    durable: usize,
    /// The last transaction that began: whether it is fully durable once it is committed, and the WAL before it.
    last: Option<(Durability, usize)>,
}

impl Synced {
    /// Takes note of how long the WAL is now that the last transaction has ended.
    fn settle(&mut self, now: usize) -> usize {
        if let Some((Durability::Full, before)) = self.last
            && now > before
        {
            self.durable = now;
        }
        self.durable
    }
}

/// The client's store, which notes what becomes durable.
#[derive(Debug)]
pub(crate) struct Watched {
    inner: SqliteStore,
    synced: Arc<Mutex<Synced>>,
}

impl Watched {
    pub(crate) fn new(inner: SqliteStore) -> (Self, Arc<Mutex<Synced>>) {
        let synced = Arc::<Mutex<Synced>>::default();
        (Self { inner, synced: Arc::clone(&synced) }, synced)
    }

    fn wal(&self) -> usize {
        let wal = self.inner.path().with_extension("db3-wal");
        fs::metadata(wal).map_or(0, |found| usize::try_from(found.len()).unwrap())
    }
}

impl Store for Watched {
    fn begin(&self, durability: Durability) -> Result<Box<dyn StoreTx + '_>, StorageError> {
        let tx = self.inner.begin(durability)?;
        // Nobody else writes from here on until the transaction ends.
        let now = self.wal();
        let mut synced = self.synced.lock().unwrap();
        synced.settle(now);
        synced.last = Some((durability, now));
        Ok(tx)
    }

    fn read(&self) -> Result<Box<dyn StoreRead + '_>, StorageError> {
        self.inner.read()
    }

    fn check(&self) -> Result<Vec<String>, StorageError> {
        self.inner.check()
    }
}

#[async_trait]
impl Transport for Network {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.note();
        self.diary.lock().unwrap().calls.push(envelopes.to_vec());
        self.inner.publish(envelopes).await?;
        Ok(())
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        self.inner.query(topic, after).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.inner.subscribe(topics).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.inner.newest(groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.inner.key_packages(installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.inner.identity_updates(inboxes).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.inner.inbox_ids(identifiers).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.inner.ask_contracts(questions).await
    }
}

/// The present, for whoever begins a scenario.
pub(crate) fn now() -> Timestamp {
    xmtp_client::SystemClock.now()
}
