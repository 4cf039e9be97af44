//! Groups of which something may be missing although later envelopes are at hand.
//!
//! Envelopes of a group that this installation is not in at the moment are let go; the cursor stays before them. When a
//! welcome brings it back, some of them may be of the time after, and what follows live must not be taken before them.
//! Likewise must a group be read to its end before a welcome begins it anew. Whoever drives the machine reads such a
//! group when it is named as [`Missing::Group`].
use crate::{EngineError, Session, ports::Missing};
use std::collections::HashSet;
use xmtp_types::GroupId;

/// What is known about it. Of no use to a later process: it begins to read at the cursors.
#[derive(Default)]
pub(crate) struct Unread {
    /// Groups of which envelopes were let go.
    let_go: HashSet<GroupId>,
    /// Groups that are being read from their cursors.
    being_read: HashSet<GroupId>,
}

impl Session<'_> {
    /// Notes that everything the network has of `group` is being ingested from its cursor on, as [`Missing::Group`]
    /// asks.
    pub fn begin_reading(&mut self, group: &GroupId) {
        self.unread.being_read.insert(group.clone());
    }

    /// Notes that everything the network had of `group` was ingested, and the step taken that asked for it.
    pub fn end_reading(&mut self, group: &GroupId) {
        if self.unread.being_read.remove(group) {
            self.unread.let_go.remove(group);
        }
    }

    /// Notes that reading `group` was broken off: it is still to be read.
    pub fn break_off_reading(&mut self, group: &GroupId) {
        self.unread.being_read.remove(group);
    }

    pub(crate) fn let_go(&mut self, group: &GroupId) {
        self.unread.let_go.insert(group.clone());
    }

    /// # Errors
    /// [`EngineError::Missing`] if envelopes of the group were let go and it was not read since.
    pub(crate) fn misses_nothing(&self, group: &GroupId) -> Result<(), EngineError> {
        if self.unread.let_go.contains(group) { self.must_be_read(group) } else { Ok(()) }
    }

    /// # Errors
    /// [`EngineError::Missing`] unless the group is being read.
    pub(crate) fn must_be_read(&self, group: &GroupId) -> Result<(), EngineError> {
        if self.unread.being_read.contains(group) {
            Ok(())
        } else {
            Err(EngineError::missing(Missing::Group(group.clone())))
        }
    }
}
