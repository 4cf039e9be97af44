//! A clock that runs with the system's and can be moved forward.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use xmtp_client::{Clock, SystemClock};
use xmtp_types::Timestamp;

/// The system's clock plus whatever it was moved by. Clones move together.
#[derive(Clone, Debug, Default)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(Duration::from_nanos(self.0.load(Ordering::SeqCst)))
    }
}
