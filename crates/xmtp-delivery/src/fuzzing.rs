//! A door for the fuzz targets to the conversions in `wire`, which nothing outside this crate can reach.
//!
//! Compiled for cargo-fuzz, which sets the cfg `fuzzing`, and for the test below. It is no part of the API.
use crate::{originator, wire};
use prost::Message as _;
use xmtp_proto::xmtp::{
    identity::api::v1::{GetIdentityUpdatesResponse, GetInboxIdsResponse},
    mls::api::v1::{
        FetchKeyPackagesResponse, GetNewestGroupMessageResponse, GroupMessage, QueryGroupMessagesResponse,
        QueryWelcomeMessagesResponse, WelcomeMessage,
    },
};
use xmtp_types::{Cursor, GroupId, Identifier, InboxId, InstallationId, OriginatorId, SequenceId, Topic};

/// Takes `bytes` for the answer to each call in turn.
///
/// # Panics
/// If a conversion panics: that is what fuzzing looks for.
pub fn read_answers(bytes: &[u8]) {
    let start = Cursor::start();
    let group = Topic::group(&GroupId::from([7; 16]));
    let welcomes = Topic::welcome(&InstallationId::from_bytes([7; 32]));
    let inbox = InboxId::from_bytes([7; 32]);
    let wallet = Identifier::Ethereum(format!("0x{}", "07".repeat(20)));

    let _ = GroupMessage::decode(bytes).map(wire::group_message);
    let _ = WelcomeMessage::decode(bytes).map(wire::welcome);
    let _ = QueryGroupMessagesResponse::decode(bytes).map(|answer| wire::group_page(&group, &start, answer));
    let _ = QueryWelcomeMessagesResponse::decode(bytes).map(|answer| wire::welcome_page(&welcomes, &start, answer));
    let _ = GetNewestGroupMessageResponse::decode(bytes).map(|answer| wire::newest(1, answer));
    let _ = FetchKeyPackagesResponse::decode(bytes).map(|answer| wire::key_packages(1, answer));
    let _ = GetIdentityUpdatesResponse::decode(bytes)
        .map(|answer| wire::identity_updates(&[(inbox, SequenceId::ZERO)], answer));
    let _ = GetInboxIdsResponse::decode(bytes).map(|answer| wire::inbox_ids(&[wallet], &answer));
    let _ = wire::identifier_changes(bytes);
}

/// Whether the reader that moves cursors takes `message` for a commit.
pub fn is_commit(message: &[u8]) -> bool {
    originator::of_group_message(message) == OriginatorId::V3_COMMITS
}

/// Reads a topic page by page as the answers in `bytes` would have it, each a byte of length and a body.
///
/// # Panics
/// If an answer that is taken does not lead forward: a network could keep its reader for ever.
pub fn read_pages(bytes: &[u8]) {
    let group = Topic::group(&GroupId::from([7; 16]));
    let mut rest = bytes;
    let (mut cursor, mut last) = (Cursor::start(), SequenceId::ZERO);
    while let Some((length, tail)) = rest.split_first() {
        let (body, tail) = tail.split_at(tail.len().min(usize::from(*length)));
        rest = tail;
        let Ok(answer) = QueryGroupMessagesResponse::decode(body) else { return };
        let Ok(page) = wire::group_page(&group, &cursor, answer) else { return };
        for envelope in &page.envelopes {
            assert!(envelope.sequence_id > last && envelope.topic == group);
            last = envelope.sequence_id;
            cursor.advance(envelope.originator, envelope.sequence_id);
        }
        if !page.more {
            return;
        }
        assert!(!page.envelopes.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xmtp_proto::xmtp::mls::api::v1::{PagingInfo, group_message};

    proptest! {
        #[test]
        fn no_bytes_make_an_answer_panic(bytes: Vec<u8>) {
            read_answers(&bytes);
            read_pages(&bytes);
            let _ = is_commit(&bytes);
        }

        #[test]
        fn neither_do_bytes_that_are_nearly_a_page(
            group in proptest::collection::vec(any::<u8>(), 0..20),
            id: u64,
            created_ns: u64,
            data: Vec<u8>,
            at: proptest::sample::Index,
            to: u8,
        ) {
            let v1 = group_message::V1 { group_id: group.into(), id, created_ns, data: data.into(), ..Default::default() };
            let message = GroupMessage { version: Some(group_message::Version::V1(v1)) };
            let paging_info = Some(PagingInfo { id_cursor: id, ..Default::default() });
            let page = QueryGroupMessagesResponse { messages: vec![message.clone(), message], paging_info };
            let mut bytes = page.encode_to_vec();
            let at = at.index(bytes.len());
            bytes[at] = to;
            read_answers(&bytes);
            let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
            read_pages(&[&[length], bytes.as_slice(), &[length], &bytes].concat());
        }
    }
}
