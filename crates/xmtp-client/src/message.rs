//! A message as an application sees it.
use std::{collections::HashMap, fmt};
use xmtp_storage::{
    DeletionCause, DeliveryStatus, MessageKind, MessageQuery, MessageRow, Place, StorageError, StoreRead,
};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, Timestamp};

/// A stored message. `Debug` does not show its content.
#[derive(Clone, Eq, PartialEq)]
pub struct Message {
    /// Equal on every member.
    pub id: MessageId,
    /// Its conversation. Of a direct conversation that was opened more than once, the one it was sent in.
    pub conversation: GroupId,
    /// Where it comes from.
    pub kind: MessageKind,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// The sender's inbox.
    pub sender: InboxId,
    /// The sender's installation.
    pub sender_installation: InstallationId,
    /// When the network took it; for one that is not sent yet, when it was written.
    pub sent_at: Timestamp,
    /// Its number in the order in which this installation stored messages.
    pub position: u64,
    /// When it disappears; known once the network has given it its place.
    pub expires_at: Option<Timestamp>,
    /// Why it is not to be shown any more, if it was deleted before it was read here. What it said is still there.
    pub deleted: Option<DeletionCause>,
    /// The message that it refers to: what it answers, reacts to or deletes.
    pub reference: Option<MessageId>,
    /// Its content type as `authority/type:major.minor`; empty if the content is not an `EncodedContent`.
    pub content_type: String,
    /// The bytes of its `EncodedContent`.
    pub content: Vec<u8>,
}

impl Message {
    /// The message of a row and its position, with whether it was deleted.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    pub(crate) fn read(store: &mut dyn StoreRead, (position, row): (u64, MessageRow)) -> Result<Self, StorageError> {
        let deleted = store.deletion(&row.id)?.map(|deletion| deletion.cause);
        Ok(Self::new(position, row, deleted))
    }

    /// As [`Message::read`], of many rows.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    pub(crate) fn read_all(store: &mut dyn StoreRead, rows: Vec<(u64, MessageRow)>) -> Result<Vec<Self>, StorageError> {
        let ids: Vec<MessageId> = rows.iter().map(|(_, row)| row.id).collect();
        let deletions = store.deletions_of(&ids)?.into_iter().map(|deletion| (deletion.message, deletion.cause));
        let causes: HashMap<MessageId, DeletionCause> = deletions.collect();
        let read = |(position, row): (u64, MessageRow)| {
            let deleted = causes.get(&row.id).copied();
            Self::new(position, row, deleted)
        };
        Ok(rows.into_iter().map(read).collect())
    }

    fn new(position: u64, row: MessageRow, deleted: Option<DeletionCause>) -> Self {
        Self {
            id: row.id,
            conversation: row.group,
            kind: row.kind,
            status: row.status,
            sender: row.sender_inbox,
            sender_installation: row.sender_installation,
            sent_at: row.sent_at,
            position,
            expires_at: row.expires_at,
            reference: row.reference,
            deleted,
            content_type: row.content_type,
            content: row.content,
        }
    }

    /// All messages that fit `query`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    pub(crate) fn list(store: &mut dyn StoreRead, query: &MessageQuery) -> Result<Vec<Self>, StorageError> {
        let rows = store.placed_messages(query)?;
        Self::read_all(store, rows)
    }

    /// Where it stands in a list: hand it to [`MessageQuery::beyond`](crate::MessageQuery::beyond) for the next page.
    pub const fn place(&self) -> Place {
        Place { sent_at: self.sent_at, position: self.position }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("conversation", &self.conversation)
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}
