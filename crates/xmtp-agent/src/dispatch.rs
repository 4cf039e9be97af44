//! Who is next: in order within a conversation, side by side between conversations, never more than a few at a time.
//!
//! Pure bookkeeping, so that order and bounds can be tested without a task: jobs go in by [`Lanes::push`], come out of
//! [`Lanes::next`], and are reported by [`Lanes::finished`].
use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Jobs by lane. A lane has at most one job running; lanes take turns.
#[derive(Debug)]
pub(crate) struct Lanes<K, J> {
    /// What waits in each lane that waits or runs.
    waiting: HashMap<K, VecDeque<J>>,
    /// Lanes that wait and do not run, the one that waits longest first.
    turns: VecDeque<K>,
    count: usize,
    running: usize,
    limit: usize,
}

impl<K: Clone + Eq + Hash, J> Lanes<K, J> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), count: 0, running: 0, limit: limit.max(1) }
    }

    /// How many jobs wait.
    pub(crate) const fn waiting(&self) -> usize {
        self.count
    }

    pub(crate) fn push(&mut self, lane: K, job: J) {
        self.count += 1;
        match self.waiting.get_mut(&lane) {
            Some(jobs) => jobs.push_back(job),
            None => {
                self.waiting.insert(lane.clone(), VecDeque::from([job]));
                self.turns.push_back(lane);
            }
        }
    }

    /// The next job to run, if one may run now.
    pub(crate) fn next(&mut self) -> Option<(K, J)> {
        if self.running >= self.limit {
            return None;
        }
        let lane = self.turns.pop_front()?;
        let job = self.waiting.get_mut(&lane)?.pop_front()?;
        self.count -= 1;
        self.running += 1;
        Some((lane, job))
    }

    /// The running job of `lane` has ended: the lane may take its next turn.
    pub(crate) fn finished(&mut self, lane: &K) {
        self.running -= 1;
        if self.waiting.get(lane).is_some_and(|jobs| !jobs.is_empty()) {
            self.turns.push_back(lane.clone());
        } else {
            self.waiting.remove(lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_busy_conversation_does_not_hold_up_the_others() {
        let mut lanes = Lanes::new(2);
        for job in 0..10 {
            lanes.push("busy", job);
        }
        lanes.push("quiet", 10);
        assert_eq!(lanes.next(), Some(("busy", 0)));
        assert_eq!(lanes.next(), Some(("quiet", 10)));
        assert_eq!(lanes.next(), None);
        lanes.finished(&"quiet");
        assert_eq!(lanes.next(), None);
        lanes.finished(&"busy");
        assert_eq!(lanes.next(), Some(("busy", 1)));
    }

    proptest! {
        #[test]
        fn each_lane_runs_in_order_one_at_a_time_and_all_within_the_limit(
            jobs in proptest::collection::vec(0u8..4, 0..60),
            ends in proptest::collection::vec(any::<proptest::sample::Index>(), 200),
            limit in 1usize..5,
        ) {
            let mut lanes = Lanes::new(limit);
            let mut running: Vec<(u8, usize)> = Vec::new();
            let mut seen: HashMap<u8, usize> = HashMap::new();
            let mut done = 0;
            let mut ends = ends.into_iter();
            for (at, lane) in jobs.iter().copied().map(Some).chain(std::iter::repeat_n(None, 140)).enumerate() {
                if let Some(lane) = lane {
                    lanes.push(lane, at);
                }
                while let Some((lane, job)) = lanes.next() {
                    prop_assert!(running.iter().all(|(other, _)| *other != lane), "two of one lane");
                    prop_assert!(seen.insert(lane, job).is_none_or(|before| before < job), "out of order");
                    running.push((lane, job));
                }
                prop_assert!(running.len() <= limit);
                if !running.is_empty() && let Some(end) = ends.next() {
                    let (lane, _) = running.swap_remove(end.index(running.len()));
                    lanes.finished(&lane);
                    done += 1;
                }
            }
            prop_assert_eq!(done, jobs.len());
            prop_assert_eq!((lanes.waiting(), lanes.waiting.len(), lanes.running), (0, 0, 0));
        }
    }
}
