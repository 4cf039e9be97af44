//! The subscription against a transport that does exactly what a script says.
use super::*;
use crate::{Newest, Page};
use async_trait::async_trait;
use std::{collections::VecDeque, sync::Mutex, time::Duration};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, GroupId, Identifier, InboxId, InstallationId, OriginatorId,
    Payload, SequenceId, Timestamp,
};

/// What one call of `subscribe` gives: an error at once, or items after which the stream ends or hangs.
enum Turn {
    Refuse(DeliveryError),
    End(Vec<Delivered>),
    Break(Vec<Delivered>, DeliveryError),
    Hang(Vec<Delivered>),
}

#[derive(Default)]
struct Scripted {
    turns: Mutex<VecDeque<Turn>>,
    asked: Mutex<Vec<Vec<(Topic, Cursor)>>>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    fn new(turns: impl IntoIterator<Item = Turn>) -> Arc<Self> {
        Arc::new(Self { turns: Mutex::new(turns.into_iter().collect()), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<Vec<(Topic, Cursor)>> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.asked.lock().unwrap().push(topics.to_vec());
        let ok = |envelopes: Vec<Delivered>| stream::iter(envelopes.into_iter().map(Ok));
        match self.turns.lock().unwrap().pop_front() {
            Some(Turn::Refuse(error)) => Err(error),
            Some(Turn::End(envelopes)) => Ok(ok(envelopes).boxed()),
            Some(Turn::Break(envelopes, error)) => {
                Ok(ok(envelopes).chain(stream::once(future::ready(Err(error)))).boxed())
            }
            Some(Turn::Hang(envelopes)) => Ok(ok(envelopes).chain(stream::pending()).boxed()),
            None => Ok(stream::pending().boxed()),
        }
    }

    async fn publish(&self, _: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        unreachable!()
    }
    async fn query(&self, _: &Topic, _: &Cursor) -> Result<Page, DeliveryError> {
        unreachable!()
    }
    async fn newest(&self, _: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        unreachable!()
    }
    async fn key_packages(&self, _: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        unreachable!()
    }
    async fn identity_updates(&self, _: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        unreachable!()
    }
    async fn inbox_ids(&self, _: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        unreachable!()
    }
    async fn ask_contracts(&self, _: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        unreachable!()
    }
}

fn topic(number: u8) -> Topic {
    Topic::group(&GroupId::from([number; 16]))
}

fn from_start(numbers: impl IntoIterator<Item = u8>) -> Vec<(Topic, Cursor)> {
    numbers.into_iter().map(|number| (topic(number), Cursor::start())).collect()
}

fn at(number: u8, sequence_id: u64) -> (Topic, Cursor) {
    (topic(number), Cursor::from_iter([(OriginatorId::V3_MESSAGES, SequenceId::new(sequence_id))]))
}

fn envelope(of: u8, sequence_id: u64) -> Delivered {
    Delivered {
        topic: topic(of),
        originator: OriginatorId::V3_MESSAGES,
        sequence_id: SequenceId::new(sequence_id),
        created: Timestamp::from_nanos(sequence_id),
        payload: Payload::GroupMessage { data: vec![of], sender_hmac: vec![], should_push: false },
    }
}

fn lost() -> DeliveryError {
    DeliveryError::Interrupted("reset".into())
}

fn longest_delays() -> u64 {
    u64::MAX
}

fn open(transport: &Arc<Scripted>, topics: Vec<(Topic, Cursor)>) -> Subscription {
    Subscription::open_with(transport.clone(), topics, Backoff::STREAM, longest_delays)
}

async fn ids(subscription: &mut Subscription, count: usize) -> Vec<u64> {
    let envelopes: Vec<_> = subscription.take(count).collect().await;
    envelopes.into_iter().map(|envelope| envelope.unwrap().sequence_id.as_u64()).collect()
}

#[tokio::test(start_paused = true)] // DELIVERY.R5
async fn a_new_connection_goes_on_after_the_last_envelope_handed_out() {
    let network = Scripted::new([
        Turn::End(vec![envelope(1, 3), envelope(1, 5)]),
        Turn::Break(vec![envelope(1, 5), envelope(1, 6)], lost()),
        Turn::Hang(vec![envelope(1, 6), envelope(1, 9)]),
    ]);
    let mut subscription = open(&network, from_start([1]));

    assert_eq!(ids(&mut subscription, 4).await, [3, 5, 6, 9]);
    assert_eq!(network.asked(), [from_start([1]), vec![at(1, 5)], vec![at(1, 6)]]);
}

#[tokio::test(start_paused = true)] // DELIVERY.R5
async fn a_network_that_is_away_for_hours_is_tried_until_it_is_back() {
    let away = || Turn::Refuse(DeliveryError::Unavailable("restarting".into()));
    let turns = std::iter::repeat_with(away).take(1_000).chain([Turn::Hang(vec![envelope(1, 1)])]);
    let network = Scripted::new(turns);
    let mut subscription = open(&network, from_start([1]));

    let before = Instant::now();
    assert_eq!(ids(&mut subscription, 1).await, [1]);
    assert_eq!(network.asked().len(), 1_001);
    assert!(before.elapsed() > Duration::from_secs(8 * 60 * 60), "the last delays must be long ones");
}

#[tokio::test(start_paused = true)] // DELIVERY.R5
async fn a_permanent_error_is_the_last_item() {
    for last in [
        Turn::Refuse(DeliveryError::Denied("blocked".into())),
        Turn::Break(vec![], DeliveryError::Denied("blocked".into())),
    ] {
        let network = Scripted::new([Turn::End(vec![envelope(1, 1)]), last]);
        let mut subscription = open(&network, from_start([1]));
        assert_eq!(ids(&mut subscription, 1).await, [1]);
        assert_eq!(subscription.next().await, Some(Err(DeliveryError::Denied("blocked".into()))));
        assert_eq!(subscription.next().await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn envelopes_that_come_start_the_delays_anew() {
    let broken = |ids: Vec<u64>| Turn::Break(ids.into_iter().map(|id| envelope(1, id)).collect(), lost());
    let network = Scripted::new([
        broken(vec![]),
        broken(vec![]),
        broken(vec![1]),
        broken(vec![2]),
        Turn::Hang(vec![envelope(1, 3)]),
    ]);
    let mut subscription = open(&network, from_start([1]));

    let first = Backoff::STREAM.first;
    let before = Instant::now();
    assert_eq!(ids(&mut subscription, 3).await, [1, 2, 3]);
    let waited = before.elapsed();
    assert!(waited > first * 4 && waited < first * 6, "1 + 2, then 1 and 1 again: {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn added_topics_get_a_lane_and_share_the_next_connection() {
    let network = Scripted::new([
        Turn::Hang(vec![envelope(1, 1)]),
        Turn::End(vec![envelope(2, 7)]),
        Turn::Hang(vec![envelope(1, 2), envelope(2, 8)]),
    ]);
    let mut subscription = open(&network, from_start([1]));
    assert_eq!(ids(&mut subscription, 1).await, [1]);

    subscription.add_topics(from_start([2]));
    subscription.add_topics(from_start([1]));
    assert_eq!(ids(&mut subscription, 3).await, [7, 2, 8]);
    assert_eq!(network.asked(), [from_start([1]), from_start([2]), vec![at(1, 1), at(2, 7)]]);
}

#[tokio::test(start_paused = true)]
async fn many_added_topics_do_not_keep_many_connections() {
    let network = Scripted::new([]);
    let mut subscription = open(&network, from_start([0]));
    for number in 1..=100 {
        subscription.add_topics(from_start([number]));
        assert!(subscription.next().now_or_never().is_none());
    }
    let asked = network.asked();
    assert!(asked.len() <= 101, "{}", asked.len());
    let last_of_all = asked.iter().rposition(|topics| topics.len() > LANES).unwrap();
    assert!(asked.len() - last_of_all <= LANES);
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_outlives_its_subscription_does_nothing() {
    let network = Scripted::new([]);
    let handle = open(&network, from_start([1])).topics();
    handle.add(from_start([2]));
    assert_eq!(network.asked(), Vec::<Vec<_>>::new());
}
