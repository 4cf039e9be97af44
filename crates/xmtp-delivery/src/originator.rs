//! Who numbers an envelope on the v3 network: a fixed originator for each kind, and two for groups.
//!
//! Released clients decide from the public header of the MLS message, not from what the network says, whether it moves
//! a group's cursor for commits or the one for messages.
//!
//! Source of fact: RFC 9420 §6 (`MLSMessage`, `PublicMessage`, `PrivateMessage`) and §2.1.2 (variable-size lengths).
use crate::DeliveryError;
use xmtp_types::{ClientEnvelope, OriginatorId, Payload, TopicKind};

const MLS_10: u16 = 1;
const WIRE_PUBLIC_MESSAGE: u16 = 1;
const WIRE_PRIVATE_MESSAGE: u16 = 2;
const SENDER_MEMBER: u8 = 1;
const SENDER_EXTERNAL: u8 = 2;
const SENDER_NEW_MEMBER_PROPOSAL: u8 = 3;
const SENDER_NEW_MEMBER_COMMIT: u8 = 4;
const CONTENT_COMMIT: u8 = 3;

/// Who will number `envelope`.
///
/// # Errors
/// [`DeliveryError::Rejected`] if its payload does not belong on its topic.
pub(crate) fn originator(envelope: &ClientEnvelope) -> Result<OriginatorId, DeliveryError> {
    match (envelope.topic.kind(), &envelope.payload) {
        (TopicKind::Group, Payload::GroupMessage { data, .. }) => Ok(of_group_message(data)),
        (TopicKind::Welcome, Payload::Welcome { .. } | Payload::WelcomePointer { .. }) => Ok(OriginatorId::V3_WELCOMES),
        (TopicKind::Identity, Payload::IdentityUpdate(_)) => Ok(OriginatorId::V3_IDENTITY),
        (TopicKind::KeyPackage, Payload::KeyPackage(_)) => Ok(OriginatorId::V3_KEY_PACKAGES),
        _ => Err(DeliveryError::Rejected("an envelope's payload does not belong on its topic".into())),
    }
}

/// Who numbered this group message. Bytes that are no MLS message count as a message: whoever opens
/// it will refuse it, and its number must still be passed over.
pub(crate) fn of_group_message(message: &[u8]) -> OriginatorId {
    // DELIVERY.R1
    match content_type(message) {
        Some(CONTENT_COMMIT) => OriginatorId::V3_COMMITS,
        _ => OriginatorId::V3_MESSAGES,
    }
}

fn content_type(message: &[u8]) -> Option<u8> {
    let mut rest = Reader(message);
    if rest.number(2)? != u64::from(MLS_10) {
        return None;
    }
    let wire_format = u16::try_from(rest.number(2)?).ok()?;
    rest.skip_vector()?;
    rest.take(8)?;
    match wire_format {
        WIRE_PRIVATE_MESSAGE => {}
        WIRE_PUBLIC_MESSAGE => skip_sender(&mut rest)?,
        _ => return None,
    }
    u8::try_from(rest.number(1)?).ok()
}

/// Passes over the sender and the authenticated data that a public message has before its content type.
fn skip_sender(rest: &mut Reader<'_>) -> Option<()> {
    match u8::try_from(rest.number(1)?).ok()? {
        SENDER_MEMBER | SENDER_EXTERNAL => rest.take(4).map(drop)?,
        SENDER_NEW_MEMBER_PROPOSAL | SENDER_NEW_MEMBER_COMMIT => {}
        _ => return None,
    }
    rest.skip_vector()
}

/// What is left to read of a message.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self, width: usize) -> Option<u64> {
        Some(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn skip_vector(&mut self) -> Option<()> {
        let head = *self.0.first()?;
        let width = match head >> 6 {
            0 => 1,
            1 => 2,
            2 => 4,
            _ => return None,
        };
        let length = self.number(width)? & !(u64::from(head & 0xc0) << (8 * (width - 1)));
        self.take(usize::try_from(length).ok()?).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vector(bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len();
        let mut out = match length {
            0..64 => vec![length as u8],
            64..16384 => (0x4000 | length as u16).to_be_bytes().to_vec(),
            _ => (0x8000_0000 | length as u32).to_be_bytes().to_vec(),
        };
        out.extend(bytes);
        out
    }

    fn private(group_id: &[u8], content_type: u8) -> Vec<u8> {
        [&[0, 1, 0, 2], vector(group_id).as_slice(), &[0; 8], &[content_type], b"rest"].concat()
    }

    fn public(sender: &[u8], authenticated_data: &[u8], content_type: u8) -> Vec<u8> {
        let head = [&[0, 1, 0, 1], vector(&[7; 16]).as_slice(), &[0; 8]].concat();
        [&head, sender, &vector(authenticated_data), &[content_type]].concat()
    }

    #[test] // DELIVERY.R1
    fn commits_are_told_from_application_messages_and_proposals() {
        for (content_type, expected) in
            [(1, OriginatorId::V3_MESSAGES), (2, OriginatorId::V3_MESSAGES), (3, OriginatorId::V3_COMMITS)]
        {
            for group_id in [vec![], vec![7; 16], vec![7; 63], vec![7; 64], vec![7; 16_384]] {
                assert_eq!(of_group_message(&private(&group_id, content_type)), expected);
            }
            for sender in [vec![1, 0, 0, 0, 9], vec![2, 0, 0, 0, 9], vec![3], vec![4]] {
                assert_eq!(of_group_message(&public(&sender, &[1; 80], content_type)), expected);
            }
        }
    }

    #[test]
    fn a_header_cut_short_is_not_a_commit() {
        let whole = private(&[7; 16], 3);
        let header = whole.len() - b"rest".len();
        for length in 0..header {
            assert_eq!(content_type(&whole[..length]), None, "{length}");
        }
        assert_eq!(content_type(&whole[..header]), Some(3));
    }

    #[test]
    fn other_versions_and_wire_formats_are_not_commits() {
        let mut newer = private(&[7; 16], 3);
        newer[1] = 2;
        let mut welcome = private(&[7; 16], 3);
        welcome[3] = 3;
        assert_eq!(content_type(&newer), None);
        assert_eq!(content_type(&welcome), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut framed = vec![0, 1, 0, 2];
            framed.extend(&bytes);
            let _ = (of_group_message(&bytes), of_group_message(&framed));
        }
    }
}
