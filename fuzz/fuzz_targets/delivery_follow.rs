//! Envelopes of a stream in any order, doubled and of any topic: each is taken once and the marks only rise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use xmtp_delivery::HighWater;
use xmtp_types::{Cursor, Delivered, GroupId, OriginatorId, Payload, SequenceId, Timestamp, Topic};

fn topic(choice: u8) -> Topic {
    Topic::group(&GroupId::from([choice % 3; 16]))
}

fuzz_target!(|bytes: &[u8]| {
    let mut marks = HighWater::default();
    let mut model = BTreeMap::<Topic, u64>::new();
    for triple in bytes.chunks_exact(3) {
        let [what, high, low] = *triple else { return };
        let number = u64::from(high) << (what >> 4) | u64::from(low);
        let topic = topic(what);
        let originator = OriginatorId::new(u32::from(what & 4));
        if what & 8 == 0 {
            let cursor = Cursor::from_iter([(originator, SequenceId::new(number))]);
            marks.follow(topic.clone(), &cursor);
            let mark = model.entry(topic).or_default();
            *mark = number.max(*mark);
            continue;
        }
        let payload = Payload::GroupMessage { data: vec![low], sender_hmac: vec![], should_push: false };
        let envelope = Delivered {
            topic: topic.clone(),
            originator,
            sequence_id: SequenceId::new(number),
            created: Timestamp::from_nanos(number),
            payload,
        };
        let is_new = model.get(&topic).is_some_and(|mark| number > *mark);
        assert_eq!(marks.admit(&envelope), is_new);
        if is_new {
            model.insert(topic, number);
        }
    }
    let positions: BTreeMap<_, _> =
        marks.positions().into_iter().map(|(topic, cursor)| (topic, cursor.highest().as_u64())).collect();
    assert_eq!(positions, model);
});
