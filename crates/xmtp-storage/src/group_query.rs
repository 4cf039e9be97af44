//! Which conversations to list, and in which order.
use crate::{ConsentState, ConversationKind, GroupRow, GroupStatus};
use std::collections::HashSet;
use xmtp_types::{InboxId, Timestamp};

/// In which order to list conversations. Ties are by id.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum GroupOrder {
    /// The most recently active first: by `last_message_at`, else by `created_at`.
    #[default]
    Activity,
    /// The one that was created or joined last first.
    NewestFirst,
    /// The one that was created or joined first first.
    OldestFirst,
}

/// Which conversations to list. The default lists all but hidden ones.
#[derive(Clone, Debug, Default)]
pub struct GroupQuery {
    /// Only conversations of this kind, sync groups included if this is what they are.
    pub kind: Option<ConversationKind>,
    /// Also list sync groups.
    pub include_sync: bool,
    /// Only DMs with this inbox.
    pub dm_peer: Option<InboxId>,
    /// Of the DMs with one inbox that fit, only the one that was active last.
    pub one_per_peer: bool,
    /// Only conversations whose consent is one of these; no record counts as unknown. Empty: any.
    pub consent: Vec<ConsentState>,
    /// Only conversations that can move on, or only those that cannot.
    pub is_active: Option<bool>,
    /// Only created or joined strictly after this point.
    pub created_after: Option<Timestamp>,
    /// Only created or joined strictly before this point.
    pub created_before: Option<Timestamp>,
    /// Only active strictly after this point: by `last_message_at`, else by `created_at`.
    pub active_after: Option<Timestamp>,
    /// Last active strictly before this point.
    pub active_before: Option<Timestamp>,
    /// In which order.
    pub order: GroupOrder,
    /// At most so many, the first in the order.
    pub limit: Option<u32>,
}

impl GroupQuery {
    /// All conversations, also those that are hidden from users.
    pub fn everything() -> Self {
        Self { include_sync: true, ..Self::default() }
    }

    /// Whether `row` fits, its consent aside.
    pub(crate) fn fits(&self, row: &GroupRow) -> bool {
        let kind = match self.kind {
            Some(kind) => row.kind == kind,
            None => match row.kind {
                ConversationKind::Group | ConversationKind::Dm => true,
                ConversationKind::Sync => self.include_sync,
                ConversationKind::Oneshot => false,
            },
        };
        kind && (self.dm_peer.is_none() || self.dm_peer == row.dm_peer)
            && self.is_active.is_none_or(|wanted| (row.status == GroupStatus::Active) == wanted)
            && self.created_after.is_none_or(|after| row.created_at > after)
            && self.created_before.is_none_or(|before| row.created_at < before)
            && self.active_after.is_none_or(|after| row.active_at() > after)
            && self.active_before.is_none_or(|before| row.active_at() < before)
    }

    /// Puts rows that fit in order, and leaves out what is one too many.
    pub(crate) fn arrange(&self, mut rows: Vec<GroupRow>) -> Vec<GroupRow> {
        if self.one_per_peer {
            rows.sort_by(|one, other| one.by_activity(other));
            let mut peers = HashSet::new();
            rows.retain(|row| row.dm_peer.is_none_or(|peer| peers.insert(peer)));
        }
        match self.order {
            GroupOrder::Activity => rows.sort_by(|one, other| one.by_activity(other)),
            GroupOrder::NewestFirst => {
                rows.sort_by(|one, other| other.created_at.cmp(&one.created_at).then_with(|| one.id.cmp(&other.id)));
            }
            GroupOrder::OldestFirst => {
                rows.sort_by(|one, other| one.created_at.cmp(&other.created_at).then_with(|| one.id.cmp(&other.id)));
            }
        }
        rows.truncate(self.limit.map_or(usize::MAX, |limit| limit as usize));
        rows
    }
}
