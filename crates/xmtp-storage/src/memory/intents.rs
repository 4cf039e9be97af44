//! The queue of wishes in memory.
use super::{
    session::{Holds, Session, Writing},
    tables::{Counter, Tables},
};
use crate::{
    Beginning, DeliveryStatus, IntentId, IntentReads, IntentRow, IntentState, IntentWrites, MessageReads as _,
    MessageWrites as _, NewIntent, StorageError,
};
use xmtp_types::GroupId;

impl<T: Holds> IntentReads for Session<T> {
    fn intent(&mut self, id: IntentId) -> Result<Option<IntentRow>, StorageError> {
        Ok(self.0.tables().intents.get(&id.0).cloned())
    }

    fn intents(&mut self, group: &GroupId, states: &[IntentState]) -> Result<Vec<IntentRow>, StorageError> {
        let tables = self.0.tables();
        let ids = tables.intents_by_group.range((group.clone(), 0)..=(group.clone(), u64::MAX));
        let rows = ids.filter_map(|((_, id), ())| tables.intents.get(id));
        Ok(rows.filter(|row| states.contains(&row.state)).cloned().collect())
    }

    fn first_intents(
        &mut self,
        group: &GroupId,
        state: IntentState,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StorageError> {
        let mut rows = self.intents(group, &[state])?;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    fn intent_by_hash(&mut self, payload_hash: &[u8; 32]) -> Result<Option<IntentRow>, StorageError> {
        let tables = self.0.tables();
        let found = tables.intents_by_hash.range((*payload_hash, 0)..=(*payload_hash, u64::MAX)).next();
        Ok(found.and_then(|((_, id), ())| tables.intents.get(id)).cloned())
    }

    fn has_made_envelopes(&mut self, group: &GroupId) -> Result<bool, StorageError> {
        let made = |row: &IntentRow| !matches!(row.state, IntentState::ToPublish | IntentState::Held);
        let tables = self.0.tables();
        let mut ids = tables.intents_by_group.range((group.clone(), 0)..=(group.clone(), u64::MAX));
        Ok(ids.any(|((_, id), ())| tables.intents.get(id).is_some_and(made)))
    }

    fn groups_with_open_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        Ok(groups_with(self.0.tables(), |state| !matches!(state, IntentState::Error | IntentState::Held)))
    }

    fn groups_with_held_intents(&mut self) -> Result<Vec<GroupId>, StorageError> {
        Ok(groups_with(self.0.tables(), |state| state == IntentState::Held))
    }
}

fn groups_with(tables: &Tables, wanted: impl Fn(IntentState) -> bool) -> Vec<GroupId> {
    let is_wanted = |id| tables.intents.get(id).is_some_and(|row| wanted(row.state));
    let found = tables.intents_by_group.iter().filter(|((_, id), ())| is_wanted(id));
    let mut groups: Vec<_> = found.map(|((group, _), ())| group.clone()).collect();
    groups.dedup();
    groups
}

impl IntentWrites for Session<Writing<'_>> {
    fn begin_intent(&mut self, wish: &NewIntent, beginning: Beginning) -> Result<IntentId, StorageError> {
        let id = self.0.count(Counter::Intents);
        let state = beginning.state();
        let (payload, payload_hash, epoch) = match beginning {
            Beginning::Sealed { payload, payload_hash, epoch } => (Some(payload), Some(payload_hash), Some(epoch)),
            Beginning::Waiting | Beginning::Held => (None, None, None),
        };
        let row = IntentRow {
            id: IntentId(id),
            wish: wish.clone(),
            state,
            payload_hash,
            payload,
            post_commit: None,
            epoch,
            attempts: 0,
            error: None,
        };
        if let Some(hash) = payload_hash {
            self.0.set(|tables| &mut tables.intents_by_hash, (hash, id), Some(()));
        }
        self.0.set(|tables| &mut tables.intents_by_group, (wish.group.clone(), id), Some(()));
        self.0.set(|tables| &mut tables.intents, id, Some(row));
        Ok(IntentId(id))
    }

    fn release_intents(&mut self, group: &GroupId) -> Result<usize, StorageError> {
        let held = self.intents(group, &[IntentState::Held])?;
        let count = held.len();
        for row in held {
            self.update_intent(&IntentRow { state: IntentState::ToPublish, ..row })?;
        }
        Ok(count)
    }

    fn acknowledge_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let row = self.intent(id)?.filter(|row| row.state == IntentState::Published);
        let Some((row, message)) = row.and_then(|row| row.wish.message.map(|message| (row, message))) else {
            return Ok(());
        };
        self.update_intent(&IntentRow { state: IntentState::Acknowledged, ..row })?;
        let message = self.message(&message)?.filter(|message| message.status == DeliveryStatus::Unpublished);
        match message {
            Some(row) => self.update_delivery(&row.id, DeliveryStatus::Published, row.sent_at, None, row.expires_at),
            None => Ok(()),
        }
    }

    fn update_intent(&mut self, row: &IntentRow) -> Result<(), StorageError> {
        let id = row.id.0;
        if self.0.tables().intents.get(&id).is_none() {
            return Ok(());
        }
        self.delete_intent(row.id)?;
        if let Some(hash) = row.payload_hash {
            self.0.set(|tables| &mut tables.intents_by_hash, (hash, id), Some(()));
        }
        self.0.set(|tables| &mut tables.intents_by_group, (row.wish.group.clone(), id), Some(()));
        self.0.set(|tables| &mut tables.intents, id, Some(row.clone()));
        Ok(())
    }

    fn delete_intent(&mut self, id: IntentId) -> Result<(), StorageError> {
        let Some(row) = self.0.tables().intents.get(&id.0).cloned() else { return Ok(()) };
        if let Some(hash) = row.payload_hash {
            self.0.set(|tables| &mut tables.intents_by_hash, (hash, id.0), None);
        }
        self.0.set(|tables| &mut tables.intents_by_group, (row.wish.group, id.0), None);
        self.0.set(|tables| &mut tables.intents, id.0, None);
        Ok(())
    }
}
