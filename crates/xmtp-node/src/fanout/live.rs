//! Topic to subscribers: a map, so that a record costs what its own readers cost.
use super::subscriber::Subscriber;
use crate::log::{Committed, Follower, GroupMessage, Logged, Streamed, Welcome};
use bytes::Bytes;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// All live readers of a node.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) group_messages: Arc<Fanout<GroupMessage>>,
    pub(crate) welcomes: Arc<Fanout<Welcome>>,
}

/// The live readers of one table.
#[derive(Debug)]
pub(crate) struct Fanout<R> {
    topics: Mutex<HashMap<Bytes, Vec<Arc<Subscriber<R>>>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { group_messages: Arc::new(Fanout::new()), welcomes: Arc::new(Fanout::new()) }
    }
}

impl Follower for Live {
    fn committed(&self, committed: &Committed) {
        self.group_messages.dispatch(&committed.group_messages);
        self.welcomes.dispatch(&committed.welcomes);
    }

    fn uncertain(&self) {
        self.group_messages.all_behind();
        self.welcomes.all_behind();
    }
}

impl<R: Streamed> Fanout<R> {
    fn new() -> Self {
        Self { topics: Mutex::new(HashMap::new()) }
    }

    /// Pushes records to the subscribers of their topics.
    fn dispatch(&self, records: &[Logged<R>]) {
        if records.is_empty() {
            return;
        }
        let topics = self.topics();
        for record in records {
            for subscriber in topics.get(record.body.topic()).into_iter().flatten() {
                subscriber.push(record);
            }
        }
    }

    fn all_behind(&self) {
        for (topic, subscribers) in self.topics().iter() {
            for subscriber in subscribers {
                subscriber.fall_behind(topic);
            }
        }
    }

    pub(super) fn register<'a>(&self, subscriber: &Arc<Subscriber<R>>, topics: impl Iterator<Item = &'a Bytes>) {
        let mut table = self.topics();
        for topic in topics {
            table.entry(topic.clone()).or_default().push(Arc::clone(subscriber));
        }
    }

    pub(super) fn remove<'a>(&self, subscriber: &Arc<Subscriber<R>>, topics: impl Iterator<Item = &'a Bytes>) {
        let mut table = self.topics();
        for topic in topics {
            if let Some(subscribers) = table.get_mut(topic) {
                subscribers.retain(|other| !Arc::ptr_eq(other, subscriber));
                if subscribers.is_empty() {
                    table.remove(topic);
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn topic_count(&self) -> usize {
        self.topics().len()
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Bytes, Vec<Arc<Subscriber<R>>>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
