//! Messages that are stored now and go when their sender says so, such as after members were added to a new group.
use crate::{EngineError, Session};
use xmtp_storage::{Beginning, IntentState};
use xmtp_types::{GroupId, MessageId};

/// Which messages that wait are to go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Release {
    /// All.
    All,
    /// Those in a group that has another member: who is added later could not read them.
    WithMembers,
}

impl Session<'_> {
    /// Queues an application message like [`Session::queue_message`], to wait until it is released. Commits that are
    /// queued after it go before it.
    ///
    /// # Errors
    /// As [`Session::queue_message`].
    pub fn hold_message(
        &mut self,
        group: &GroupId,
        content: Vec<u8>,
        should_push: bool,
    ) -> Result<MessageId, EngineError> {
        self.ready_for_message(group)?;
        // MSG.R3
        self.write_message(group, content, should_push, Beginning::Held)
    }

    /// Whether messages wait in `group` to be released.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn is_any_held(&self, group: &GroupId) -> Result<bool, EngineError> {
        Ok(!self.tx().first_intents(group, IntentState::Held, 1)?.is_empty())
    }

    /// Lets messages that wait in `group` go with all else that is queued, in the order in which they were written. Says
    /// how many.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn release(&mut self, group: &GroupId, which: Release) -> Result<usize, EngineError> {
        // MSG.R4
        if !self.is_any_held(group)? || (which == Release::WithMembers && self.membership(group)?.len() < 2) {
            return Ok(0);
        }
        Ok(self.tx().release_intents(group)?)
    }
}
