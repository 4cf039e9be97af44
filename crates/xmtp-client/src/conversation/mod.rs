//! One conversation: a cheap handle, and in a file each what can be done with it.
mod consent;
mod debug;
mod disappearing;
mod duplicates;
mod leave;
mod members;
mod messages;
mod metadata;
mod permissions;
mod push;
mod state;
mod stream;

pub use disappearing::Disappearing;
pub(crate) use duplicates::narrowed;
pub use messages::FailedSend;

use crate::client::Inner;
use std::{fmt, sync::Arc};
use xmtp_storage::{ConversationKind, GroupRow};
use xmtp_types::{GroupId, InboxId, Timestamp};

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
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}
