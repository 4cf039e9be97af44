//! What a user has changed of its preferences, in the order in which this installation learned of it.
//!
//! The log serves two readers: whoever streams changes, from any position, and whoever tells the user's other
//! installations of what was decided here.
use crate::{ConsentEntity, ConsentState, StorageError};
use xmtp_types::Timestamp;

/// One change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PreferenceRow {
    /// What changed.
    pub preference: Preference,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// How this installation came to it.
    pub source: PreferenceSource,
}

/// What changed, and what it is now.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Preference {
    /// Whether something is wanted.
    Consent {
        /// What it is about.
        entity: ConsentEntity,
        /// What was decided.
        state: ConsentState,
    },
    /// The root of the push keys is another one.
    PushRoot,
}

/// How this installation came to a change. The number is the one that is stored.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum PreferenceSource {
    /// It was decided here: the user's other installations must be told.
    Here = 1,
    /// Another installation of the user told it.
    Elsewhere = 2,
    /// It follows from what every installation of the user sees for itself.
    Rule = 3,
}

/// Reading changes of preferences.
pub trait PreferenceReads {
    /// Changes after `position`, at most `limit`, each with its position: the oldest first.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn preferences_after(&mut self, position: u64, limit: u32) -> Result<Vec<(u64, PreferenceRow)>, StorageError>;

    /// The position of the newest change; 0 if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn newest_preference(&mut self) -> Result<u64, StorageError>;
}

/// Writing changes of preferences.
pub trait PreferenceWrites {
    /// Adds a change at the end. Positions only rise.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn append_preference(&mut self, row: &PreferenceRow) -> Result<(), StorageError>;
}
