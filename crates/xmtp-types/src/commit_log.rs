//! The public log of a group's commits, as it travels.
//!
//! Source of fact: `mls/message_contents/commit_log.proto`.
use crate::{GroupId, SequenceId};

/// What became of a commit on the side of whoever writes about it. The numbers are those on the wire.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[repr(i32)]
pub enum CommitResult {
    /// It is not said.
    #[default]
    Unspecified = 0,
    /// It was applied.
    Applied = 1,
    /// It was made for another epoch.
    WrongEpoch = 2,
    /// It could not be opened.
    Undecryptable = 3,
    /// It broke a rule.
    Invalid = 4,
}

impl CommitResult {
    /// The result with this number; one that is not known says nothing.
    pub const fn from_number(number: i32) -> Self {
        match number {
            1 => Self::Applied,
            2 => Self::WrongEpoch,
            3 => Self::Undecryptable,
            4 => Self::Invalid,
            _ => Self::Unspecified,
        }
    }
}

/// An entry of the commit log of a group, signed. Nothing of it was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedCommit {
    /// The group whose log it is in.
    pub group: GroupId,
    /// The bytes of a `PlaintextCommitLogEntry`.
    pub entry: Vec<u8>,
    /// The signature over those bytes.
    pub signature: Vec<u8>,
    /// The public key that is said to have signed.
    pub public_key: Vec<u8>,
}

/// An entry with its place in the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LoggedCommit {
    /// Its number.
    pub sequence_id: SequenceId,
    /// What it says.
    pub signed: SignedCommit,
}
