//! Topics: where the network keeps an envelope.
use crate::{GroupId, InboxId, InstallationId};
use std::fmt;

/// What a topic holds. The number is the first byte of a topic on the decentralised network.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
#[repr(u8)]
pub enum TopicKind {
    /// Messages and commits of one group; the id is the group id.
    Group = 0,
    /// Welcomes for one installation; the id is the installation key, or the random destination of a welcome pointer.
    Welcome = 1,
    /// Identity updates of one inbox; the id is the inbox id.
    Identity = 2,
    /// Key packages of one installation; the id is the installation key.
    KeyPackage = 3,
}

/// A topic: a kind and the id of what it belongs to. Envelopes within a topic are in one order.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Topic {
    kind: TopicKind,
    id: Vec<u8>,
}

impl Topic {
    /// Messages and commits of `group`.
    pub fn group(group: &GroupId) -> Self {
        Self { kind: TopicKind::Group, id: group.as_bytes().to_vec() }
    }

    /// Welcomes for `installation`.
    pub fn welcome(installation: &InstallationId) -> Self {
        Self { kind: TopicKind::Welcome, id: installation.as_bytes().to_vec() }
    }

    /// Identity updates of `inbox`.
    pub fn identity(inbox: &InboxId) -> Self {
        Self { kind: TopicKind::Identity, id: inbox.as_bytes().to_vec() }
    }

    /// Key packages of `installation`.
    pub fn key_package(installation: &InstallationId) -> Self {
        Self { kind: TopicKind::KeyPackage, id: installation.as_bytes().to_vec() }
    }

    /// What the topic holds.
    pub const fn kind(&self) -> TopicKind {
        self.kind
    }

    /// The id of what the topic belongs to, as bytes.
    pub fn id(&self) -> &[u8] {
        &self.id
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            TopicKind::Group => "group",
            TopicKind::Welcome => "welcome",
            TopicKind::Identity => "identity",
            TopicKind::KeyPackage => "key-package",
        };
        write!(f, "{kind}/{}", hex::encode(&self.id))
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Topic({:?}, {})", self.kind, crate::Redacted(&self.id))
    }
}
