//! When to try again: exponential backoff with full jitter, as pure arithmetic.
//!
//! Full jitter (a delay drawn evenly from zero to a ceiling that doubles) keeps clients that lost one node from coming
//! back to it together. A network that asked for fewer requests gets at least half the ceiling: an early retry would
//! only be refused again. Randomness is an argument.
//!
//! The numbers are ours; released clients try a unary call six times within about two seconds.
use crate::DeliveryError;
use std::time::Duration;

/// The longest wait that a network can ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// Ceilings of the delays between attempts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Backoff {
    /// Ceiling of the first delay.
    pub first: Duration,
    /// Ceiling of every delay.
    pub longest: Duration,
    /// Ceiling of the first delay after [`DeliveryError::RateLimited`].
    pub first_limited: Duration,
    /// Ceiling of every delay after [`DeliveryError::RateLimited`].
    pub longest_limited: Duration,
}

/// How often a unary call is tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// Delays between attempts.
    pub backoff: Backoff,
    /// Attempts, the first one included.
    pub attempts: u32,
}

impl Backoff {
    /// For unary calls: a caller waits.
    pub const CALL: Self = Self {
        first: Duration::from_millis(100),
        longest: Duration::from_secs(2),
        first_limited: Duration::from_secs(2),
        longest_limited: Duration::from_secs(15),
    };

    /// For subscriptions: nobody waits, and the network may be away for hours.
    pub const STREAM: Self = Self {
        first: Duration::from_millis(200),
        longest: Duration::from_secs(30),
        first_limited: Duration::from_secs(10),
        longest_limited: Duration::from_secs(120),
    };

    /// The delay after the failure number `failures` in a row (1 is the first). `random` is drawn evenly from all
    /// values. A network that says how long it wants to be left alone is, at most for a rolling window of its limits.
    pub fn delay(&self, failures: u32, error: &DeliveryError, random: u64) -> Duration {
        // DELIVERY.R6
        if let DeliveryError::RateLimited { retry_after, .. } = error {
            let half = ceiling(self.first_limited, self.longest_limited, failures) / 2;
            (half + part(half, random)).max(retry_after.unwrap_or_default().min(LONGEST_ASKED))
        } else {
            part(ceiling(self.first, self.longest, failures), random)
        }
    }
}

impl Patience {
    /// For calls a person or a program waits for.
    pub const CALL: Self = Self { backoff: Backoff::CALL, attempts: 6 };

    /// The delay before the next attempt after `failures` in a row (1 is the first), or `None` to give up: because
    /// the error is permanent, the attempts are used up, or the network asks for a longer wait than a call is worth.
    pub fn next(&self, failures: u32, error: &DeliveryError, random: u64) -> Option<Duration> {
        // Nobody who waits for a call wants to wait that long: whoever called can try again by then.
        let asks_for_too_long = matches!(error, DeliveryError::RateLimited { retry_after: Some(wait), .. }
            if *wait > self.backoff.longest_limited);
        let goes_on = error.is_retryable() && failures < self.attempts && !asks_for_too_long;
        goes_on.then(|| self.backoff.delay(failures, error, random))
    }
}

/// `first`, doubled once per failure after the first one, at most `longest`.
fn ceiling(first: Duration, longest: Duration, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1);
    2u32.checked_pow(doublings).and_then(|factor| first.checked_mul(factor)).map_or(longest, |grown| grown.min(longest))
}

/// The part of `whole` that `random` is of all values.
fn part(whole: Duration, random: u64) -> Duration {
    let nanos = (whole.as_nanos() * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lost() -> DeliveryError {
        DeliveryError::Interrupted("reset".into())
    }

    fn limited() -> DeliveryError {
        DeliveryError::RateLimited { reason: "1 exceeds rate limit".into(), retry_after: None }
    }

    proptest! {
        #[test] // DELIVERY.R6
        fn delays_stay_under_a_ceiling_that_doubles_to_the_longest(failures in 1u32..100, random: u64) {
            let backoff = Backoff::STREAM;
            let doubled = backoff.first.as_secs_f64() * 2f64.powi(failures as i32 - 1);
            let ceiling = doubled.min(backoff.longest.as_secs_f64());
            prop_assert!(backoff.delay(failures, &lost(), random).as_secs_f64() <= ceiling);
        }

        #[test]
        fn delays_grow_with_the_random_number(failures in 1u32..100, a: u64, b: u64) {
            let (low, high) = (a.min(b), a.max(b));
            for error in [lost(), limited()] {
                prop_assert!(Backoff::CALL.delay(failures, &error, low) <= Backoff::CALL.delay(failures, &error, high));
            }
        }

        #[test] // DELIVERY.R6
        fn a_network_that_asks_for_less_waits_at_least_half_the_ceiling(failures in 1u32..100, random: u64) {
            let backoff = Backoff::STREAM;
            let delay = backoff.delay(failures, &limited(), random);
            prop_assert!(delay >= backoff.first_limited / 2);
            prop_assert!(delay <= backoff.longest_limited);
        }

        #[test]
        fn a_call_ends_after_its_attempts_and_within_their_longest_delays(random: u64) {
            let patience = Patience::CALL;
            let delays: Vec<_> = (1..).map_while(|failures| patience.next(failures, &lost(), random)).collect();
            prop_assert_eq!(delays.len(), 5);
            prop_assert!(delays.iter().sum::<Duration>() < Duration::from_millis(3_100));
        }
    }

    #[test]
    fn a_network_that_says_how_long_it_wants_to_be_left_alone_is() {
        let asked = |seconds| DeliveryError::RateLimited {
            reason: "slow down".into(),
            retry_after: Some(Duration::from_secs(seconds)),
        };
        assert_eq!(Backoff::CALL.delay(1, &asked(12), 0), Duration::from_secs(12));
        assert_eq!(Backoff::STREAM.delay(1, &asked(100_000), 0), Duration::from_secs(300));
        assert_eq!(Patience::CALL.next(1, &asked(12), 0), Some(Duration::from_secs(12)));
        assert_eq!(Patience::CALL.next(1, &asked(60), 0), None);
    }

    #[test]
    fn permanent_errors_are_not_tried_again() {
        assert_eq!(Patience::CALL.next(1, &DeliveryError::Rejected("bad".into()), 0), None);
    }
}
