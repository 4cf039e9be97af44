//! Why a wish was not queued although the group is fine: it could never be carried out.
use super::MAX_GROUP_SIZE;
use crate::group::permissions::PolicyError;
use thiserror::Error;
use xmtp_types::InboxId;

/// A wish that can never be carried out. Nothing was queued.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum WishError {
    /// Direct conversations have no such thing.
    #[error("in a direct conversation {0}")]
    InDm(&'static str),
    /// A value is longer than members let through.
    #[error("{field} has {bytes} bytes and may have {limit}")]
    TooLong {
        /// The attribute.
        field: String,
        /// How many bytes of UTF-8 it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A value is not what its attribute is for.
    #[error("{field} cannot be set to that: {why}")]
    BadValue {
        /// The attribute.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// The group would hold too many inboxes.
    #[error("a group holds at most {MAX_GROUP_SIZE} inboxes and this would make {0}")]
    TooManyMembers(usize),
    /// Nobody takes their own inbox out.
    #[error("no installation removes its own inbox: leave the group, or ask another member to")]
    OwnInbox,
    /// A role for somebody who is not there.
    #[error("{0} is not a member of the group: add it first")]
    NotAMember(InboxId),
    /// No group can have this policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Leaving makes no sense here.
    #[error("this inbox cannot leave: {0}")]
    CannotLeave(LeaveRefusal),
}

/// Why an inbox cannot ask to be removed.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum LeaveRefusal {
    /// A direct conversation has nobody who could remove it.
    #[error("a direct conversation has nobody who could remove it, deny its consent instead")]
    Dm,
    /// The group of an inbox's own installations.
    #[error("this is the group of its own installations")]
    OwnInstallations,
    /// It is alone.
    #[error("it is the only member")]
    Alone,
    /// It is a super admin, and super admins are never removed.
    #[error("it is a super admin, which is never removed: take the role away first")]
    SuperAdmin,
    /// It has asked already.
    #[error("it has asked before and waits for a super admin to remove it")]
    AskedAlready,
}
