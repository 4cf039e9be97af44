//! A bad line on purpose: any transport, with faults drawn from a seed.
//!
//! What a real network does to a client: requests that never arrive, replies that are lost after the work was done,
//! requests that arrive twice, streams that break or repeat themselves, anything late, and topics that overtake each
//! other. What it never does, and this neither: lose an envelope it confirmed, or turn a topic's order around.
use crate::{Deliveries, DeliveryError, Newest, Page, Transport};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, Payload, SequenceId, SignedCommit, Topic,
};

/// Envelopes of a stream that may overtake each other.
const WINDOW: usize = 8;

/// How bad the line is. Chances are in percent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Faults {
    /// A request never arrives; an open stream breaks (drawn per envelope).
    pub lost: u8,
    /// A request is done, its reply is lost.
    pub reply_lost: u8,
    /// A request that may arrives twice; an envelope of a stream comes again.
    pub doubled: u8,
    /// Envelopes of a stream that are there together come in another order; each topic keeps its own.
    pub reordered: u8,
    /// The longest time a request, or a bunch of envelopes, is late.
    pub late: Duration,
}

impl Faults {
    /// A line on which every fault is common.
    pub const ROUGH: Self =
        Self { lost: 10, reply_lost: 10, doubled: 20, reordered: 50, late: Duration::from_millis(300) };
}

/// A transport behind a bad line.
#[derive(Clone, Debug)]
pub struct FaultyTransport {
    inner: Arc<dyn Transport>,
    faults: Faults,
    dice: Arc<Dice>,
}

impl FaultyTransport {
    /// Puts a bad line before `inner`. The same seed and the same calls in the same order give the same faults.
    pub fn new(inner: Arc<dyn Transport>, faults: Faults, seed: u64) -> Self {
        Self { inner, faults, dice: Arc::new(Dice(AtomicU64::new(seed))) }
    }

    /// Makes the way to the network and back as bad as it should be.
    async fn pass<T>(&self, call: impl Future<Output = Result<T, DeliveryError>>) -> Result<T, DeliveryError> {
        self.delay().await;
        if self.dice.hits(self.faults.lost) {
            return Err(broken());
        }
        let reply = call.await?;
        if self.dice.hits(self.faults.reply_lost) {
            return Err(broken());
        }
        Ok(reply)
    }

    async fn delay(&self) {
        if !self.faults.late.is_zero() {
            let nanos = u64::try_from(self.faults.late.as_nanos()).unwrap_or(u64::MAX);
            tokio::time::sleep(Duration::from_nanos(self.dice.below(nanos))).await;
        }
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        let repeatable = envelopes.iter().all(|envelope| !matches!(envelope.payload, Payload::IdentityUpdate(_)));
        self.pass(async {
            if repeatable && self.dice.hits(self.faults.doubled) {
                self.inner.publish(envelopes).await?;
            }
            self.inner.publish(envelopes).await
        })
        .await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        self.pass(self.inner.query(topic, after)).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        let bunches = self.pass(self.inner.subscribe(topics)).await?.ready_chunks(WINDOW).boxed();
        let line = Line { bunches, ready: VecDeque::new(), network: self.clone() };
        Ok(stream::unfold(Some(line), |line| async { line?.next().await }).boxed())
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.pass(self.inner.newest(groups)).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.pass(self.inner.key_packages(installations)).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.pass(self.inner.identity_updates(inboxes)).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.pass(self.inner.inbox_ids(identifiers)).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.pass(self.inner.ask_contracts(questions)).await
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        self.pass(async {
            if self.dice.hits(self.faults.doubled) {
                self.inner.publish_commit_log(entries).await?;
            }
            self.inner.publish_commit_log(entries).await
        })
        .await
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        self.pass(self.inner.commit_logs(groups)).await
    }
}

type Item = Result<Delivered, DeliveryError>;

/// An open stream behind the bad line.
struct Line {
    bunches: stream::BoxStream<'static, Vec<Item>>,
    ready: VecDeque<Item>,
    network: FaultyTransport,
}

impl Line {
    async fn next(mut self) -> Option<(Item, Option<Self>)> {
        let FaultyTransport { faults, dice, .. } = self.network.clone();
        loop {
            if let Some(item) = self.ready.pop_front() {
                if dice.hits(faults.lost) {
                    return Some((Err(broken()), None));
                }
                return Some((item, Some(self)));
            }
            let mut bunch = self.bunches.next().await?;
            self.network.delay().await;
            if dice.hits(faults.reordered) {
                bunch = overtake(bunch, &dice);
            }
            let again: Vec<_> = bunch.iter().filter(|_| dice.hits(faults.doubled)).cloned().collect();
            self.ready = bunch.into_iter().chain(again).collect();
            self.ready.make_contiguous().sort_by_key(Result::is_err);
        }
    }
}

/// Draws the envelopes of `bunch` in another order, the first of a topic always first. Errors stay last.
fn overtake(bunch: Vec<Item>, dice: &Dice) -> Vec<Item> {
    let (mut waiting, errors): (Vec<_>, Vec<_>) = bunch.into_iter().partition(Result::is_ok);
    let mut drawn = Vec::new();
    while !waiting.is_empty() {
        let chosen = usize::try_from(dice.below(waiting.len() as u64)).unwrap_or(0);
        let topic = |item: &Item| item.as_ref().ok().map(|envelope| envelope.topic.clone());
        let wanted = waiting.get(chosen).and_then(topic);
        let first = waiting.iter().position(|item| topic(item) == wanted).unwrap_or(0);
        drawn.push(waiting.remove(first));
    }
    drawn.into_iter().chain(errors).collect()
}

fn broken() -> DeliveryError {
    DeliveryError::Interrupted("a fault was drawn".into())
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and good enough for chances.
#[derive(Debug)]
struct Dice(AtomicU64);

impl Dice {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    fn next(&self) -> u64 {
        let mut word = self.0.fetch_add(Self::STEP, Ordering::Relaxed).wrapping_add(Self::STEP);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number under `bound`; 0 if that is 0.
    fn below(&self, bound: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    fn hits(&self, percent: u8) -> bool {
        percent > 0 && self.below(100) < u64::from(percent)
    }
}
