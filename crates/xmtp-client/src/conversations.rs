//! All conversations of a client.
use crate::{
    ClientError, Conversation, ConversationStream, ConversationStreamOptions, Disappearing, SyncProgress, SyncReport,
    client::Inner,
};
use std::sync::Arc;
use xmtp_mls::{EngineError, GroupOptions, Intent};
use xmtp_storage::{ConsentState, Durability, GroupQuery};
use xmtp_types::{GroupId, InboxId};

/// The conversations of a client: create, find, list, sync.
#[derive(Clone, Debug)]
pub struct Conversations {
    pub(crate) inner: Arc<Inner>,
}

impl Conversations {
    /// Creates a group with these members and this client's inbox as its super admin.
    ///
    /// # Errors
    /// [`ClientError`]; if members could not be reached the group exists and the change is queued.
    pub async fn create_group(&self, members: &[InboxId], options: GroupOptions) -> Result<Conversation, ClientError> {
        let members: Vec<InboxId> = members.iter().copied().filter(|inbox| *inbox != self.inner.inbox).collect();
        let invited = members.clone();
        let create = move |session: &mut xmtp_mls::Session<'_>| session.create_group_for(&invited, &options);
        let id = self.inner.machine.step(Durability::Relaxed, create).await?;
        self.inner.commit(&id, Intent::UpdateMembers { add: members, remove: Vec::new() }).await?;
        self.find(&id).await
    }

    /// Creates a group here alone, without the network. Messages can be written into it with
    /// [`Conversation::send_later`] and members be added; all of it goes out with [`Conversation::publish`].
    ///
    /// # Errors
    /// [`ClientError::Engine`] if an option is not allowed.
    pub async fn create_group_later(&self, options: GroupOptions) -> Result<Conversation, ClientError> {
        let create = move |session: &mut xmtp_mls::Session<'_>| session.create_group(&options);
        let id = self.inner.machine.step(Durability::Full, create).await?;
        self.find(&id).await
    }

    /// The direct conversation with `peer`: the one that was active last, or a new one.
    ///
    /// # Errors
    /// [`ClientError`]; if the peer could not be reached the conversation exists and the change is queued.
    pub async fn dm(&self, peer: InboxId) -> Result<Conversation, ClientError> {
        self.dm_with(peer, None).await
    }

    /// Like [`Conversations::dm`]; a new one starts with these settings, and one that is found stays as it is.
    ///
    /// # Errors
    /// As [`Conversations::dm`], and [`ClientError::Engine`] if messages would disappear before they are read.
    pub async fn dm_with(
        &self,
        peer: InboxId,
        disappearing: Option<Disappearing>,
    ) -> Result<Conversation, ClientError> {
        let options = disappearing.map_or_else(|| Ok(GroupOptions::default()), Disappearing::options)?;
        let find = move |session: &mut xmtp_mls::Session<'_>| {
            let id = session.find_or_create_dm_with(peer, &options)?;
            let has_peer = session.group_info(&id)?.members.contains_key(&peer);
            Ok((id, has_peer))
        };
        let (id, has_peer) = self.inner.machine.step(Durability::Relaxed, find).await?;
        if !has_peer {
            self.inner.commit(&id, Intent::UpdateMembers { add: vec![peer], remove: Vec::new() }).await?;
        }
        self.find(&id).await
    }

    /// The direct conversation with `peer` that was active last, if there is one.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn find_dm(&self, peer: InboxId) -> Result<Option<Conversation>, ClientError> {
        Ok(self.list(GroupQuery { dm_peer: Some(peer), ..GroupQuery::default() }).await?.into_iter().next())
    }

    /// The conversation with this id.
    ///
    /// # Errors
    /// [`ClientError::Engine`] if there is none.
    pub async fn find(&self, id: &GroupId) -> Result<Conversation, ClientError> {
        let wanted = id.clone();
        let row = self.inner.machine.read(move |store| store.group(&wanted)).await?;
        row.map(|row| Conversation::new(Arc::clone(&self.inner), row))
            .ok_or(ClientError::Engine(EngineError::UnknownGroup))
    }

    /// Conversations that fit `query`, of the direct ones with one inbox only the one that was active last.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn list(&self, query: GroupQuery) -> Result<Vec<Conversation>, ClientError> {
        self.list_with_duplicates(GroupQuery { one_per_peer: true, ..query }).await
    }

    /// Conversations that fit `query`, also the duplicates of direct ones.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn list_with_duplicates(&self, query: GroupQuery) -> Result<Vec<Conversation>, ClientError> {
        let rows = self.inner.machine.read(move |store| store.groups(&query)).await?;
        Ok(rows.into_iter().map(|row| Conversation::new(Arc::clone(&self.inner), row)).collect())
    }

    /// Conversations from now on, as they are created or joined; see [`ConversationStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream(&self) -> Result<ConversationStream, ClientError> {
        self.stream_with(ConversationStreamOptions::default()).await
    }

    /// Conversations as the options say; see [`ConversationStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_with(&self, options: ConversationStreamOptions) -> Result<ConversationStream, ClientError> {
        ConversationStream::open(&self.inner, options).await
    }

    /// The position of the newest conversation: a stream opened [`StreamPosition::After`](crate::StreamPosition::After) it
    /// misses none that comes later.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn newest_position(&self) -> Result<u64, ClientError> {
        self.inner.machine.read(|store| store.newest_conversation()).await
    }

    /// Joins the groups this client was added to since the last time.
    ///
    /// # Errors
    /// [`ClientError`]; what was done until then is kept.
    pub async fn sync(&self) -> Result<(), ClientError> {
        self.inner.sync_welcomes().await
    }

    /// Joins new groups and syncs every conversation that has news or something to send.
    ///
    /// # Errors
    /// The first failure, after all conversations were tried.
    pub async fn sync_all(&self) -> Result<SyncReport, ClientError> {
        self.inner.sync_all(&[], |_| {}).await
    }

    /// Joins new groups and syncs every conversation whose consent is one of these and that has news or something to send.
    /// No record counts as unknown.
    ///
    /// # Errors
    /// The first failure, after all conversations were tried.
    pub async fn sync_all_with(&self, consent: &[ConsentState]) -> Result<SyncReport, ClientError> {
        self.inner.sync_all(consent, |_| {}).await
    }

    /// As [`Conversations::sync_all_with`], for someone who waits: `progress` is told when it is known how many conversations
    /// there are to sync, and each time one is done. No consent means any.
    ///
    /// # Errors
    /// The first failure, after all conversations were tried.
    pub async fn sync_all_watched(
        &self,
        consent: &[ConsentState],
        progress: impl Fn(SyncProgress) + Send + Sync,
    ) -> Result<SyncReport, ClientError> {
        self.inner.sync_all(consent, progress).await
    }
}
