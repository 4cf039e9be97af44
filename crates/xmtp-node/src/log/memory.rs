//! What the log keeps in memory of itself, so that those who are nearly up to date cost no read of the database.
use super::{Committed, recent::Recent, tails::Tails};

/// See the module. The writer enters what it commits before whoever sent it is answered and before streams are pushed to.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Where each busy group stands.
    pub(crate) tails: Tails,
    /// The newest messages of all groups.
    pub(crate) recent: Recent,
}

impl Memory {
    /// Enters what one transaction added.
    pub(crate) fn committed(&self, committed: &Committed) {
        self.tails.committed(&committed.group_messages);
        self.recent.committed(&committed.group_messages);
    }

    /// Forgets everything: it is open what the database holds.
    pub(crate) fn forget(&self) {
        self.tails.forget();
        self.recent.forget();
    }
}
