//! One row per message.
use crate::{MessageQuery, StorageError};
use std::fmt;
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, SequenceId, Timestamp};

/// Where a message comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum MessageKind {
    /// A member sent it.
    Application = 1,
    /// This installation wrote it down when it applied a commit.
    MembershipChange = 2,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum DeliveryStatus {
    /// Kept here, not yet taken by the network.
    Unpublished = 1,
    /// Taken by the network.
    Published = 2,
    /// Given up for good.
    Failed = 3,
}

/// A message. `Debug` does not show its content.
#[derive(Clone, Eq, PartialEq)]
pub struct MessageRow {
    /// Equal on every member.
    pub id: MessageId,
    /// The conversation.
    pub group: GroupId,
    /// Where it comes from.
    pub kind: MessageKind,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// The sender's inbox.
    pub sender_inbox: InboxId,
    /// The sender's installation.
    pub sender_installation: InstallationId,
    /// When the network took it; for an unpublished message, when it was written.
    pub sent_at: Timestamp,
    /// Its place in the order of the group; `None` until the network gave it one.
    pub sequence_id: Option<SequenceId>,
    /// The content type as `authority/type:major.minor`, empty if the content is not an `EncodedContent`.
    pub content_type: String,
    /// The message this one refers to.
    pub reference: Option<MessageId>,
    /// The content as it was sent: the bytes of an `EncodedContent`.
    pub content: Vec<u8>,
    /// What makes the id unique: decimal nanoseconds from released clients, any text from others.
    pub idempotency_key: String,
    /// When it must be gone.
    pub expires_at: Option<Timestamp>,
}

/// Reading messages.
pub trait MessageReads {
    /// The message `id`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn message(&mut self, id: &MessageId) -> Result<Option<MessageRow>, StorageError>;

    /// Messages that fit `query`, each with its number in the order of storing. Ties in time are in that order, the
    /// newest first if the list is: either list is the other one reversed.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn placed_messages(&mut self, query: &MessageQuery) -> Result<Vec<(u64, MessageRow)>, StorageError>;

    /// Messages that fit `query`, in the order of [`MessageReads::placed_messages`].
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn messages(&mut self, query: &MessageQuery) -> Result<Vec<MessageRow>, StorageError> {
        Ok(self.placed_messages(query)?.into_iter().map(|(_, row)| row).collect())
    }

    /// A number that rises with each stored message: the place of `id` in the order of storing.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn stored_position(&mut self, id: &MessageId) -> Result<Option<u64>, StorageError>;

    /// The position of the message stored last; 0 if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn newest_position(&mut self) -> Result<u64, StorageError>;

    /// When the next message must be gone.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn next_expiry(&mut self) -> Result<Option<Timestamp>, StorageError>;

    /// How many messages fit `query`, its limit aside.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn count_messages(&mut self, query: &MessageQuery) -> Result<u64, StorageError>;
}

/// Writing messages.
pub trait MessageWrites {
    /// Inserts a message unless its id is there. Says whether it was new. Lifts the group's `last_message_at`; an
    /// unpublished message does so as long as it is what an intent sends, and for good with its
    /// [delivery](MessageWrites::update_delivery).
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn insert_message(&mut self, row: &MessageRow) -> Result<bool, StorageError>;

    /// Inserts messages in this order, each as [`MessageWrites::insert_message`] does. Says which were new.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn insert_messages(&mut self, rows: &[MessageRow]) -> Result<Vec<bool>, StorageError> {
        rows.iter().map(|row| self.insert_message(row)).collect()
    }

    /// Sets status, time and place of the message `id`; no effect if it is not there. Lifts the group's
    /// `last_message_at`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn update_delivery(
        &mut self,
        id: &MessageId,
        status: DeliveryStatus,
        sent_at: Timestamp,
        sequence_id: Option<SequenceId>,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StorageError>;

    /// Deletes messages whose `expires_at` is at or before `now`, and notes each as a deletion; returns their ids.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn delete_expired(&mut self, now: Timestamp) -> Result<Vec<MessageId>, StorageError>;
}

impl MessageRow {
    /// Whether it must be gone at `now`.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageRow")
            .field("id", &self.id)
            .field("group", &self.group)
            .field("kind", &self.kind)
            .field("status", &self.status)
            .field("sent_at", &self.sent_at)
            .field("sequence_id", &self.sequence_id)
            .field("content_type", &self.content_type)
            .field("content_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}
