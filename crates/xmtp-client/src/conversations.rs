//! All conversations of a client.
use crate::{ClientError, Conversation, SyncReport, client::Inner};
use std::sync::Arc;
use xmtp_mls::{EngineError, GroupOptions, Intent};
use xmtp_storage::{Durability, GroupQuery};
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

    /// The direct conversation with `peer`: the one that was active last, or a new one.
    ///
    /// # Errors
    /// [`ClientError`]; if the peer could not be reached the conversation exists and the change is queued.
    pub async fn dm(&self, peer: InboxId) -> Result<Conversation, ClientError> {
        let find = move |session: &mut xmtp_mls::Session<'_>| {
            let id = session.find_or_create_dm(peer)?;
            let has_peer = session.group_info(&id)?.members.contains_key(&peer);
            Ok((id, has_peer))
        };
        let (id, has_peer) = self.inner.machine.step(Durability::Relaxed, find).await?;
        if !has_peer {
            self.inner.commit(&id, Intent::UpdateMembers { add: vec![peer], remove: Vec::new() }).await?;
        }
        self.find(&id).await
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

    /// Conversations that fit `query`, the most recently active first.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn list(&self, query: GroupQuery) -> Result<Vec<Conversation>, ClientError> {
        let rows = self.inner.machine.read(move |store| store.groups(&query)).await?;
        Ok(rows.into_iter().map(|row| Conversation::new(Arc::clone(&self.inner), row)).collect())
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
        self.inner.sync_all().await
    }
}
