//! What the state machine tells whoever drives it.
use crate::commit::Change;
use xmtp_storage::{GroupStatus, IntentId, PreferenceSource};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, SequenceId, Timestamp};

/// Something that has happened and is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A message is stored that was not there before: received, or written down from a commit.
    Message {
        /// The conversation.
        group: GroupId,
        /// The message.
        id: MessageId,
    },
    /// A message of ours has its place in the order of the conversation.
    Published {
        /// The conversation.
        group: GroupId,
        /// The message.
        id: MessageId,
    },
    /// This installation is in a conversation it was not in before.
    Joined {
        /// The conversation.
        group: GroupId,
    },
    /// A commit was applied.
    Changed {
        /// The conversation.
        group: GroupId,
        /// What it changed.
        change: Box<Change>,
    },
    /// This installation was removed from a conversation.
    Removed {
        /// The conversation.
        group: GroupId,
    },
    /// An intent of ours ended well.
    IntentDone {
        /// The conversation.
        group: GroupId,
        /// The intent.
        id: IntentId,
    },
    /// An intent of ours was refused for good.
    IntentFailed {
        /// The conversation.
        group: GroupId,
        /// The intent.
        id: IntentId,
        /// Why, as words for a person.
        reason: String,
    },
    /// A conversation cannot go past an envelope: it asks for a newer version, or other members may have applied a
    /// commit that cannot be applied here.
    Halted {
        /// The conversation.
        group: GroupId,
        /// Why, and what to do about it.
        status: GroupStatus,
    },
    /// An envelope was refused for good: it can not be opened or breaks a rule.
    Refused {
        /// The conversation, if it is known.
        group: Option<GroupId>,
        /// Its number.
        sequence_id: SequenceId,
        /// Why, as words for a person.
        reason: String,
    },
    /// A message was stored, or got its place, that must be gone some day.
    Expiring {
        /// The conversation.
        group: GroupId,
        /// The message.
        id: MessageId,
        /// When it must be gone.
        at: Timestamp,
    },
    /// An intent of ours has something to be sent: what was made for it came too late and is to be made anew, or its
    /// commit was applied and welcomes follow.
    Unsent {
        /// The conversation.
        group: GroupId,
        /// The intent.
        id: IntentId,
    },
    /// A member asks to be removed.
    LeaveAsked {
        /// The conversation.
        group: GroupId,
        /// Who asks.
        inbox: InboxId,
    },
    /// Something about the user's preferences is another than before: the log of changes in the store says what.
    PreferenceChanged {
        /// How this installation came to it.
        source: PreferenceSource,
    },
    /// An installation asks to be taken out of a conversation and put back.
    ReaddAsked {
        /// The conversation.
        group: GroupId,
        /// The installation.
        installation: InstallationId,
    },
    /// A message was deleted: a member asked for it, or its time was over.
    Deleted {
        /// The conversation.
        group: GroupId,
        /// The message.
        id: MessageId,
    },
}
