//! Conversations in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::Tables,
};
use crate::{ConsentEntity, ConversationKind, GroupQuery, GroupReads, GroupRow, GroupWrites, StorageError};
use std::cmp::Reverse;
use xmtp_types::{GroupId, Timestamp};

impl<T: Holds> GroupReads for Session<T> {
    fn group(&mut self, id: &GroupId) -> Result<Option<GroupRow>, StorageError> {
        Ok(self.0.tables().groups.get(id).cloned())
    }

    fn groups(&mut self, query: &GroupQuery) -> Result<Vec<GroupRow>, StorageError> {
        let tables = self.0.tables();
        let mut rows: Vec<_> =
            tables.groups.iter().map(|(_, row)| row).filter(|row| fits(tables, query, row)).collect();
        rows.sort_by_key(|row| Reverse(row.last_message_at.unwrap_or(row.created_at)));
        let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
        Ok(rows.into_iter().take(limit).cloned().collect())
    }
}

fn fits(tables: &Tables, query: &GroupQuery, row: &GroupRow) -> bool {
    let kind = match query.kind {
        Some(kind) => row.kind == kind,
        None => query.include_sync || row.kind != ConversationKind::Sync,
    };
    let consent = || {
        let decision = tables.consents.get(&ConsentEntity::Conversation(row.id.clone()));
        decision.map(|decision| decision.state).unwrap_or_default()
    };
    kind && (query.dm_peer.is_none() || query.dm_peer == row.dm_peer)
        && (query.consent.is_empty() || query.consent.contains(&consent()))
}

impl GroupWrites for Session<Writing<'_>> {
    fn put_group(&mut self, row: &GroupRow) -> Result<(), StorageError> {
        self.0.set(|tables| &mut tables.groups, row.id.clone(), Some(row.clone()));
        Ok(())
    }
}

impl Writing<'_> {
    /// Notes that a message of `group` was sent at `sent_at`.
    pub(super) fn lift_last_message(&mut self, group: &GroupId, sent_at: Timestamp) {
        let Some(row) = self.tables().groups.get(group) else { return };
        if row.last_message_at < Some(sent_at) {
            let row = GroupRow { last_message_at: Some(sent_at), ..row.clone() };
            self.set(|tables| &mut tables.groups, group.clone(), Some(row));
        }
    }
}
