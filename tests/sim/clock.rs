//! One clock for everybody in a run: it moves a little whenever it is asked, and by as much as a run likes.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use xmtp_client::{Clock, SystemClock, Timestamp};

/// How long before the present a run begins. The MLS library compares lifetimes of key packages with the system's time,
/// and those live for 84 days.
const BEGINS_BEFORE: Duration = Duration::from_secs(50 * 24 * 60 * 60);
/// How far the clock moves when it is asked: no two things happen at one time.
const TICK: u64 = 1_000_000;

/// Simulated time. Clones are the same clock.
#[derive(Clone, Debug)]
pub(crate) struct SimClock(Arc<AtomicU64>);

impl SimClock {
    /// A clock that begins in the past.
    pub(crate) fn new() -> Self {
        let begin = SystemClock.now().as_nanos().saturating_sub(nanos(BEGINS_BEFORE));
        Self(Arc::new(AtomicU64::new(begin)))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(nanos(time), Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.fetch_add(TICK, Ordering::SeqCst).saturating_add(TICK))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
