//! The kinds of intent and how they are kept.
//!
//! Source of fact: XMTP documentation, "Intents"; the numbers are those released clients use. The encoding is local.
use crate::{
    EngineError,
    group::{permission_kind::PermissionKind, permissions::Policy},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use xmtp_storage::{IntentRow, StorageError};
use xmtp_types::{InboxId, InstallationId};

/// Something to be done in a group. `Debug` shows neither what a message says nor the value of an attribute.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Intent {
    /// Send an application message: the bytes of a `PlaintextEnvelope`.
    SendMessage {
        /// The plaintext envelope.
        envelope: Vec<u8>,
    },
    /// Renew the keys of this installation's leaf with an empty commit.
    RotateKeys,
    /// Set one attribute of the group's mutable metadata.
    UpdateMetadata {
        /// The attribute, such as `group_name`.
        field: String,
        /// Its new value.
        value: String,
    },
    /// Add and remove inboxes, and bring every member's installations up to date. Both lists may be empty.
    UpdateMembers {
        /// Inboxes to add.
        add: Vec<InboxId>,
        /// Inboxes to remove.
        remove: Vec<InboxId>,
    },
    /// Change who is an admin.
    UpdateAdmins {
        /// What to change.
        change: AdminChange,
        /// Whose role.
        inbox: InboxId,
    },
    /// Change who may do one thing.
    UpdatePermissions {
        /// What.
        kind: PermissionKind,
        /// Who may from then on.
        policy: Policy,
    },
    /// Take these installations out and put them back in one commit, with new key packages.
    ReaddInstallations {
        /// Which. Those that have no leaf are passed over.
        installations: Vec<InstallationId>,
    },
}

/// A change of one member's role. The numbers are those on the wire.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[repr(u8)]
pub enum AdminChange {
    /// Make an admin.
    AddAdmin = 1,
    /// Make an ordinary member again.
    RemoveAdmin = 2,
    /// Make a super admin.
    AddSuperAdmin = 3,
    /// No longer a super admin.
    RemoveSuperAdmin = 4,
}

impl Intent {
    pub(super) const SEND_MESSAGE: u8 = 1;

    /// The number of the kind.
    pub const fn number(&self) -> u8 {
        match self {
            Self::SendMessage { .. } => Self::SEND_MESSAGE,
            Self::RotateKeys => 2,
            Self::UpdateMetadata { .. } => 3,
            Self::UpdateMembers { .. } => 4,
            Self::UpdateAdmins { .. } => 5,
            Self::UpdatePermissions { .. } => 6,
            Self::ReaddInstallations { .. } => 7,
        }
    }

    /// Whether it is carried out by a commit.
    pub const fn is_commit(&self) -> bool {
        !matches!(self, Self::SendMessage { .. })
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, EngineError> {
        postcard::to_stdvec(self).map_err(EngineError::encoding)
    }

    /// Whether what `row` wishes is carried out by a commit.
    pub(crate) const fn commits(row: &IntentRow) -> bool {
        row.wish.kind != Self::SEND_MESSAGE
    }

    pub(crate) fn decode(row: &IntentRow) -> Result<Self, EngineError> {
        Ok(postcard::from_bytes(&row.wish.data).map_err(|_| StorageError::Damaged("intent"))?)
    }
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SendMessage { envelope } => {
                f.debug_struct("SendMessage").field("envelope_bytes", &envelope.len()).finish()
            }
            Self::RotateKeys => f.write_str("RotateKeys"),
            Self::UpdateMetadata { field, .. } => {
                f.debug_struct("UpdateMetadata").field("field", field).finish_non_exhaustive()
            }
            Self::UpdateMembers { add, remove } => {
                f.debug_struct("UpdateMembers").field("add", add).field("remove", remove).finish()
            }
            Self::UpdateAdmins { change, inbox } => {
                f.debug_struct("UpdateAdmins").field("change", change).field("inbox", inbox).finish()
            }
            Self::UpdatePermissions { kind, policy } => {
                f.debug_struct("UpdatePermissions").field("kind", kind).field("policy", policy).finish()
            }
            Self::ReaddInstallations { installations } => {
                f.debug_struct("ReaddInstallations").field("installations", installations).finish()
            }
        }
    }
}
