use super::{Live, Subscription};
use crate::{
    clock::Clock,
    config::DataLocation,
    log::{Append, Follower, GroupMessage, Log},
};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use xmtp_types::SequenceId;

struct World {
    log: Log,
    live: Arc<Live>,
}

impl World {
    fn new() -> Self {
        let live = Arc::new(Live::default());
        let (log, _) = Log::open(&DataLocation::Memory, Clock::system(), Arc::clone(&live) as Arc<_>).unwrap();
        Self { log, live }
    }

    async fn send(&self, group: &'static str, count: u64) {
        let message = |number: u64| GroupMessage {
            group: Bytes::from_static(group.as_bytes()),
            data: Bytes::from(format!("{number} {:?}", std::thread::current().id())),
            sender_hmac: Bytes::new(),
            should_push: false,
            is_commit: false,
        };
        let first = self.log.tails(vec![group.into()]).await.unwrap()[0].map_or(0, |tail| tail.id.as_u64());
        let messages = (first + 1..=first + count).map(message).collect();
        self.log.append(Append::GroupMessages(messages)).await.unwrap();
    }

    fn follow(&self, groups: &[(&'static str, u64)]) -> BoxStream<'static, u64> {
        let topics =
            groups.iter().map(|(group, after)| (Bytes::from_static(group.as_bytes()), SequenceId::new(*after)));
        let fanout = Arc::clone(&self.live.group_messages);
        Subscription::open(self.log.clone(), fanout, topics, CancellationToken::new())
            .into_stream()
            .map(|record| record.unwrap().id.as_u64())
            .boxed()
    }
}

async fn take(stream: &mut BoxStream<'static, u64>, count: usize) -> Vec<u64> {
    stream.take(count).collect().await
}

#[tokio::test]
async fn a_reader_that_never_polls_holds_a_bounded_queue_and_still_gets_all() {
    let world = World::new();
    let mut stream = world.follow(&[("a", 0)]);
    world.send("a", 1).await;
    assert_eq!(take(&mut stream, 1).await, [1]);
    for _ in 0..30 {
        world.send("a", 100).await;
    }
    assert_eq!(take(&mut stream, 3_000).await, (2..=3_001).collect::<Vec<_>>());
    world.send("a", 1).await;
    assert_eq!(take(&mut stream, 1).await, [3_002]);
}

#[tokio::test]
async fn after_an_uncertain_transaction_streams_look_into_the_log_and_repeat_nothing() {
    let world = World::new();
    let mut stream = world.follow(&[("a", 0), ("b", 0)]);
    world.send("a", 2).await;
    assert_eq!(take(&mut stream, 2).await, [1, 2]);
    world.live.uncertain();
    world.send("a", 1).await;
    world.live.uncertain();
    world.send("b", 1).await;
    let mut ids = take(&mut stream, 2).await;
    ids.sort_unstable();
    assert_eq!(ids, [3, 4]);
}

#[tokio::test]
async fn a_dropped_stream_leaves_nothing_behind() {
    let world = World::new();
    let streams = [world.follow(&[("a", 0), ("b", 0)]), world.follow(&[("b", 0), ("c", 0)])];
    assert_eq!(world.live.group_messages.topic_count(), 3);
    drop(streams);
    assert_eq!(world.live.group_messages.topic_count(), 0);
}

#[tokio::test]
async fn many_topics_with_long_histories_come_whole_and_in_order() {
    let world = World::new();
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    for _ in 0..3 {
        for name in NAMES {
            world.send(name, 90).await;
        }
    }
    let mut stream = world.follow(&NAMES.map(|name| (name, 0)));
    let mut ids = take(&mut stream, 1_080).await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=1_080).collect::<Vec<_>>());
}
