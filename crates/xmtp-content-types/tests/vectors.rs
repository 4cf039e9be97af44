//! Bytes that codecs of released clients produced: what is in scope is read and written equal, the rest survives.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::collections::BTreeMap;
use xmtp_content_types::{
    Codec, Content, ContentError, ContentTypeId, DeleteMessage, EncodedContent, GroupUpdated, LeaveRequest,
    MetadataChange, Reaction, ReactionAction, ReactionV1Codec, Reply,
};
use xmtp_types::{InboxId, MessageId};

const MESSAGE: MessageId = MessageId::from_bytes([0xaa; 32]);
const INBOX: InboxId = InboxId::from_bytes([0xbb; 32]);

fn vectors() -> BTreeMap<&'static str, Vec<u8>> {
    include_str!("vectors/encoded_content.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, bytes)| (name, hex::decode(bytes).unwrap()))
        .collect()
}

fn vector(name: &str) -> Vec<u8> {
    vectors().remove(name).unwrap()
}

fn assert_same(left: &Content, right: &Content, name: &str) {
    assert!(left == right, "{name}: {left:?} is not {right:?}");
}

/// What is sent today: value and bytes are equal in both directions.
#[test] // CONTENT.R1, CONTENT.R6, CONTENT.R7, CONTENT.R9
fn what_we_send_has_the_bytes_that_released_clients_send() {
    let reply = || Reply::new(MESSAGE, "I concur").to_inbox(INBOX);
    let rename = MetadataChange { field: "group_name".into(), old: Some("Old".into()), new: Some("New".into()) };
    let update = GroupUpdated {
        initiated_by: Some(INBOX),
        added: vec![InboxId::from_bytes([0xcc; 32])],
        metadata: vec![rename],
        ..GroupUpdated::default()
    };
    let cases = [
        ("rust/text", Content::text("Hello, world!")),
        ("js/text", Content::text("Hello, world!")),
        ("rust/markdown", Content::markdown("# Hi")),
        ("js/markdown", Content::markdown("# Hi")),
        ("rust/reaction", Reaction::added(MESSAGE, "👍").to_inbox(INBOX).into()),
        ("rust/reaction-removed", Reaction::removed(MESSAGE, "👍").into()),
        ("rust/reply", reply().into()),
        ("rust/readReceipt", Content::ReadReceipt),
        ("js/readReceipt", Content::ReadReceipt),
        ("js/groupUpdated", Content::GroupUpdated(update)),
        ("rust/leave_request", Content::LeaveRequest(LeaveRequest::default())),
        ("rust/deleteMessage", Content::DeleteMessage(DeleteMessage::new(MESSAGE))),
    ];
    for (name, content) in cases {
        assert_eq!(hex::encode(content.to_bytes()), hex::encode(vector(name)), "{name}");
        assert_same(&Content::from_bytes(&vector(name)), &content, name);
        assert_eq!(content.encode().type_id(), &content.type_id(), "{name}");
        assert_eq!(content.encode().fallback(), content.fallback().as_deref(), "{name}");
    }
}

/// Clients of the generation before write other fallbacks, which readers do not need.
#[test] // CONTENT.R7
fn what_older_clients_send_is_read() {
    let reply = Reply::new(MESSAGE, "I concur").to_inbox(INBOX);
    assert_same(&Content::from_bytes(&vector("js/reply")), &reply.into(), "js/reply");
    let reaction = Reaction::added(MESSAGE, "👍").to_inbox(INBOX);
    assert_same(&Content::from_bytes(&vector("js/reaction")), &reaction.into(), "js/reaction");
    let removed = Reaction::removed(MESSAGE, "👍");
    assert_same(&Content::from_bytes(&vector("js/reaction-no-inbox")), &removed.into(), "js/reaction-no-inbox");

    let Content::Reaction(fixture) = Content::from_bytes(&vector("fixture/reaction")) else { panic!("no reaction") };
    assert_eq!((fixture.reference.as_str(), fixture.reference.message_id()), ("message-id-123", None));
}

#[test] // CONTENT.R7
fn the_json_form_of_a_reaction_is_written_as_older_clients_write_it() {
    for name in ["js/reaction", "js/reaction-no-inbox"] {
        let theirs = EncodedContent::from_bytes(&vector(name)).unwrap();
        let ours = ReactionV1Codec.encode(&theirs.decode_with(&ReactionV1Codec).unwrap()).unwrap();
        assert_eq!(ours.raw_content(), theirs.raw_content(), "{name}");
    }
}

#[test] // CONTENT.R7
fn the_oldest_form_of_a_reaction_is_read() {
    let encoded = EncodedContent::new(ContentTypeId::REACTION_V1, "1️⃣")
        .with_parameter("action", "removed")
        .with_parameter("reference", MESSAGE.to_string())
        .with_parameter("schema", "unicode")
        .with_parameter("encoding", "UTF-8");
    assert_same(&encoded.into(), &Reaction::removed(MESSAGE, "1️⃣").into(), "oldest");

    let digit = EncodedContent::new(ContentTypeId::REACTION_V1, "1").with_parameter("reference", MESSAGE.to_string());
    let Content::Reaction(reaction) = Content::from(digit) else { panic!("no reaction") };
    assert_eq!((reaction.content.as_str(), reaction.action), ("1", ReactionAction::Unspecified));
}

#[test] // CONTENT.R4
fn types_that_are_not_built_in_survive_with_their_bytes_and_fallback() {
    let mut unknown = 0;
    for (name, bytes) in vectors() {
        let content = Content::from_bytes(&bytes);
        if let Content::Unknown(foreign) = &content {
            unknown += 1;
            assert_eq!(foreign.error(), &ContentError::UnknownType(foreign.encoded().type_id().clone()), "{name}");
            assert_eq!(foreign.bytes(), bytes, "{name}");
            assert_eq!(content.to_bytes(), bytes, "{name}");
        }
    }
    assert_eq!(unknown, 17);
    let attachment = Content::from_bytes(&vector("rust/attachment"));
    assert_eq!(attachment.fallback().as_deref(), Some("Can't display a.txt. This app doesn't support attachments."));
}
