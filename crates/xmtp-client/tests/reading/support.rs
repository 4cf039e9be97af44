//! Clients on a network in the same process, which can be away and counts what it is asked.
use async_trait::async_trait;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientBuilder, ClientError, Clock, Conversation, DatabaseKey, DeliveryError, Environment, LocalWallet,
    Message, MessageKind, MessageQuery, SystemClock, Transport,
};
use xmtp_content_types::Content;
use xmtp_delivery::{Deliveries, LocalTransport, Newest, Page};
use xmtp_testkit::TestClock;
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, SequenceId, SignedCommit, Topic,
};

/// A network with a clock for everybody on it.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) line: Arc<Line>,
    pub(crate) clock: TestClock,
}

impl Network {
    /// One that keeps commit logs too.
    pub(crate) fn with_commit_logs() -> Self {
        Self { line: Arc::new(Line { keeps_commit_logs: true, ..Line::default() }), ..Self::default() }
    }

    pub(crate) async fn client(&self) -> Client {
        self.builder(&LocalWallet::generate().unwrap()).in_memory().build().await.unwrap()
    }

    pub(crate) async fn on_disk(&self, wallet: &LocalWallet, folder: &TempDir) -> Result<Client, ClientError> {
        self.builder(wallet).data_folder(folder.path()).database_key(DatabaseKey::from_bytes([3; 32])).build().await
    }

    pub(crate) fn builder(&self, wallet: &LocalWallet) -> ClientBuilder {
        let line: Arc<dyn Transport> = Arc::clone(&self.line) as _;
        let builder = Client::builder(wallet.clone()).environment(Environment::Local).transport(line);
        builder.clock(Arc::new(self.clock.clone()))
    }
}

/// The same conversation at another client, brought up to date.
pub(crate) async fn at(client: &Client, conversation: &Conversation) -> Conversation {
    client.conversations().sync_all().await.unwrap();
    client.conversations().find(conversation.id()).await.unwrap()
}

/// The bytes of a text.
pub(crate) fn text(text: &str) -> Vec<u8> {
    Content::text(text).to_bytes()
}

/// What members said in a conversation, as texts.
pub(crate) async fn texts(conversation: &Conversation) -> Vec<String> {
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    said(conversation.messages(query).await.unwrap())
}

/// What messages say, as texts.
pub(crate) fn said(messages: impl IntoIterator<Item = Message>) -> Vec<String> {
    let text = |message: Message| Content::from_bytes(&message.content).as_text().unwrap_or("no text").to_owned();
    messages.into_iter().map(text).collect()
}

/// A way to the network that counts requests, and can be cut.
#[derive(Debug)]
pub(crate) struct Line {
    network: LocalTransport,
    requests: AtomicU64,
    is_cut: AtomicBool,
    keeps_commit_logs: bool,
}

impl Default for Line {
    fn default() -> Self {
        let network = LocalTransport::with_clock(|| SystemClock.now());
        Self { network, requests: AtomicU64::new(0), is_cut: AtomicBool::new(false), keeps_commit_logs: false }
    }
}

impl Line {
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }

    fn ask_for_commit_logs(&self) -> Result<(), DeliveryError> {
        if self.keeps_commit_logs { self.ask() } else { Err(DeliveryError::Unsupported("it keeps none".into())) }
    }

    fn ask(&self) -> Result<(), DeliveryError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if self.is_cut.load(Ordering::SeqCst) { Err(DeliveryError::Unavailable("it is away".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl Transport for Line {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.ask()?;
        self.network.publish(envelopes).await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        self.ask()?;
        self.network.query(topic, after).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.ask()?;
        self.network.subscribe(topics).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.ask()?;
        self.network.newest(groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.ask()?;
        self.network.key_packages(installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.ask()?;
        self.network.identity_updates(inboxes).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.ask()?;
        self.network.inbox_ids(identifiers).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.ask()?;
        self.network.ask_contracts(questions).await
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        self.ask_for_commit_logs()?;
        self.network.publish_commit_log(entries).await
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        self.ask_for_commit_logs()?;
        self.network.commit_logs(groups).await
    }
}

/// Waits until `done` says so. What never comes is ended by the limit on the time of a test; time that stands still runs
/// out after an hour.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, done: impl Fn() -> F) {
    let waiting = async {
        let mut pause = Duration::from_millis(2);
        while !done().await {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    };
    tokio::time::timeout(Duration::from_secs(3600), waiting).await.unwrap_or_else(|_| panic!("{what}"));
}
