//! What arrived where, held to what was written.
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// A lane: what one task writes into one conversation, numbered from 0.
pub(crate) type Lane = String;

/// Everything that arrived, by reader and lane.
#[derive(Debug, Default)]
pub(crate) struct Account {
    next: Mutex<HashMap<(usize, Lane), Arrivals>>,
    arrived: AtomicU64,
}

#[derive(Debug, Default)]
struct Arrivals {
    /// Whether each number has come.
    seen: Vec<bool>,
    highest: Option<usize>,
    doubled: u64,
    misordered: u64,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) misordered: u64,
}

impl Account {
    /// Notes that `reader` has heard number `number` of `lane`.
    pub(crate) fn note(&self, reader: usize, lane: &str, number: usize) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let arrivals = next.entry((reader, lane.to_owned())).or_default();
        if arrivals.seen.len() <= number {
            arrivals.seen.resize(number + 1, false);
        }
        match arrivals.seen.get_mut(number) {
            Some(seen) if !*seen => *seen = true,
            _ => arrivals.doubled += 1,
        }
        if arrivals.highest.is_some_and(|highest| number < highest) {
            arrivals.misordered += 1;
        }
        arrivals.highest = arrivals.highest.max(Some(number));
        self.arrived.fetch_add(1, Ordering::Relaxed);
    }

    /// How many arrivals there were.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    /// Holds every reader to what was written: for each reader and lane, how many numbers.
    pub(crate) fn verdict(&self, written: &[(usize, Lane, usize)]) -> Verdict {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let mut verdict = Verdict::default();
        for (reader, lane, count) in written {
            let arrivals = next.get(&(*reader, lane.clone()));
            let came = arrivals.map_or(0, |arrivals| arrivals.seen.iter().take(*count).filter(|seen| **seen).count());
            verdict.lost += (count - came) as u64;
        }
        verdict.doubled = next.values().map(|arrivals| arrivals.doubled).sum();
        verdict.misordered = next.values().map(|arrivals| arrivals.misordered).sum();
        verdict
    }
}

impl Verdict {
    pub(crate) fn is_clean(self) -> bool {
        self == Self::default()
    }
}
