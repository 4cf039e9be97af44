//! Direct conversations that were opened more than once.
//!
//! Two inboxes that open a direct conversation at the same time, or two installations of one inbox, make two groups.
//! Nobody can tell beforehand, so both stay, and are one to their users: all messages are in each, and what is sent goes to
//! the one that was active last, where the other side looks first, too.
//!
//! Source of fact: XMTP documentation, "duplicate DMs"; released clients.
use crate::{ClientError, Conversation};
use xmtp_storage::{GroupQuery, GroupRow, GroupStatus, MessageQuery, StorageError, StoreRead};
use xmtp_types::GroupId;

impl Conversation {
    /// The other groups that are one direct conversation with this one, the most recently active first. None for a group.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn duplicates(&self) -> Result<Vec<GroupId>, ClientError> {
        let mut all = self.stitched().await?;
        all.retain(|id| *id != self.id);
        Ok(all)
    }

    /// This conversation and its duplicates, the most recently active first.
    pub(crate) async fn stitched(&self) -> Result<Vec<GroupId>, ClientError> {
        let Some(rows) = self.with_duplicates().await? else { return Ok(vec![self.id.clone()]) };
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Where what is sent goes: of this conversation and its duplicates, the one that was active last and still is.
    pub(crate) async fn active(&self) -> Result<GroupId, ClientError> {
        let Some(rows) = self.with_duplicates().await? else { return Ok(self.id.clone()) };
        // MSG.R6
        let active = rows.into_iter().find(|row| row.status == GroupStatus::Active);
        Ok(active.map_or_else(|| self.id.clone(), |row| row.id))
    }

    /// `query` for the messages of this conversation and of its duplicates.
    pub(crate) fn here(&self, query: MessageQuery) -> MessageQuery {
        match self.dm_peer {
            Some(_) => MessageQuery { group: None, dm_peer: self.dm_peer, ..query },
            None => MessageQuery { group: Some(self.id.clone()), dm_peer: None, ..query },
        }
    }

    /// This conversation and its duplicates, the most recently active first; `None` of a group.
    async fn with_duplicates(&self) -> Result<Option<Vec<GroupRow>>, ClientError> {
        let Some(peer) = self.dm_peer else { return Ok(None) };
        let query = GroupQuery { dm_peer: Some(peer), ..GroupQuery::default() };
        self.inner.machine.read(move |store| store.groups(&query)).await.map(Some)
    }
}

/// The same query, about the one group there is if a direct conversation was opened only once: that is found faster.
///
/// # Errors
/// [`StorageError`] if the store cannot be read.
pub(crate) fn narrowed(store: &mut dyn StoreRead, query: MessageQuery) -> Result<MessageQuery, StorageError> {
    if query.dm_peer.is_none() {
        return Ok(query);
    }
    let dms = store.groups(&GroupQuery { dm_peer: query.dm_peer, ..GroupQuery::default() })?;
    match dms.as_slice() {
        [only] => Ok(MessageQuery { group: Some(only.id.clone()), dm_peer: None, ..query }),
        // MSG.R5
        _ => Ok(query),
    }
}
