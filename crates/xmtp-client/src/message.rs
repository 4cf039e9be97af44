//! A message as an application sees it.
use std::fmt;
use xmtp_storage::{DeliveryStatus, MessageKind, MessageRow};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, Timestamp};

/// A stored message. `Debug` does not show its content.
#[derive(Clone, Eq, PartialEq)]
pub struct Message {
    /// Equal on every member.
    pub id: MessageId,
    /// Its conversation.
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
    /// When it disappears; known once the network has given it its place.
    pub expires_at: Option<Timestamp>,
    /// The message that it refers to: what it answers, reacts to or deletes.
    pub reference: Option<MessageId>,
    /// Its content type as `authority/type:major.minor`; empty if the content is not an `EncodedContent`.
    pub content_type: String,
    /// The bytes of its `EncodedContent`.
    pub content: Vec<u8>,
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id,
            conversation: row.group,
            kind: row.kind,
            status: row.status,
            sender: row.sender_inbox,
            sender_installation: row.sender_installation,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            reference: row.reference,
            content_type: row.content_type,
            content: row.content,
        }
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
