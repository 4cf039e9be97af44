//! The queue of wishes: what this installation wants to change in a group, until it has happened.
use crate::StorageError;
use std::fmt;
use xmtp_types::{Epoch, GroupId, MessageId};

/// The place of an intent in the queue; rises with each one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IntentId(pub u64);

/// How far an intent has come.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum IntentState {
    /// To be turned into an envelope.
    ToPublish = 1,
    /// The envelope is kept here and may have been sent; sending it again is harmless.
    Published = 2,
    /// Our own commit was applied; what follows it (welcomes) is still to be sent.
    Committed = 3,
    /// Refused for good; [`IntentRow::error`] says why.
    Error = 4,
    /// The network has taken the message; it has yet to come back with its place and time.
    Acknowledged = 5,
    /// A message that waits for its sender to say that it may go.
    Held = 6,
}

/// A wish to be queued. `Debug` does not show what is wished: it may hold what a message says.
#[derive(Clone, Eq, PartialEq)]
pub struct NewIntent {
    /// The group it changes.
    pub group: GroupId,
    /// What kind it is; the number is the state machine's.
    pub kind: u8,
    /// What it needs to be carried out; the encoding is the state machine's.
    pub data: Vec<u8>,
    /// The message it sends, if it sends one.
    pub message: Option<MessageId>,
    /// Whether a push notification is wanted.
    pub should_push: bool,
}

/// How far an intent is when it is queued. `Debug` does not show what will be sent.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Beginning {
    /// In state [`IntentState::ToPublish`].
    Waiting,
    /// In state [`IntentState::Held`].
    Held,
    /// In state [`IntentState::Published`]: its envelope was made with it.
    Sealed {
        /// See [`IntentRow::payload`].
        payload: Vec<u8>,
        /// See [`IntentRow::payload_hash`].
        payload_hash: [u8; 32],
        /// See [`IntentRow::epoch`].
        epoch: Epoch,
    },
}

/// A queued wish. `Debug` does not show what will be sent for it.
#[derive(Clone, Eq, PartialEq)]
pub struct IntentRow {
    /// Its place in the queue.
    pub id: IntentId,
    /// What was wished.
    pub wish: NewIntent,
    /// How far it has come.
    pub state: IntentState,
    /// SHA-256 of the MLS message sent for it: how its own envelope is recognised.
    pub payload_hash: Option<[u8; 32]>,
    /// The MLS message sent for it, to be sent again after a crash.
    pub payload: Option<Vec<u8>>,
    /// What is to be sent after the commit was applied; the encoding is the state machine's.
    pub post_commit: Option<Vec<u8>>,
    /// The epoch the payload was made in.
    pub epoch: Option<Epoch>,
    /// How often making the payload has failed.
    pub attempts: u32,
    /// Why it was refused for good.
    pub error: Option<String>,
}

/// Reading intents.
pub trait IntentReads {
    /// The intent `id`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn intent(&mut self, id: IntentId) -> Result<Option<IntentRow>, StorageError>;

    /// Intents of `group` in one of `states`, in queue order.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn intents(&mut self, group: &GroupId, states: &[IntentState]) -> Result<Vec<IntentRow>, StorageError>;

    /// The first intents of `group` in `state`, in queue order, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn first_intents(
        &mut self,
        group: &GroupId,
        state: IntentState,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StorageError>;

    /// The intent whose envelope has this hash.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn intent_by_hash(&mut self, payload_hash: &[u8; 32]) -> Result<Option<IntentRow>, StorageError>;

    /// Whether an envelope was ever made for an intent of `group` that is still there: if none was, no envelope in the
    /// group is that of an intent.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn has_made_envelopes(&mut self, group: &GroupId) -> Result<bool, StorageError>;

    /// Groups that have intents which are neither refused nor held.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn groups_with_open_intents(&mut self) -> Result<Vec<GroupId>, StorageError>;

    /// Groups that have intents which are held.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be read.
    fn groups_with_held_intents(&mut self) -> Result<Vec<GroupId>, StorageError>;
}

/// Writing intents.
pub trait IntentWrites {
    /// Appends a wish to the queue in state `ToPublish`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn queue_intent(&mut self, wish: &NewIntent) -> Result<IntentId, StorageError> {
        self.begin_intent(wish, Beginning::Waiting)
    }

    /// Appends a wish to the queue that is so far already.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn begin_intent(&mut self, wish: &NewIntent, beginning: Beginning) -> Result<IntentId, StorageError>;

    /// Moves all held intents of `group` to state `ToPublish`; says how many.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn release_intents(&mut self, group: &GroupId) -> Result<usize, StorageError>;

    /// Moves an intent that sends a message from state `Published` to `Acknowledged`, and its message, if it is unpublished,
    /// to published; no effect on any other.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn acknowledge_intent(&mut self, id: IntentId) -> Result<(), StorageError>;

    /// Replaces the row with this id; no effect if it is not there.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn update_intent(&mut self, row: &IntentRow) -> Result<(), StorageError>;

    /// Deletes the intent `id`.
    ///
    /// # Errors
    /// [`StorageError`] if the store cannot be written.
    fn delete_intent(&mut self, id: IntentId) -> Result<(), StorageError>;
}

impl fmt::Debug for NewIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewIntent")
            .field("group", &self.group)
            .field("kind", &self.kind)
            .field("data_bytes", &self.data.len())
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Beginning {
    /// The state it stands for.
    pub const fn state(&self) -> IntentState {
        match self {
            Self::Waiting => IntentState::ToPublish,
            Self::Held => IntentState::Held,
            Self::Sealed { .. } => IntentState::Published,
        }
    }
}

impl fmt::Debug for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Beginning").field(&self.state()).finish()
    }
}

impl fmt::Debug for IntentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntentRow")
            .field("id", &self.id)
            .field("wish", &self.wish)
            .field("state", &self.state)
            .field("epoch", &self.epoch)
            .field("attempts", &self.attempts)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
