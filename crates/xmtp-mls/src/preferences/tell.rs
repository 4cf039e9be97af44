//! Telling the user's other installations what was decided here.
use super::wire::{Told, tell};
use crate::{EngineError, Session};
use xmtp_storage::{ConsentRow, Namespace, Preference, PreferenceRow, PreferenceSource, StorageError};
use xmtp_types::GroupId;

/// The position of the newest change that was told, or that nobody had to be told.
const TOLD: &[u8] = b"preferences-told";
/// Changes in one message at most.
const CHANGES: u32 = 100;

impl Session<'_> {
    /// Queues what was decided here since the last time for the user's other installations. Says in which group there is
    /// something to be sent.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if the user's own identity updates must be fetched first.
    pub fn tell_preferences(&mut self) -> Result<Option<GroupId>, EngineError> {
        let newest = self.tx().newest_preference()?;
        let mut position = self.told()?;
        if position >= newest {
            return Ok(None);
        }
        let mut group = None;
        loop {
            let changes = self.tx().preferences_after(position, CHANGES)?;
            let Some((last, _)) = changes.last() else { break };
            position = *last;
            let here = changes.iter().map(|(_, row)| row).filter(|row| row.source == PreferenceSource::Here);
            let changes = self.as_told(here)?;
            if changes.is_empty() {
                continue;
            }
            // Whoever has no other installation yet has nobody to tell: a later one cannot read what was said before.
            let Some(sync_group) = self.sync_group()? else { break };
            self.queue_unkept_message(&sync_group, tell(&changes))?;
            group = Some(sync_group);
        }
        self.set_told(newest)?;
        Ok(group)
    }

    /// Notes that nobody is to be told of what was decided here so far.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn keep_preferences_to_oneself(&mut self) -> Result<(), EngineError> {
        let newest = self.tx().newest_preference()?;
        if self.told()? < newest { self.set_told(newest) } else { Ok(()) }
    }

    fn as_told<'r>(&self, changes: impl Iterator<Item = &'r PreferenceRow>) -> Result<Vec<Told>, EngineError> {
        let mut told = Vec::new();
        for row in changes {
            told.push(match &row.preference {
                Preference::Consent { entity, state } => {
                    let (entity, state, decided_at) = (entity.clone(), *state, row.decided_at);
                    Told::Consent(ConsentRow { entity, state, decided_at })
                }
                _ => {
                    let (root, cycled_at) = self.push_root()?;
                    Told::PushRoot { root, cycled_at }
                }
            });
        }
        Ok(told)
    }

    fn told(&self) -> Result<u64, EngineError> {
        let Some(kept) = self.tx().value(Namespace::Installation, TOLD)? else { return Ok(0) };
        let bytes = kept.as_slice().try_into().map_err(|_| StorageError::Damaged("note of told preferences"))?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn set_told(&self, position: u64) -> Result<(), EngineError> {
        Ok(self.tx().put_value(Namespace::Installation, TOLD, &position.to_be_bytes())?)
    }
}
