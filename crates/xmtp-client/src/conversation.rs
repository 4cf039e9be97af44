//! One conversation.
use crate::{ClientError, Message, client::Inner};
use std::{fmt, sync::Arc};
use xmtp_mls::{AdminChange, GroupInfo, Intent};
use xmtp_storage::{
    ConsentEntity, ConsentRow, ConsentState, ConversationKind, Durability, GroupRow, GroupStatus, MessageQuery,
};
use xmtp_types::{GroupId, InboxId, MessageId, Timestamp};

/// A conversation, DM or group. A cheap handle: what it tells is read from the store each time.
#[derive(Clone)]
pub struct Conversation {
    pub(crate) inner: Arc<Inner>,
    pub(crate) id: GroupId,
    pub(crate) kind: ConversationKind,
    pub(crate) dm_peer: Option<InboxId>,
    pub(crate) created_at: Timestamp,
}

impl Conversation {
    pub(crate) fn new(inner: Arc<Inner>, row: GroupRow) -> Self {
        Self { inner, id: row.id, kind: row.kind, dm_peer: row.dm_peer, created_at: row.created_at }
    }

    /// Its id: the MLS group id.
    pub const fn id(&self) -> &GroupId {
        &self.id
    }

    /// What it is.
    pub const fn kind(&self) -> ConversationKind {
        self.kind
    }

    /// The other inbox of a DM.
    pub const fn dm_peer(&self) -> Option<InboxId> {
        self.dm_peer
    }

    /// When this installation created or joined it.
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// Stores and sends a message: the bytes of an `EncodedContent`. Returns when the network has taken it.
    ///
    /// # Errors
    /// [`ClientError::Queued`] if it is stored but not sent yet: it goes out with the next sync, do not send it again.
    pub async fn send(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        self.inner.send(&self.id, content, should_push).await
    }

    /// Stores a message and returns at once. It is sent with the next [`Conversation::send`] or sync.
    ///
    /// # Errors
    /// [`ClientError`] if the conversation cannot be written to.
    pub async fn send_later(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        let group = self.id.clone();
        let queue = move |session: &mut xmtp_mls::Session<'_>| session.queue_message(&group, content, should_push);
        self.inner.machine.step(Durability::Full, queue).await
    }

    /// Messages that fit `query`, whose group is this conversation.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn messages(&self, query: MessageQuery) -> Result<Vec<Message>, ClientError> {
        let query = MessageQuery { group: Some(self.id.clone()), ..query };
        let rows = self.inner.machine.read(move |store| store.messages(&query)).await?;
        Ok(rows.into_iter().map(Message::from).collect())
    }

    /// Sends what is queued and reads what is new.
    ///
    /// # Errors
    /// [`ClientError`]; what was done until then is kept.
    pub async fn sync(&self) -> Result<(), ClientError> {
        self.inner.sync_group(&self.id).await
    }

    /// Members, roles, metadata and epoch, as this installation knows them now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn info(&self) -> Result<GroupInfo, ClientError> {
        let group = self.id.clone();
        self.inner.machine.step(Durability::Relaxed, move |session| session.group_info(&group)).await
    }

    /// Whether it can move on.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn status(&self) -> Result<GroupStatus, ClientError> {
        let group = self.id.clone();
        let row = self.inner.machine.read(move |store| store.group(&group)).await?;
        Ok(row.map(|row| row.status).unwrap_or_default())
    }

    /// Adds inboxes with all their installations.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn add_members(&self, inboxes: &[InboxId]) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: inboxes.to_vec(), remove: Vec::new() }).await
    }

    /// Removes inboxes with all their installations.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn remove_members(&self, inboxes: &[InboxId]) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: Vec::new(), remove: inboxes.to_vec() }).await
    }

    /// Brings every member's installations up to date now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn update_installations(&self) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() }).await
    }

    /// Sets the name of a group.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_name(&self, name: &str) -> Result<(), ClientError> {
        self.update_field("group_name", name).await
    }

    /// Sets the description of a group.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_description(&self, description: &str) -> Result<(), ClientError> {
        self.update_field("description", description).await
    }

    /// Changes a member's role.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_role(&self, inbox: InboxId, change: AdminChange) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::UpdateAdmins { change, inbox }).await
    }

    /// Renews the keys of this installation in the group.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_keys(&self) -> Result<(), ClientError> {
        self.inner.commit(&self.id, Intent::RotateKeys).await
    }

    /// Whether this conversation is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn consent(&self) -> Result<ConsentState, ClientError> {
        let entity = ConsentEntity::Conversation(self.id.clone());
        let row = self.inner.machine.read(move |store| store.consent(&entity)).await?;
        Ok(row.map(|row| row.state).unwrap_or_default())
    }

    /// Decides whether this conversation is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn set_consent(&self, state: ConsentState) -> Result<(), ClientError> {
        let entity = ConsentEntity::Conversation(self.id.clone());
        self.inner
            .machine
            .step(Durability::Relaxed, move |session| {
                let row = ConsentRow { entity, state, decided_at: session.now() };
                Ok(session.tx().put_consent(&row)?)
            })
            .await
    }

    async fn update_field(&self, field: &str, value: &str) -> Result<(), ClientError> {
        let intent = Intent::UpdateMetadata { field: field.to_owned(), value: value.to_owned() };
        self.inner.commit(&self.id, intent).await
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}
