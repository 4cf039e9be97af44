//! Groups of which something may be missing although later envelopes are at hand.
//!
//! Envelopes of a group that this installation is not in at the moment are let go; the cursor stays before them. When a
//! welcome brings it back, some of them may be of the time after, and what follows live must not be taken before them.
//! Likewise must a group be read to its end before a welcome begins it anew. Whoever drives the machine reads such a
//! group when it is named as [`Missing::Group`].
//!
//! Several may be at it at once, and what one of them reads says nothing about what another hands in: only pages of a
//! [`Reading`] may follow what was let go.
use crate::{EngineError, Session, ports::Missing};
use std::collections::HashSet;
use xmtp_types::GroupId;

/// A reading of everything the network has of a group, from its cursor on: see [`Session::begin_reading`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Reading {
    group: GroupId,
    number: u64,
}

/// What is known about it. Of no use to a later process: it begins to read at the cursors.
#[derive(Default)]
pub(crate) struct Unread {
    /// Groups of which envelopes were let go.
    let_go: HashSet<GroupId>,
    /// Readings since whose beginning nothing happened that they may have missed.
    readings: HashSet<Reading>,
    /// How many were begun.
    begun: u64,
}

impl Session<'_> {
    /// Begins to read everything the network has of `group`, as [`Missing::Group`] asks: its cursor is looked up after
    /// this, and what follows it is ingested with the reading, and so is then the batch that asked for it.
    pub fn begin_reading(&mut self, group: &GroupId) -> Reading {
        self.unread.begun += 1;
        let reading = Reading { group: group.clone(), number: self.unread.begun };
        self.unread.readings.insert(reading.clone());
        reading
    }

    /// Ends a reading; `to_the_end` says whether everything the network had of the group was ingested, and the step taken
    /// that asked for it. Otherwise it is still to be read.
    pub fn end_reading(&mut self, reading: &Reading, to_the_end: bool) {
        if self.unread.readings.remove(reading) && to_the_end {
            self.unread.let_go.remove(&reading.group);
        }
    }

    /// Lets an envelope of `group` go. Who is reading it may have read past its place already.
    pub(crate) fn let_go(&mut self, group: &GroupId) {
        self.unread.let_go.insert(group.clone());
        self.void_readings(group);
    }

    /// What was read of `group` until now says nothing about what follows.
    pub(crate) fn void_readings(&mut self, group: &GroupId) {
        self.unread.readings.retain(|reading| reading.group != *group);
    }

    /// # Errors
    /// [`EngineError::Missing`] if envelopes of the group were let go and what is ingested is not read from its cursor.
    pub(crate) fn misses_nothing(&self, group: &GroupId) -> Result<(), EngineError> {
        if self.unread.let_go.contains(group) { self.must_be_read(group) } else { Ok(()) }
    }

    /// # Errors
    /// [`EngineError::Missing`] unless the group was read for what is being ingested.
    pub(crate) fn must_be_read(&self, group: &GroupId) -> Result<(), EngineError> {
        let is_valid = |reading: &Reading| reading.group == *group && self.unread.readings.contains(reading);
        if self.readings.iter().any(is_valid) {
            Ok(())
        } else {
            Err(EngineError::missing(Missing::Group(group.clone())))
        }
    }
}
