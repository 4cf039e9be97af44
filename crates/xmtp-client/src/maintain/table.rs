//! The workers of a client.
use super::{Worker, outbox};
use std::time::Duration;
use xmtp_mls::Event;
use xmtp_storage::PreferenceSource;

/// All workers, in the order in which they are started. `interval` is for those that have to look now and then although
/// nothing has happened here.
pub(super) const WORKERS: &[Worker] = &[
    Worker { name: outbox::NAME, interval: NONE, wakes: is_unsent, work: |inner| Box::pin(inner.send_leftovers()) },
    Worker { name: "key package", interval: NONE, wakes: is_joined, work: |inner| Box::pin(inner.tend_key_package()) },
    Worker { name: "expiry", interval: NONE, wakes: is_expiring, work: |inner| Box::pin(inner.delete_expired()) },
    Worker {
        name: "leaving",
        interval: NONE,
        wakes: may_leave,
        work: |inner| Box::pin(async move { inner.remove_leavers().await }),
    },
    Worker { name: "preferences", interval: NONE, wakes: is_told, work: |inner| Box::pin(inner.tend_preferences()) },
    Worker { name: "commit log", interval: FIVE, wakes: is_lost, work: |inner| Box::pin(inner.tend_commit_logs()) },
];

/// As often as released clients do.
const FIVE: Option<Duration> = Some(Duration::from_secs(5 * 60));
const NONE: Option<Duration> = None;

const fn is_unsent(event: &Event) -> bool {
    matches!(event, Event::Unsent { .. })
}

const fn is_joined(event: &Event) -> bool {
    matches!(event, Event::Joined { .. })
}

/// Somebody asks to leave, or somebody becomes a super admin who can let others go.
fn may_leave(event: &Event) -> bool {
    match event {
        Event::LeaveAsked { .. } => true,
        Event::Changed { change, .. } => {
            !change.super_admins_added.is_empty()
                || !change.super_admins_removed.is_empty()
                || change.permissions_changed
        }
        _ => false,
    }
}

/// A group cannot be followed any more, here or by who asks for help.
const fn is_lost(event: &Event) -> bool {
    matches!(event, Event::Halted { .. } | Event::ReaddAsked { .. })
}

const fn is_told(event: &Event) -> bool {
    matches!(event, Event::Joined { .. } | Event::PreferenceChanged { source: PreferenceSource::Here })
}

const fn is_expiring(event: &Event) -> bool {
    matches!(event, Event::Expiring { .. })
}
