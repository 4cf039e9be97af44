//! The hidden group of a user's own installations.
//!
//! Source of fact: observed on released clients: an installation that finds no such group makes one, with all others in it;
//! of several the one that was made or joined last is written to.
use crate::{EngineError, Intent, Session};
use std::time::Duration;
use xmtp_storage::{ConsentState, ConversationKind, GroupQuery, GroupRow, Namespace, StorageError};
use xmtp_types::GroupId;

/// Set while another installation of the user is new here and was not let in everywhere.
const NEWCOMER: &[u8] = b"new-own-installation";
/// How long ago a conversation may have been active for a new installation to be let in at once. Others follow when
/// somebody writes there.
const ACTIVE_WITHIN: Duration = Duration::from_secs(90 * 24 * 60 * 60);

impl Session<'_> {
    /// The sync group that is written to. Made if there is none and the user has other installations; its first message
    /// must wait for the commit that lets them in, which is queued.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if the user's own identity updates must be fetched first.
    pub fn sync_group(&mut self) -> Result<Option<GroupId>, EngineError> {
        // PREF.R7
        let own = self.own.inbox();
        let lookup = EngineError::lookup("sync group");
        let newest = self.directory.newest_identity(&mut **self.tx(), &own).map_err(&lookup)?;
        let state = self.directory.inbox_state(&mut **self.tx(), &own, newest).map_err(&lookup)?;
        if state.installations().count() < 2 {
            return Ok(None);
        }
        let group = match self.newest_sync_group()? {
            Some(row) => row.id,
            None => self.create_sync_group()?,
        };
        // Whoever was revoked must not read what follows.
        if self.membership(&group)?.get(&own).is_none_or(|known| *known < newest) {
            self.queue(&group, &Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() })?;
        }
        Ok(Some(group))
    }

    /// Notes that another installation of the user has let this one into its sync group: it is new.
    pub(crate) fn note_newcomer(&self) -> Result<(), StorageError> {
        self.tx().put_value(Namespace::Installation, NEWCOMER, &[])
    }

    /// Conversations that an installation of the user that is new is to be let into; `None` if none is new.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn newcomers_conversations(&mut self) -> Result<Option<Vec<GroupId>>, EngineError> {
        if self.tx().value(Namespace::Installation, NEWCOMER)?.is_none() {
            return Ok(None);
        }
        let now = self.now;
        let consent = vec![ConsentState::Unknown, ConsentState::Allowed];
        let rows = self.tx().groups(&GroupQuery { consent, is_active: Some(true), ..GroupQuery::default() })?;
        let is_recent =
            |row: &GroupRow| now.since(row.created_at.max(row.last_message_at.unwrap_or_default())) <= ACTIVE_WITHIN;
        // PREF.R8
        Ok(Some(rows.into_iter().filter(is_recent).map(|row| row.id).collect()))
    }

    /// Notes that an installation that was new is in its conversations, and makes a new root of the push keys with it.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be made or kept.
    pub fn newcomer_welcomed(&mut self) -> Result<(), EngineError> {
        self.tx().delete_value(Namespace::Installation, NEWCOMER)?;
        self.cycle_push_root()
    }

    fn newest_sync_group(&self) -> Result<Option<GroupRow>, EngineError> {
        let query = GroupQuery { kind: Some(ConversationKind::Sync), is_active: Some(true), ..GroupQuery::default() };
        Ok(self.tx().groups(&query)?.into_iter().max_by_key(|row| row.created_at))
    }
}
