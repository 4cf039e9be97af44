//! A transport that keeps to the limits of its network.
//!
//! Requests wait for their turn instead of being refused, in the order in which they came; reads do not wait for writes.
//! When the network asks for fewer requests all the same, because others share its address say, nothing of that kind goes
//! out for as long as it asked.
use crate::{Deliveries, DeliveryError, Newest, Page, RateLimit, Transport, budget::Budget};
use async_trait::async_trait;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, SequenceId, SignedCommit, Topic,
};

/// How long a network that asks for fewer requests is left alone if it does not say.
const PAUSE: Duration = Duration::from_secs(10);
/// Waits from which on a person who reads the log should know of them.
const WORTH_A_WARNING: Duration = Duration::from_secs(1);

/// A transport of which no more is asked than a [`RateLimit`] says. Clones share what is left.
#[derive(Clone)]
pub struct LimitedTransport {
    inner: Arc<dyn Transport>,
    reads: Arc<Gate>,
    writes: Arc<Gate>,
}

struct Gate {
    what: &'static str,
    began: Instant,
    budget: Mutex<Budget>,
    /// Held by whoever waits: the others wait behind it.
    turn: tokio::sync::Mutex<()>,
}

impl LimitedTransport {
    /// Keeps what is asked of `inner` within `limit`.
    pub fn new(inner: Arc<dyn Transport>, limit: RateLimit) -> Self {
        let gate = |what, requests| Arc::new(Gate::new(what, Budget::new(requests, limit.window)));
        Self { inner, reads: gate("reads", limit.reads), writes: gate("writes", limit.writes) }
    }
}

impl Gate {
    fn new(what: &'static str, budget: Budget) -> Self {
        Self { what, began: Instant::now(), budget: Mutex::new(budget), turn: tokio::sync::Mutex::new(()) }
    }

    async fn pass<T>(
        &self,
        cost: usize,
        call: impl Future<Output = Result<T, DeliveryError>>,
    ) -> Result<T, DeliveryError> {
        self.wait(u32::try_from(cost).unwrap_or(u32::MAX)).await;
        let answer = call.await;
        if let Err(DeliveryError::RateLimited { retry_after, .. }) = &answer {
            let until = self.began.elapsed() + retry_after.unwrap_or(PAUSE);
            self.with(|budget| budget.pause(until));
        }
        answer
    }

    async fn wait(&self, cost: u32) {
        let _turn = self.turn.lock().await;
        while let Err(wait) = self.with(|budget| budget.take(self.began.elapsed(), cost)) {
            if wait >= WORTH_A_WARNING {
                tracing::warn!(?wait, what = self.what, "the limit of the network is reached: requests wait");
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn with<R>(&self, work: impl FnOnce(&mut Budget) -> R) -> R {
        work(&mut self.budget.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Transport for LimitedTransport {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.writes.pass(envelopes.len(), self.inner.publish(envelopes)).await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        self.reads.pass(1, self.inner.query(topic, after)).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.reads.pass(1, self.inner.subscribe(topics)).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.reads.pass(1, self.inner.newest(groups)).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.reads.pass(1, self.inner.key_packages(installations)).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.reads.pass(1, self.inner.identity_updates(inboxes)).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.reads.pass(1, self.inner.inbox_ids(identifiers)).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.reads.pass(1, self.inner.ask_contracts(questions)).await
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        self.writes.pass(entries.len(), self.inner.publish_commit_log(entries)).await
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        self.reads.pass(1, self.inner.commit_logs(groups)).await
    }
}

impl fmt::Debug for LimitedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitedTransport").field("inner", &self.inner).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalTransport;

    const LIMIT: RateLimit = RateLimit { reads: 5, writes: 3, window: Duration::from_secs(300) };

    fn message(number: u8) -> ClientEnvelope {
        ClientEnvelope::group_message(&GroupId::from([7; 16]), vec![number], vec![0; 32], true)
    }

    #[tokio::test(start_paused = true)] // DELIVERY.R12
    async fn what_is_over_the_limit_waits_for_its_turn_and_reads_do_not_wait_for_writes() {
        let network = LimitedTransport::new(Arc::new(LocalTransport::new()), LIMIT);
        let began = Instant::now();
        for number in 0..3 {
            // What the network makes of it does not matter here: refused or not, it was asked.
            let _answer = network.publish(&[message(number)]).await;
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        network.inbox_ids(&[]).await.unwrap();
        assert_eq!(began.elapsed(), Duration::ZERO);
        let _answer = network.publish(&[message(3)]).await;
        assert!(began.elapsed() >= LIMIT.window, "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)] // DELIVERY.R12
    async fn a_network_that_asks_to_be_left_alone_is_for_as_long_as_it_asks() {
        let gate = Gate::new("reads", Budget::new(100, LIMIT.window));
        let limited = DeliveryError::RateLimited { reason: "slow".into(), retry_after: Some(Duration::from_secs(42)) };
        let began = Instant::now();
        assert!(gate.pass(1, async { Err::<(), _>(limited) }).await.is_err());
        gate.pass(1, async { Ok(()) }).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_secs(42));
    }
}
