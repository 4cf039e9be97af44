//! The handle.
use crate::{
    ClientBuilder, ClientError, Conversations, DeletionStream, ForkRecovery, Identities, Inbox, InboxError, Message,
    MessageStream, MessageStreamOptions, Preferences, Signer, Statistics, StreamPosition, WorkerState,
    directory::newest_state, lane::Lanes, machine::Machine, preferences::Tending, stream::Scope,
};
use std::{collections::BTreeSet, fmt, sync::Arc};
use tokio::sync::{OnceCell, broadcast, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use xmtp_crypto::SIGNATURE_LENGTH;
use xmtp_delivery::{Connection, Network, Transport};
use xmtp_identity::InboxState;
use xmtp_mls::Event;
use xmtp_storage::{Durability, Namespace, StoreRead};
use xmtp_types::{Identifier, InboxId, InstallationId, MessageId, Timestamp};
use zeroize::Zeroizing;

/// A client: one installation of one inbox. Clones share everything.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    _stop: Arc<DropGuard>,
}

/// Where a state of an inbox is taken from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StateFrom {
    /// The network, which knows the newest one.
    Network,
    /// What this client has kept; no request.
    Kept,
}

pub(crate) struct Inner {
    pub(crate) inbox: InboxId,
    pub(crate) installation: InstallationId,
    pub(crate) network: Network,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) machine: Arc<Machine>,
    pub(crate) lanes: Lanes,
    pub(crate) tending: Tending,
    pub(crate) recovery: ForkRecovery,
    pub(crate) live: OnceCell<()>,
    pub(crate) connection: watch::Sender<Connection>,
    /// Cancelled when the client is closed or its last handle is dropped: streams and workers end.
    pub(crate) stop: CancellationToken,
    /// Cancelled when the client is closed. A conversation can be written to without a handle of the client.
    pub(crate) closed: CancellationToken,
}

impl Client {
    /// Starts to build a client for whoever `signer` signs for.
    pub fn builder(signer: impl Signer + 'static) -> ClientBuilder {
        ClientBuilder::new(Arc::new(signer))
    }

    pub(crate) fn new(
        inbox: InboxId,
        installation: InstallationId,
        network: Network,
        transport: Arc<dyn Transport>,
        machine: Arc<Machine>,
        tending: Tending,
        recovery: ForkRecovery,
    ) -> Self {
        let closed = CancellationToken::new();
        let stop = closed.child_token();
        let guard = stop.clone().drop_guard();
        let inner = Inner {
            inbox,
            installation,
            network,
            transport,
            machine,
            lanes: Lanes::default(),
            tending,
            recovery,
            live: OnceCell::new(),
            connection: watch::Sender::new(Connection::Apart),
            stop,
            closed,
        };
        Self { inner: Arc::new(inner), _stop: Arc::new(guard) }
    }

    /// The inbox it speaks for.
    pub fn inbox_id(&self) -> InboxId {
        self.inner.inbox
    }

    /// Its installation.
    pub fn installation_id(&self) -> InstallationId {
        self.inner.installation
    }

    /// The network it was built for. One that was given a transport of its own goes where that leads.
    pub fn network(&self) -> &Network {
        &self.inner.network
    }

    /// Its conversations.
    pub fn conversations(&self) -> Conversations {
        Conversations { inner: Arc::clone(&self.inner) }
    }

    /// What its user has decided: who is wanted, the keys for push.
    pub fn preferences(&self) -> Preferences {
        Preferences { inner: Arc::clone(&self.inner) }
    }

    /// Its own inbox: accounts, installations, recovery.
    pub fn inbox(&self) -> Inbox {
        Inbox { inner: Arc::clone(&self.inner), identities: self.identities() }
    }

    /// Look-ups of other inboxes, on the network this client uses.
    pub fn identities(&self) -> Identities {
        let (transport, machine) = (&self.inner.transport, &self.inner.machine);
        Identities::new(Arc::clone(transport), Arc::clone(machine.ledger.verifier()), Arc::clone(&machine.clock))
    }

    /// The inbox that an identity belongs to.
    ///
    /// # Errors
    /// [`ClientError::NotRegistered`] if it belongs to none.
    pub async fn inbox_of(&self, identifier: &Identifier) -> Result<InboxId, ClientError> {
        let found = self.identities().inbox_of(identifier).await?;
        found.ok_or_else(|| ClientError::NotRegistered(identifier.clone()))
    }

    /// Signs `text` with the key of this installation, for whoever knows its id: a proof that what an application says
    /// comes from here. Such a signature is of no use in an identity update (Ed25519ph under a context of its own).
    ///
    /// # Errors
    /// [`ClientError::Closed`].
    pub async fn sign_with_installation(&self, text: &str) -> Result<[u8; SIGNATURE_LENGTH], ClientError> {
        let text = text.to_owned();
        let sign = move |session: &mut xmtp_mls::Session<'_>| Ok(session.installation().key().sign_public(&text));
        self.inner.machine.step(Durability::Relaxed, sign).await
    }

    /// The newest state of an inbox: its identities and installations.
    ///
    /// # Errors
    /// [`InboxError::Unknown`] if there is no such inbox, [`InboxError::InvalidLog`] if an update in its log breaks a
    /// rule.
    pub async fn inbox_state(&self, inbox: InboxId) -> Result<Arc<InboxState>, ClientError> {
        self.inner.inbox_state(inbox).await
    }

    /// The state of each inbox, in the order asked: the newest of the network, which is kept, or the newest that is kept.
    ///
    /// # Errors
    /// As [`Client::inbox_state`], for the first inbox that has no state.
    pub async fn inbox_states(
        &self,
        inboxes: &[InboxId],
        from: StateFrom,
    ) -> Result<Vec<Arc<InboxState>>, ClientError> {
        self.inner.inbox_states(inboxes.to_vec(), from).await
    }

    /// The message with this id, unless it has expired.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn message(&self, id: MessageId) -> Result<Option<Message>, ClientError> {
        let now = self.inner.machine.clock.now();
        let read = move |store: &mut dyn StoreRead| {
            let row = store.message(&id)?.filter(|row| !row.has_expired(now));
            let position = store.stored_position(&id)?;
            row.zip(position).map(|(row, position)| Message::read(store, (position, row))).transpose()
        };
        self.inner.machine.read(read).await
    }

    /// Messages from now on, of all conversations, as they are stored; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages(&self) -> Result<MessageStream, ClientError> {
        self.stream_messages_with(MessageStreamOptions::default()).await
    }

    /// Messages stored after a position, then live, without a gap; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages_from(&self, from: StreamPosition) -> Result<MessageStream, ClientError> {
        self.stream_messages_with(MessageStreamOptions { from, ..MessageStreamOptions::default() }).await
    }

    /// Messages of the conversations that the options name; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages_with(&self, options: MessageStreamOptions) -> Result<MessageStream, ClientError> {
        MessageStream::open(&self.inner, options.from, Scope::all(options)).await
    }

    /// Deletions of messages from now on, by members or because their time was over; see [`DeletionStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_deletions(&self) -> Result<DeletionStream, ClientError> {
        self.stream_deletions_from(StreamPosition::Now).await
    }

    /// Deletions of messages after a position, then live, without a gap; see [`DeletionStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_deletions_from(&self, from: StreamPosition) -> Result<DeletionStream, ClientError> {
        DeletionStream::open(&self.inner, from).await
    }

    /// The position of the newest stored message: a stream opened [`StreamPosition::After`] it misses none that is
    /// stored later, whether the client has been following meanwhile or not.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn newest_position(&self) -> Result<u64, ClientError> {
        self.inner.machine.read(|store| store.newest_position()).await
    }

    /// What works in the background while this client is live, and what each did: see [`WorkerState`]. None has run before
    /// a stream was opened.
    pub fn workers(&self) -> Vec<WorkerState> {
        self.inner.machine.workers.states()
    }

    /// Whether the network is followed live. It is not before a stream was opened.
    pub fn connection(&self) -> watch::Receiver<Connection> {
        self.inner.connection.subscribe()
    }

    /// The time of this client's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.machine.clock.now()
    }

    /// How often this client went to its database since it was opened.
    pub fn statistics(&self) -> Statistics {
        self.inner.machine.statistics()
    }

    /// Goes through the whole database and says what is damaged in it, as words for a person; nothing if it is sound.
    /// Nothing is written meanwhile.
    ///
    /// # Errors
    /// [`ClientError::Storage`] if it cannot be gone through.
    pub async fn check_database(&self) -> Result<Vec<String>, ClientError> {
        self.inner.machine.check().await
    }

    /// Ends streams and workers, lets the step that runs come to its end, and closes the database: when this returns it
    /// can be opened again. Whatever is called afterwards, on this handle or another, is refused with
    /// [`ClientError::Closed`], and so is what was under way; what was stored by then goes out when the client is opened
    /// again. Closing twice is harmless.
    pub async fn close(&self) {
        self.inner.closed.cancel();
        self.inner.machine.close().await;
    }

    /// What happens from now on. A listener that falls far behind misses events; messages are streamed instead by
    /// [`Client::stream_messages`], which misses none.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.machine.events()
    }

    /// A value an application keeps beside the client's data, in the same encrypted file.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn value(&self, key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, ClientError> {
        let key = key.to_vec();
        self.inner.machine.read(move |store| store.value(Namespace::Application, &key)).await
    }

    /// Keeps a value for an application.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn put_value(&self, key: &[u8], value: &[u8]) -> Result<(), ClientError> {
        let (key, value) = (key.to_vec(), Zeroizing::new(value.to_vec()));
        self.inner
            .machine
            .step(Durability::Relaxed, move |session| {
                Ok(session.tx().put_value(Namespace::Application, &key, &value)?)
            })
            .await
    }
}

impl Inner {
    /// Runs `work` by itself until it ends or the client does.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.spawn_until(self.stop.clone(), work);
    }

    /// Runs `work` by itself until it ends or is cancelled.
    pub(crate) fn spawn_until(&self, end: CancellationToken, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.machine.tasks.spawn(async move { end.run_until_cancelled(work).await }));
    }

    pub(crate) async fn inbox_state(self: &Arc<Self>, inbox: InboxId) -> Result<Arc<InboxState>, ClientError> {
        let found = self.inbox_states(vec![inbox], StateFrom::Network).await?.pop();
        found.ok_or(ClientError::Inbox(InboxError::Unknown(inbox)))
    }

    async fn inbox_states(
        self: &Arc<Self>,
        inboxes: Vec<InboxId>,
        from: StateFrom,
    ) -> Result<Vec<Arc<InboxState>>, ClientError> {
        let machine = &self.machine;
        if from == StateFrom::Network {
            let unique: BTreeSet<InboxId> = inboxes.iter().copied().collect();
            machine.ledger.refresh(machine, unique.into_iter().collect()).await?;
        }
        let state = |store: &mut dyn StoreRead, inbox| Ok(newest_state(store, &inbox)?.map(Arc::new));
        let states: Vec<Result<_, InboxError>> =
            machine.read(move |store| inboxes.into_iter().map(|inbox| state(store, inbox)).collect()).await?;
        Ok(states.into_iter().collect::<Result<_, _>>()?)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("inbox", &self.inner.inbox)
            .field("installation", &self.inner.installation)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("installation", &self.installation).finish_non_exhaustive()
    }
}
