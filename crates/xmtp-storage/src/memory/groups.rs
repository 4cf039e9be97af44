//! Conversations in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::{Counter, Tables},
};
use crate::{ConsentEntity, GroupQuery, GroupReads, GroupRow, GroupWrites, StorageError};
use std::ops::Bound;
use xmtp_types::{GroupId, Timestamp};

impl<T: Holds> GroupReads for Session<T> {
    fn group(&mut self, id: &GroupId) -> Result<Option<GroupRow>, StorageError> {
        Ok(self.0.tables().groups.get(id).cloned())
    }

    fn groups(&mut self, query: &GroupQuery) -> Result<Vec<GroupRow>, StorageError> {
        let tables = self.0.tables();
        let rows = tables.groups.iter().map(|(_, row)| row);
        let rows = rows.filter(|row| query.fits(row) && has_consent(tables, query, row));
        Ok(query.arrange(rows.cloned().collect()))
    }

    fn conversations_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, GroupRow)>, StorageError> {
        let tables = self.0.tables();
        let ids = tables.conversations.range((Bound::Excluded(position), Bound::Unbounded));
        let rows = ids.filter_map(|(position, id)| Some((*position, tables.groups.get(id)?.clone())));
        Ok(rows.take(limit as usize).collect())
    }

    fn conversation_position(&mut self, id: &GroupId) -> Result<Option<u64>, StorageError> {
        Ok(self.0.tables().conversation_positions.get(id).copied())
    }

    fn newest_conversation(&mut self) -> Result<u64, StorageError> {
        Ok(self.0.tables().conversations.iter().next_back().map_or(0, |(position, _)| *position))
    }
}

fn has_consent(tables: &Tables, query: &GroupQuery, row: &GroupRow) -> bool {
    let consent = || {
        let decision = tables.consents.get(&ConsentEntity::Conversation(row.id.clone()));
        decision.map(|decision| decision.state).unwrap_or_default()
    };
    query.consent.is_empty() || query.consent.contains(&consent())
}

impl GroupWrites for Session<Writing<'_>> {
    fn put_group(&mut self, row: &GroupRow) -> Result<(), StorageError> {
        self.0.arrive(&row.id);
        self.0.set(|tables| &mut tables.groups, row.id.clone(), Some(row.clone()));
        Ok(())
    }
}

impl Writing<'_> {
    /// Gives a conversation its place after all others, unless it has one.
    pub(super) fn arrive(&mut self, group: &GroupId) {
        if self.tables().conversation_positions.get(group).is_none() {
            let position = self.count(Counter::Conversations);
            self.set(|tables| &mut tables.conversation_positions, group.clone(), Some(position));
            self.set(|tables| &mut tables.conversations, position, Some(group.clone()));
        }
    }

    /// Notes that a message of `group` was sent at `sent_at`.
    pub(super) fn lift_last_message(&mut self, group: &GroupId, sent_at: Timestamp) {
        let Some(row) = self.tables().groups.get(group) else { return };
        if row.last_message_at < Some(sent_at) {
            let row = GroupRow { last_message_at: Some(sent_at), ..row.clone() };
            self.set(|tables| &mut tables.groups, group.clone(), Some(row));
        }
    }
}
