//! The in-process network keeps what it is given, and the subscription keeps its promise on the worst of lines.
#![cfg(test)]
use futures::StreamExt;
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use xmtp_delivery::{
    Backoff, DeliveryError, Faults, FaultyTransport, LocalTransport, Patience, Subscription, Transport, persist,
};
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, GroupId, InstallationId, OriginatorId, Payload, SequenceId, Topic,
    WrapperAlgorithm,
};

fn group(number: u8) -> GroupId {
    GroupId::from([number; 16])
}

fn message(of: u8, text: &str) -> ClientEnvelope {
    ClientEnvelope::group_message(&group(of), text.as_bytes().to_vec(), vec![], true)
}

fn welcome(text: &str) -> ClientEnvelope {
    ClientEnvelope {
        topic: Topic::welcome(&InstallationId::from_bytes([9; 32])),
        payload: Payload::Welcome {
            data: text.as_bytes().to_vec(),
            hpke_public_key: vec![],
            algorithm: WrapperAlgorithm::SymmetricKey,
            metadata: vec![],
        },
    }
}

/// Five topics: four groups and the welcomes of one installation.
fn envelope(topic: u8, text: &str) -> ClientEnvelope {
    if topic == 4 { welcome(text) } else { message(topic, text) }
}

/// The whole of a topic, page by page.
async fn whole(network: &dyn Transport, topic: &Topic) -> Vec<Delivered> {
    let mut found: Vec<Delivered> = Vec::new();
    loop {
        let at = found.last().map(|last| (last.originator, last.sequence_id));
        let page = network.query(topic, &at.into_iter().collect()).await.unwrap();
        found.extend(page.envelopes);
        if !page.more {
            return found;
        }
    }
}

fn half_of_the_time() -> u64 {
    u64::MAX / 2
}

/// Writes and reads over two bad lines to one network, and compares what was read with what is there.
async fn everything_arrives_once_and_in_order(seed: u64, writes: Vec<u8>) {
    let network: Arc<dyn Transport> = Arc::new(LocalTransport::new());
    let writing: Arc<dyn Transport> = Arc::new(FaultyTransport::new(network.clone(), Faults::ROUGH, seed));
    let reading: Arc<dyn Transport> = Arc::new(FaultyTransport::new(network.clone(), Faults::ROUGH, !seed));
    let topics: Vec<Topic> = (0..5).map(|number| envelope(number, "").topic).collect();
    let from_start = |topics: &[Topic]| topics.iter().map(|topic| (topic.clone(), Cursor::start())).collect::<Vec<_>>();

    let mut subscription =
        Subscription::open_with(reading, from_start(&topics[..2]), Backoff::STREAM, half_of_the_time);
    let late_topics = subscription.topics();
    let late = from_start(&topics[2..]);
    let total = writes.len();
    let writer = async move {
        let patience = Patience { attempts: 1_000, ..Patience::CALL };
        for (number, topic) in writes.into_iter().enumerate() {
            let envelopes = [envelope(topic, &format!("envelope {number}"))];
            persist(&patience, half_of_the_time, || writing.publish(&envelopes)).await.unwrap();
            if number == total / 2 {
                late.iter().for_each(|topic| late_topics.add(vec![topic.clone()]));
            }
        }
    };
    let reader = async {
        let mut read: BTreeMap<Topic, Vec<Delivered>> = BTreeMap::new();
        for _ in 0..total {
            let delivered = subscription.next().await.unwrap().unwrap();
            read.entry(delivered.topic.clone()).or_default().push(delivered);
        }
        read
    };
    let (read, ()) = futures::join!(reader, writer);

    for topic in topics {
        assert_eq!(read.get(&topic).cloned().unwrap_or_default(), whole(&*network, &topic).await, "seed {seed}");
    }
    let more = tokio::time::timeout(Duration::from_secs(600), subscription.next()).await;
    assert!(more.is_err(), "seed {seed}: {more:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test] // DELIVERY.R4
    fn on_a_bad_line_nothing_is_lost_doubled_or_out_of_order(
        seed: u64,
        writes in proptest::collection::vec(0u8..5, 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(everything_arrives_once_and_in_order(seed, writes));
    }
}

#[test]
fn the_same_seed_draws_the_same_faults() {
    let outcomes = |seed| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async move {
            let network = FaultyTransport::new(Arc::new(LocalTransport::new()), Faults::ROUGH, seed);
            let mut outcomes = Vec::new();
            for number in 0..100 {
                outcomes.push(network.publish(&[message(1, &number.to_string())]).await.is_ok());
            }
            outcomes
        })
    };
    assert_eq!(outcomes(7), outcomes(7));
    assert_ne!(outcomes(7), outcomes(8));
    assert!(outcomes(7).contains(&false) && outcomes(7).contains(&true));
}

#[tokio::test]
async fn an_envelope_sent_again_is_kept_once() {
    let network = LocalTransport::new();
    let envelopes = [message(1, "a"), welcome("w")];
    network.publish(&envelopes).await.unwrap();
    network.publish(&envelopes).await.unwrap();
    assert_eq!(whole(&network, &envelopes[0].topic).await.len(), 1);
    assert_eq!(whole(&network, &envelopes[1].topic).await.len(), 1);
}

#[tokio::test]
async fn long_topics_come_in_pages_of_a_hundred() {
    let network = LocalTransport::new();
    let envelopes: Vec<_> = (0..250).map(|number| message(1, &number.to_string())).collect();
    network.publish(&envelopes).await.unwrap();
    let first = network.query(&envelopes[0].topic, &Cursor::start()).await.unwrap();
    assert_eq!((first.envelopes.len(), first.more), (100, true));
    let payloads: Vec<_> = whole(&network, &envelopes[0].topic).await.into_iter().map(|found| found.payload).collect();
    assert_eq!(payloads, envelopes.into_iter().map(|sent| sent.payload).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_clone_reads_what_any_of_them_wrote() {
    let network = LocalTransport::new();
    let other = network.clone();
    network.publish(&[message(1, "a"), message(2, "b"), message(1, "c")]).await.unwrap();
    let newest = other.newest(&[group(1), group(3), group(2)]).await.unwrap();
    let ids: Vec<_> = newest.iter().map(|newest| newest.map(|newest| newest.sequence_id.as_u64())).collect();
    assert_eq!(ids, [Some(3), None, Some(2)]);
    assert_eq!(newest[0].map(|newest| newest.originator), Some(OriginatorId::V3_MESSAGES));
}

#[tokio::test]
async fn the_last_key_package_of_an_installation_is_the_one_given_out() {
    let network = LocalTransport::new();
    let [known, unknown] = [1, 2].map(|byte| InstallationId::from_bytes([byte; 32]));
    for bytes in [vec![1], vec![2]] {
        network.publish(&[ClientEnvelope::key_package(&known, bytes)]).await.unwrap();
    }
    assert_eq!(network.key_packages(&[unknown, known]).await, Ok(vec![None, Some(vec![2])]));
}

#[tokio::test]
async fn a_subscription_starts_after_its_cursor_and_then_follows() {
    let network = LocalTransport::new();
    network.publish(&[message(1, "a"), message(1, "b")]).await.unwrap();
    let after = Cursor::from_iter([(OriginatorId::V3_MESSAGES, SequenceId::new(1))]);
    let mut followed = network.subscribe(&[(Topic::group(&group(1)), after)]).await.unwrap();
    assert_eq!(followed.next().await.unwrap().unwrap().sequence_id, SequenceId::new(2));
    network.publish(&[message(2, "elsewhere"), message(1, "c")]).await.unwrap();
    assert_eq!(followed.next().await.unwrap().unwrap().sequence_id, SequenceId::new(4));
}

#[tokio::test]
async fn envelopes_on_a_topic_they_do_not_belong_to_are_refused() {
    let network = LocalTransport::new();
    let wrong = ClientEnvelope { topic: Topic::group(&group(1)), payload: Payload::KeyPackage(vec![1]) };
    assert!(matches!(network.publish(&[wrong]).await, Err(DeliveryError::Rejected(_))));
    let key_packages = Topic::key_package(&InstallationId::from_bytes([1; 32]));
    assert!(matches!(
        network.subscribe(&[(key_packages, Cursor::start())]).await.map(drop),
        Err(DeliveryError::Unsupported(_))
    ));
}
