//! From history to live without gap or double, as a pure value.
//!
//! A reader that joins a backlog to a live feed, or one connection to the next, sees some envelopes twice. Within a
//! topic sequence ids rise, so one mark per topic tells the new from the old.
//!
//! Source of fact: the v3 network numbers messages and commits of a group in one sequence, so the mark of a topic is
//! [`Cursor::highest`], whichever originator it came from.
use std::collections::BTreeMap;
use xmtp_types::{Cursor, Delivered, Topic};

/// The last envelope taken from each followed topic.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HighWater(BTreeMap<Topic, Cursor>);

impl HighWater {
    /// Starts to follow `topic` after `cursor`. A topic that is followed already only moves forward.
    pub fn follow(&mut self, topic: Topic, cursor: &Cursor) {
        self.0.entry(topic).or_default().merge(cursor);
    }

    /// Takes `envelope` if it is new: of a followed topic and past its mark. The mark moves on to it.
    #[must_use]
    pub fn admit(&mut self, envelope: &Delivered) -> bool {
        // DELIVERY.R4
        match self.0.get_mut(&envelope.topic) {
            Some(mark) if envelope.sequence_id > mark.highest() => {
                mark.advance(envelope.originator, envelope.sequence_id);
                true
            }
            _ => false,
        }
    }

    /// Whether `topic` is followed.
    pub fn follows(&self, topic: &Topic) -> bool {
        self.0.contains_key(topic)
    }

    /// Where to go on: each followed topic and the last envelope taken from it.
    pub fn positions(&self) -> Vec<(Topic, Cursor)> {
        self.0.iter().map(|(topic, mark)| (topic.clone(), mark.clone())).collect()
    }
}

impl FromIterator<(Topic, Cursor)> for HighWater {
    fn from_iter<I: IntoIterator<Item = (Topic, Cursor)>>(topics: I) -> Self {
        let mut marks = Self::default();
        for (topic, cursor) in topics {
            marks.follow(topic, &cursor);
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xmtp_types::{GroupId, OriginatorId, Payload, SequenceId, Timestamp};

    fn topic(number: u8) -> Topic {
        Topic::group(&GroupId::from([number; 16]))
    }

    fn envelope(of: u8, sequence_id: u64) -> Delivered {
        let originator =
            if sequence_id.is_multiple_of(3) { OriginatorId::V3_COMMITS } else { OriginatorId::V3_MESSAGES };
        Delivered {
            topic: topic(of),
            originator,
            sequence_id: SequenceId::new(sequence_id),
            created: Timestamp::from_nanos(sequence_id),
            payload: Payload::GroupMessage { data: vec![of], sender_hmac: vec![], should_push: false },
        }
    }

    proptest! {
        #[test] // DELIVERY.R4
        fn overlapping_history_and_live_give_every_envelope_once_and_in_order(
            total in 1u64..60,
            cut in 0u64..60,
            overlap in 0u64..60,
            start in 0u64..60,
        ) {
            let cut = cut.min(total);
            let history = (1..=cut).map(|id| envelope(1, id));
            let live = (cut.saturating_sub(overlap).max(1)..=total).map(|id| envelope(1, id));
            let from = Cursor::from_iter([(OriginatorId::V3_MESSAGES, SequenceId::new(start))]);
            let mut marks = HighWater::from_iter([(topic(1), from)]);

            let taken: Vec<u64> = history
                .chain(live)
                .filter(|envelope| marks.admit(envelope))
                .map(|envelope| envelope.sequence_id.as_u64())
                .collect();
            prop_assert_eq!(taken, (start + 1..=total).collect::<Vec<_>>());
        }
    }

    #[test]
    fn envelopes_of_topics_that_are_not_followed_are_not_taken() {
        let mut marks = HighWater::from_iter([(topic(1), Cursor::start())]);
        assert!(!marks.admit(&envelope(2, 1)));
    }

    #[test]
    fn following_a_topic_again_does_not_move_its_mark_back() {
        let mut marks = HighWater::from_iter([(topic(1), Cursor::start())]);
        assert!(marks.admit(&envelope(1, 5)));
        marks.follow(topic(1), &Cursor::start());
        assert!(!marks.admit(&envelope(1, 5)));
    }
}
