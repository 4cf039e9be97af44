//! How many requests may go out: a limit over a rolling window, as pure arithmetic.
//!
//! Source of fact: XMTP documentation, "Observe rate limits": for each client and any five minutes, 20,000 reads and 3,000
//! published messages. What is over that is refused with "too many requests".
use std::{collections::VecDeque, time::Duration};

/// Parts that a window is divided into. Requests of one part are counted together, and for one part longer than the
/// window: never less is counted than the network can.
const PARTS: u32 = 100;

/// How many requests a network takes from one client in any window of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimit {
    /// Requests that read.
    pub reads: u32,
    /// Messages, welcomes, key packages, identity updates and entries of commit logs that are published.
    pub writes: u32,
    /// The window.
    pub window: Duration,
}

impl RateLimit {
    /// What the public networks say they take.
    pub const PUBLISHED: Self = Self { reads: 20_000, writes: 3_000, window: Duration::from_secs(300) };
}

/// What was used of a limit in the window that ends now. Time is counted from any point.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u32,
    window: Duration,
    /// The number of a part, and what was used in it; the oldest first.
    used: VecDeque<(u64, u32)>,
    /// Until when the network wants to be left alone.
    paused: Duration,
}

impl Budget {
    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        Self { limit: limit.max(1), window, used: VecDeque::new(), paused: Duration::ZERO }
    }

    /// Takes `cost` out of what is left, or says how long to wait before it is asked again. What costs more than the whole
    /// limit goes when nothing of it is used.
    pub(crate) fn take(&mut self, now: Duration, cost: u32) -> Result<(), Duration> {
        if now < self.paused {
            return Err(self.paused.saturating_sub(now));
        }
        let part = self.part();
        let number = u64::try_from(now.as_nanos() / part.as_nanos()).unwrap_or(u64::MAX);
        while self.used.front().is_some_and(|(old, _)| old.saturating_add(u64::from(PARTS)) < number) {
            self.used.pop_front();
        }
        let cost = cost.min(self.limit);
        let used: u32 = self.used.iter().map(|(_, count)| count).sum();
        // DELIVERY.R12
        let Some((oldest, _)) = self.used.front().filter(|_| used + cost > self.limit) else {
            match self.used.back_mut().filter(|(newest, _)| *newest == number) {
                Some((_, count)) => *count += cost,
                None => self.used.push_back((number, cost)),
            }
            return Ok(());
        };
        let ends = part.saturating_mul(u32::try_from(oldest.saturating_add(u64::from(PARTS) + 1)).unwrap_or(u32::MAX));
        Err(ends.saturating_sub(now).max(Duration::from_millis(1)))
    }

    /// The network wants to be left alone until `until`.
    pub(crate) fn pause(&mut self, until: Duration) {
        self.paused = self.paused.max(until);
    }

    fn part(&self) -> Duration {
        (self.window / PARTS).max(Duration::from_nanos(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limits_are_those_the_network_publishes() {
        let RateLimit { reads, writes, window } = RateLimit::PUBLISHED;
        assert_eq!((reads, writes, window), (20_000, 3_000, Duration::from_secs(300)));
    }

    #[test]
    fn a_burst_goes_at_once_and_the_next_request_when_the_burst_leaves_the_window() {
        let mut budget = Budget::new(3_000, Duration::from_secs(300));
        for _ in 0..3_000 {
            assert_eq!(budget.take(Duration::ZERO, 1), Ok(()));
        }
        assert_eq!(budget.take(Duration::from_secs(100), 1), Err(Duration::from_secs(203)));
        assert_eq!(budget.take(Duration::from_secs(303), 1), Ok(()));
    }

    #[test]
    fn nothing_goes_before_the_end_of_a_pause() {
        let mut budget = Budget::new(10, Duration::from_secs(300));
        budget.pause(Duration::from_secs(7));
        assert_eq!(budget.take(Duration::from_secs(2), 1), Err(Duration::from_secs(5)));
        assert_eq!(budget.take(Duration::from_secs(7), 1), Ok(()));
    }

    #[test]
    fn what_costs_more_than_the_limit_goes_alone() {
        let mut budget = Budget::new(10, Duration::from_secs(300));
        assert_eq!(budget.take(Duration::ZERO, 50), Ok(()));
        assert!(budget.take(Duration::from_secs(1), 1).is_err());
    }

    proptest! {
        #[test] // DELIVERY.R12
        fn no_window_ever_holds_more_than_the_limit_and_every_wait_is_long_enough(
            steps in proptest::collection::vec((0u64..40_000, 1u32..5), 1..200),
            limit in 5u32..40,
        ) {
            let window = Duration::from_secs(300);
            let mut budget = Budget::new(limit, window);
            let (mut now, mut taken) = (Duration::ZERO, Vec::new());
            for (pause, cost) in steps {
                now += Duration::from_millis(pause);
                if let Err(wait) = budget.take(now, cost) {
                    prop_assert!(!wait.is_zero());
                    let mut tries = 0;
                    now += wait;
                    while let Err(wait) = budget.take(now, cost) {
                        now += wait;
                        tries += 1;
                        prop_assert!(tries < 200, "it never goes");
                    }
                }
                taken.push((now, cost));
                let inside = taken.iter().filter(|(at, _)| *at + window > now).map(|(_, cost)| cost).sum::<u32>();
                prop_assert!(inside <= limit, "{inside} in a window");
            }
        }
    }
}
