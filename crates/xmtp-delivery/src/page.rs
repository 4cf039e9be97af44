//! One page of a topic.
//!
//! Source of fact: released clients ask for 100 envelopes and go on while the answer carries a cursor, which the
//! network sets on a full page only.
use crate::DeliveryError;
use xmtp_types::{Delivered, SequenceId, Topic};

/// Envelopes asked for in one query. The network never gives more.
pub const PAGE_LIMIT: u32 = 100;

/// A part of a topic, ascending.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// What was found.
    pub envelopes: Vec<Delivered>,
    /// Whether to ask again after the last of them.
    pub more: bool,
}

impl Page {
    /// Takes `envelopes` as the page of `topic` that follows `after`.
    ///
    /// A cursor is only as good as the order it stands in, so a page out of order is refused as a whole.
    pub(crate) fn new(
        topic: &Topic,
        after: SequenceId,
        envelopes: Vec<Delivered>,
        more: bool,
    ) -> Result<Self, DeliveryError> {
        // DELIVERY.R3
        let mut last = after;
        for envelope in &envelopes {
            if envelope.topic != *topic {
                return Err(DeliveryError::Malformed("a page holds an envelope of another topic".into()));
            }
            if envelope.sequence_id <= last {
                return Err(DeliveryError::Malformed("a page is not in ascending order".into()));
            }
            last = envelope.sequence_id;
        }
        let more = more && !envelopes.is_empty();
        Ok(Self { envelopes, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_types::{GroupId, OriginatorId, Payload, Timestamp};

    fn envelope(group: u8, sequence_id: u64) -> Delivered {
        Delivered {
            topic: Topic::group(&GroupId::from([group; 16])),
            originator: OriginatorId::V3_MESSAGES,
            sequence_id: SequenceId::new(sequence_id),
            created: Timestamp::from_nanos(1),
            payload: Payload::GroupMessage { data: vec![1], sender_hmac: vec![], should_push: false },
        }
    }

    fn page(envelopes: Vec<Delivered>) -> Result<Page, DeliveryError> {
        Page::new(&Topic::group(&GroupId::from([1; 16])), SequenceId::new(4), envelopes, true)
    }

    #[test]
    fn an_ascending_page_after_the_cursor_is_taken() {
        let taken = page(vec![envelope(1, 5), envelope(1, 9)]).unwrap();
        assert!(taken.more);
        assert_eq!(taken.envelopes.len(), 2);
    }

    #[test]
    fn an_empty_page_is_the_last_one_whatever_the_network_says() {
        assert!(!page(vec![]).unwrap().more);
    }

    #[test] // DELIVERY.R3
    fn pages_out_of_order_before_the_cursor_or_of_another_topic_are_refused() {
        for wrong in [
            vec![envelope(1, 4)],
            vec![envelope(1, 6), envelope(1, 5)],
            vec![envelope(1, 5), envelope(1, 5)],
            vec![envelope(2, 5)],
        ] {
            assert!(matches!(page(wrong), Err(DeliveryError::Malformed(_))));
        }
    }
}
