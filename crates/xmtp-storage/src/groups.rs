//! One row per conversation.
use crate::{GroupQuery, StorageError};
use std::cmp::Ordering;
use xmtp_types::{GroupId, InboxId, SequenceId, Timestamp};

/// What a conversation is. The number is the one in the group's immutable metadata.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum ConversationKind {
    /// A group of up to 250 inboxes.
    Group = 1,
    /// A conversation of exactly two inboxes.
    Dm = 2,
    /// The hidden group of one inbox's own installations.
    Sync = 3,
    /// A group that was made to carry one control message. It is never listed, unless by its kind.
    Oneshot = 4,
}

impl ConversationKind {
    /// Whether its user never sees it: the installations of a user, or of several, talk in it by themselves.
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Sync | Self::Oneshot)
    }
}

/// Whether a conversation can move on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum GroupStatus {
    /// Messages and commits are processed.
    #[default]
    Active,
    /// This installation was removed. History stays readable.
    Removed,
    /// The group asks for a newer protocol version; processing waits at the commit that said so.
    Paused {
        /// The version the group asks for.
        version: String,
    },
    /// A commit could not be applied although other members may have applied it; processing stopped there.
    Stuck {
        /// Why, and what to do about it, as words for a person.
        reason: String,
        /// The commit that could not be applied.
        commit: SequenceId,
    },
}

/// A conversation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupRow {
    /// The MLS group id.
    pub id: GroupId,
    /// What the conversation is.
    pub kind: ConversationKind,
    /// Whether it can move on.
    pub status: GroupStatus,
    /// When this installation created it or joined it.
    pub created_at: Timestamp,
    /// Who created it or added this installation.
    pub added_by: InboxId,
    /// The other inbox of a DM.
    pub dm_peer: Option<InboxId>,
    /// The welcome this installation joined by; `None` if it created the group.
    pub welcome: Option<SequenceId>,
    /// When membership was last compared with the identity ledger; zero if it never was, as after joining.
    pub installations_checked_at: Timestamp,
    /// When this installation's leaf keys were last renewed.
    pub rotated_at: Timestamp,
    /// When the newest message was sent.
    pub last_message_at: Option<Timestamp>,
    /// Messages disappear if they are sent after this point and [`GroupRow::disappear_in_ns`] is set.
    pub disappear_from_ns: Option<i64>,
    /// Nanoseconds after which messages disappear.
    pub disappear_in_ns: Option<i64>,
}

/// Reading conversations.
pub trait GroupReads {
    /// The conversation `id`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn group(&mut self, id: &GroupId) -> Result<Option<GroupRow>, StorageError>;

    /// Conversations that fit `query`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn groups(&mut self, query: &GroupQuery) -> Result<Vec<GroupRow>, StorageError>;

    /// The first `limit` conversations after `position` in the order in which they came, each with its own. A position
    /// is given once, and a conversation keeps the one it has.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn conversations_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, GroupRow)>, StorageError>;

    /// The position of the conversation `id`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn conversation_position(&mut self, id: &GroupId) -> Result<Option<u64>, StorageError>;

    /// The position of the conversation that came last; 0 if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn newest_conversation(&mut self) -> Result<u64, StorageError>;
}

/// Writing conversations.
pub trait GroupWrites {
    /// Inserts a conversation or replaces the one with its id.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn put_group(&mut self, row: &GroupRow) -> Result<(), StorageError>;
}

impl GroupRow {
    /// When something happened in it last.
    pub fn active_at(&self) -> Timestamp {
        self.last_message_at.unwrap_or(self.created_at)
    }

    /// The more recently active one first, ties by id.
    pub(crate) fn by_activity(&self, other: &Self) -> Ordering {
        other.active_at().cmp(&self.active_at()).then_with(|| self.id.cmp(&other.id))
    }

    /// When a message that is processed at `now` must be gone; `None` if messages stay.
    pub fn expiry(&self, now: Timestamp) -> Option<Timestamp> {
        let active = self.disappear_from_ns.is_some_and(|from| from > 0);
        let after = self.disappear_in_ns.and_then(|nanos| u64::try_from(nanos).ok()).filter(|nanos| *nanos > 0)?;
        active.then(|| now.plus(std::time::Duration::from_nanos(after)))
    }
}
