//! How much one peer may ask for. Off unless the configuration says otherwise.
//!
//! One token bucket per peer address and class: it holds up to `burst` tokens and gains `per_minute` a minute, counted
//! to the nanosecond. Source of fact for classes, costs and figures: the public network, observed on the official node.
use crate::error::Refusal;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use xmtp_types::Timestamp;

/// Buckets kept before full ones, which say nothing, are dropped.
const SWEEP_ABOVE: usize = 10_000;

/// A token bucket: how many requests at once, and how many a minute after that.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// Requests a rested peer may make at once.
    pub burst: u32,
    /// Requests a peer gains back per minute.
    pub per_minute: u32,
}

/// The limits of each peer address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Queries, streams opened and commit log calls: each costs 1.
    pub queries: Rate,
    /// Key packages and identity updates, which cost 1; messages and welcomes, which cost 1 each.
    pub publishes: Rate,
}

/// The figures of the public network.
impl Default for RateLimits {
    fn default() -> Self {
        Self { queries: Rate { burst: 20_000, per_minute: 4_000 }, publishes: Rate { burst: 3_000, per_minute: 600 } }
    }
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Class {
    Query,
    Publish,
}

/// Counts what peers asked for.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    limits: Option<RateLimits>,
    buckets: Mutex<HashMap<(Option<IpAddr>, Class), Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Limiter {
    pub(crate) fn new(limits: Option<RateLimits>) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    /// Takes `cost` from the bucket of `peer`. Peers without an address share a bucket.
    ///
    /// # Errors
    /// [`Refusal::TooFast`] if the bucket holds less; nothing is taken then.
    pub(crate) fn take(&self, peer: Option<IpAddr>, class: Class, cost: usize, now: Timestamp) -> Result<(), Refusal> {
        let Some(limits) = self.limits else { return Ok(()) };
        let rate = limits.of(class);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > SWEEP_ABOVE {
            buckets.retain(|(_, class), bucket| !bucket.refilled(limits.of(*class), now).is_full(limits.of(*class)));
        }
        let bucket = buckets.entry((peer, class)).or_insert(Bucket { tokens: f64::from(rate.burst), at: now });
        *bucket = bucket.refilled(rate, now);
        let cost = f64::from(u32::try_from(cost).unwrap_or(u32::MAX));
        if bucket.tokens < cost {
            return Err(Refusal::TooFast);
        }
        bucket.tokens -= cost;
        Ok(())
    }
}

impl RateLimits {
    const fn of(&self, class: Class) -> Rate {
        match class {
            Class::Query => self.queries,
            Class::Publish => self.publishes,
        }
    }
}

impl Bucket {
    fn refilled(self, rate: Rate, now: Timestamp) -> Self {
        let gained = now.since(self.at).as_secs_f64() * f64::from(rate.per_minute) / 60.0;
        Self { tokens: (self.tokens + gained).min(f64::from(rate.burst)), at: now.max(self.at) }
    }

    fn is_full(self, rate: Rate) -> bool {
        self.tokens >= f64::from(rate.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limiter() -> Limiter {
        let rate = Rate { burst: 3, per_minute: 60 };
        Limiter::new(Some(RateLimits { queries: rate, publishes: rate }))
    }

    #[test]
    fn a_burst_empties_the_bucket_and_time_refills_it() {
        let (limiter, start) = (limiter(), Timestamp::from_secs(100));
        let take = |cost, at| limiter.take(None, Class::Publish, cost, at).is_ok();
        assert!(take(3, start));
        assert!(!take(1, start));
        assert!(!take(1, start.plus(Duration::from_millis(999))));
        assert!(take(1, start.plus(Duration::from_secs(1))));
        assert!(take(3, start.plus(Duration::from_secs(3_600))));
        assert!(!take(1, start.plus(Duration::from_secs(3_600))));
    }

    #[test]
    fn peers_and_classes_do_not_share_a_bucket() {
        let (limiter, now) = (limiter(), Timestamp::from_secs(1));
        let peer = |last| Some(IpAddr::from([127, 0, 0, last]));
        assert!(limiter.take(peer(1), Class::Publish, 3, now).is_ok());
        assert!(limiter.take(peer(1), Class::Query, 3, now).is_ok());
        assert!(limiter.take(peer(2), Class::Publish, 3, now).is_ok());
        assert!(limiter.take(peer(1), Class::Publish, 1, now).is_err());
    }

    #[test]
    fn without_limits_nothing_is_counted() {
        let limiter = Limiter::new(None);
        assert!(limiter.take(None, Class::Publish, usize::MAX, Timestamp::default()).is_ok());
        assert!(limiter.buckets.lock().unwrap().is_empty());
    }
}
