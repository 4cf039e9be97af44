//! A clock that runs with the system's and can be moved forward.
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use xmtp_client::{Clock, SystemClock};
use xmtp_types::Timestamp;

/// The system's clock plus whatever it was moved by. Clones move together.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<watch::Sender<Duration>>);

impl TestClock {
    /// Moves the clock forward. Whoever waits for a time that has come by that goes on.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|moved| *moved = moved.saturating_add(by));
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Duration::ZERO)))
    }
}

#[async_trait]
impl Clock for TestClock {
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
