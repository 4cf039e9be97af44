//! Which messages to list, and in which order.
use crate::{DeliveryStatus, MessageKind};
use xmtp_types::{GroupId, InboxId, MessageId, Timestamp};

/// In which order to list messages.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MessageOrder {
    /// Oldest first, by time sent.
    #[default]
    SentAscending,
    /// Newest first, by time sent.
    SentDescending,
    /// In the order this installation stored them, oldest first.
    Stored,
    /// In the order this installation stored them, newest first.
    StoredDescending,
}

/// Where a message stands in the two orders. Whoever reads in pages names the place of the last message it was given.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Place {
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Its number in the order of storing.
    pub position: u64,
}

/// Which messages to list. The default lists all.
///
/// Content types are written as in [`MessageRow::content_type`](crate::MessageRow::content_type); one without
/// `:major.minor` stands for all its versions.
#[derive(Clone, Debug, Default)]
pub struct MessageQuery {
    /// Only of this conversation.
    pub group: Option<GroupId>,
    /// Only of direct conversations with this inbox.
    pub dm_peer: Option<InboxId>,
    /// Only sent strictly after this point.
    pub sent_after: Option<Timestamp>,
    /// Only sent strictly before this point.
    pub sent_before: Option<Timestamp>,
    /// Only stored after the message whose [`stored_position`](crate::MessageReads::stored_position) this is.
    pub stored_after: Option<u64>,
    /// Only stored before the message whose [`stored_position`](crate::MessageReads::stored_position) this is.
    pub stored_before: Option<u64>,
    /// Only behind this place in the order of the list: the next page.
    pub beyond: Option<Place>,
    /// Only of this kind.
    pub kind: Option<MessageKind>,
    /// Only with this status.
    pub status: Option<DeliveryStatus>,
    /// Only of these content types. Empty: any.
    pub content_types: Vec<String>,
    /// Not of these content types.
    pub excluded_types: Vec<String>,
    /// Not from these inboxes.
    pub excluded_senders: Vec<InboxId>,
    /// Only messages that refer to one of these. Empty: any.
    pub referring_to: Vec<MessageId>,
    /// Only messages that have not expired at this point.
    pub unexpired_at: Option<Timestamp>,
    /// In which order.
    pub order: MessageOrder,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Whether a content type is the one named, in the version named if there is one.
pub(crate) fn is_of_type(content_type: &str, name: &str) -> bool {
    content_type == name || content_type.strip_prefix(name).is_some_and(|version| version.starts_with(':'))
}
