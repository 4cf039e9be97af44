//! The only clock: everything below is told the time.
use async_trait::async_trait;
use std::{
    fmt::Debug,
    time::{Duration, SystemTime},
};
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
