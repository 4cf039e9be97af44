//! The handle.
use crate::{
    ClientBuilder, ClientError, Conversations, MessageStream, Signer, StreamPosition, machine::Machine, publish::Lanes,
    stream,
};
use std::{fmt, sync::Arc};
use tokio::sync::{OnceCell, broadcast};
use tokio_util::sync::{CancellationToken, DropGuard};
use xmtp_delivery::Transport;
use xmtp_identity::InboxState;
use xmtp_mls::{Event, Lookup};
use xmtp_storage::{Durability, Namespace};
use xmtp_types::{Identifier, InboxId, InstallationId, MessageId};
use zeroize::Zeroizing;

/// A client: one installation of one inbox. Clones share everything.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    _stop: Arc<DropGuard>,
}

pub(crate) struct Inner {
    pub(crate) inbox: InboxId,
    pub(crate) installation: InstallationId,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) machine: Arc<Machine>,
    pub(crate) lanes: Lanes,
    pub(crate) live: OnceCell<()>,
    pub(crate) stop: CancellationToken,
}

impl Client {
    /// Starts to build a client for whoever `signer` signs for.
    pub fn builder(signer: impl Signer + 'static) -> ClientBuilder {
        ClientBuilder::new(Arc::new(signer))
    }

    pub(crate) fn new(
        inbox: InboxId,
        installation: InstallationId,
        transport: Arc<dyn Transport>,
        machine: Arc<Machine>,
    ) -> Self {
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let inner =
            Inner { inbox, installation, transport, machine, lanes: Lanes::default(), live: OnceCell::new(), stop };
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

    /// Its conversations.
    pub fn conversations(&self) -> Conversations {
        Conversations { inner: Arc::clone(&self.inner) }
    }

    /// The inbox that an identity belongs to.
    ///
    /// # Errors
    /// [`ClientError::NotRegistered`] if it belongs to none.
    pub async fn inbox_of(&self, identifier: &Identifier) -> Result<InboxId, ClientError> {
        let found = self.inner.transport.inbox_ids(std::slice::from_ref(identifier)).await?;
        found.into_iter().next().flatten().ok_or_else(|| ClientError::NotRegistered(identifier.clone()))
    }

    /// The newest state of an inbox: its identities and installations.
    ///
    /// # Errors
    /// [`ClientError`] if there is no such inbox or its log is not valid.
    pub async fn inbox_state(&self, inbox: InboxId) -> Result<Arc<InboxState>, ClientError> {
        self.inner.inbox_state(inbox).await
    }

    /// The message with this id.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn message(&self, id: MessageId) -> Result<Option<crate::Message>, ClientError> {
        Ok(self.inner.machine.read(move |store| store.message(&id)).await?.map(crate::Message::from))
    }

    /// Messages from now on, of all conversations, as they are stored; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages(&self) -> Result<MessageStream, ClientError> {
        stream::open(&self.inner, StreamPosition::Now).await
    }

    /// Messages stored after a position, then live, without a gap; see [`MessageStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_messages_from(&self, position: StreamPosition) -> Result<MessageStream, ClientError> {
        stream::open(&self.inner, position).await
    }

    /// The position of the newest stored message: a stream opened [`StreamPosition::After`] it misses none that is
    /// stored later, whether the client has been following meanwhile or not.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn newest_position(&self) -> Result<u64, ClientError> {
        self.inner.machine.read(|store| store.newest_position()).await
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
    pub(crate) async fn inbox_state(self: &Arc<Self>, inbox: InboxId) -> Result<Arc<InboxState>, ClientError> {
        let machine = &self.machine;
        machine.ledger.refresh(machine, vec![inbox]).await?;
        let ledger = Arc::clone(&machine.ledger);
        let state = machine
            .read(move |store| {
                let newest = store.latest_identity(&inbox)?.unwrap_or_default();
                Ok(xmtp_mls::Directory::inbox_state(&*ledger, store, &inbox, newest))
            })
            .await?;
        state.map_err(|error| match error {
            Lookup::Storage(error) => ClientError::Storage(error),
            other => ClientError::Engine(xmtp_mls::EngineError::Refused(other.to_string())),
        })
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
