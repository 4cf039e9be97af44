//! The only clock: everything below is told the time.
use async_trait::async_trait;
use std::{
    fmt::Debug,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::watch;
use xmtp_types::Timestamp;

/// How long the clock is not looked at while something waits: timers of the runtime stand still while the machine
/// sleeps, and somebody may set the clock.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Tells the time. Tests bring their own.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Returns when it is `at` or later. A clock that is set by hand overrides this, or whoever waits finds out up to a
    /// minute late.
    async fn wait_until(&self, at: Timestamp) {
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK_AGAIN)).await;
        }
    }
}

/// The system's clock plus whatever it was moved by, for tests that cannot wait. Clones move together.
#[derive(Clone, Debug)]
pub struct MovableClock(Arc<watch::Sender<Duration>>);

impl MovableClock {
    /// Moves the clock forward. Whoever waits for a time that has come by that goes on.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|moved| *moved = moved.saturating_add(by));
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Duration::ZERO)))
    }
}

#[async_trait]
impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(*self.0.borrow())
    }

    async fn wait_until(&self, at: Timestamp) {
        let mut moves = self.0.subscribe();
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moves.changed() => {}
            }
        }
    }
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that all others are to use")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_nanos(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }
}
