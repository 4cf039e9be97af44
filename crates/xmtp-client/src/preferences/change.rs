//! A change of a preference as an application sees it.
use xmtp_storage::{ConsentEntity, ConsentState, Preference, PreferenceRow};
use xmtp_types::Timestamp;

/// Something about the preferences of the user is another than before.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PreferenceChange {
    /// Whether something is wanted.
    Consent {
        /// What it is about.
        entity: ConsentEntity,
        /// What was decided.
        state: ConsentState,
        /// When.
        decided_at: Timestamp,
    },
    /// The keys for push are others: a push server must be given them anew.
    PushKeys,
}

impl PreferenceChange {
    /// Nothing for a kind of change that applications do not see.
    pub(super) fn from_row(row: PreferenceRow) -> Option<Self> {
        match row.preference {
            Preference::Consent { entity, state } => Some(Self::Consent { entity, state, decided_at: row.decided_at }),
            Preference::PushRoot => Some(Self::PushKeys),
            _ => None,
        }
    }
}
