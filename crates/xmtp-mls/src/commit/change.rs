//! What a commit changed, as a person would say it.
use std::fmt;
use xmtp_types::{Epoch, InboxId, InstallationId};

/// The effect of one commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// The inbox that made it.
    pub actor: InboxId,
    /// The installation that made it.
    pub installation: InstallationId,
    /// The epoch it leads to.
    pub epoch: Epoch,
    /// Inboxes that were added.
    pub added: Vec<InboxId>,
    /// Inboxes that were removed.
    pub removed: Vec<InboxId>,
    /// Attributes of the metadata that have another value.
    pub fields: Vec<FieldChange>,
    /// New admins.
    pub admins_added: Vec<InboxId>,
    /// No longer admins.
    pub admins_removed: Vec<InboxId>,
    /// New super admins.
    pub super_admins_added: Vec<InboxId>,
    /// No longer super admins.
    pub super_admins_removed: Vec<InboxId>,
    /// Whether the permissions are others.
    pub permissions_changed: bool,
    /// Inboxes that were removed because they had asked for it. They are not among the removed ones.
    pub left: Vec<InboxId>,
    /// Installations that were taken out and put back.
    pub readded: Vec<InstallationId>,
}

/// One attribute that has another value. `Debug` shows neither value.
#[derive(Clone, Eq, PartialEq)]
pub struct FieldChange {
    /// The attribute, such as `group_name`.
    pub field: String,
    /// Its value before.
    pub old: Option<String>,
    /// Its value after.
    pub new: Option<String>,
}

impl Change {
    /// A commit by `actor` that changed keys alone.
    pub(crate) const fn nothing(actor: InboxId, installation: InstallationId, epoch: Epoch) -> Self {
        Self {
            actor,
            installation,
            epoch,
            added: Vec::new(),
            removed: Vec::new(),
            fields: Vec::new(),
            admins_added: Vec::new(),
            admins_removed: Vec::new(),
            super_admins_added: Vec::new(),
            super_admins_removed: Vec::new(),
            permissions_changed: false,
            left: Vec::new(),
            readded: Vec::new(),
        }
    }

    /// What a welcome tells: `actor` added `inbox`.
    pub(crate) fn added(actor: InboxId, installation: InstallationId, inbox: InboxId, epoch: Epoch) -> Self {
        Self { added: vec![inbox], ..Self::nothing(actor, installation, epoch) }
    }

    /// Whether members see nothing of it: only keys, installations or permissions changed.
    pub fn is_invisible(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.fields.is_empty()
            && self.admins_added.is_empty()
            && self.admins_removed.is_empty()
            && self.super_admins_added.is_empty()
            && self.super_admins_removed.is_empty()
            && self.left.is_empty()
    }
}

impl fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldChange").field("field", &self.field).finish_non_exhaustive()
    }
}
