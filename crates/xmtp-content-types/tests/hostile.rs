//! Content of peers who mean harm, or who write what we do not expect.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;
use xmtp_content_types::{
    AccountChange, Action, ActionStyle, Actions, Attachment, Content, ContentError, ContentTypeId, CustomContent,
    DeleteMessage, EditMessage, EncodedContent, GroupUpdated, Intent, JsonObject, LeaveRequest, MAX_DECOMPRESSED,
    MAX_REPLY_DEPTH, MembershipChange, MetadataChange, MultiRemoteAttachment, Reaction, Reference, RemoteAttachment,
    Reply, TextCodec, TransactionMetadata, TransactionReference, WalletCall, WalletCallMetadata, WalletSendCalls,
};
use xmtp_proto::{prost::Message, xmtp::mls::message_contents as proto};
use xmtp_types::{InboxId, MessageId, Timestamp};

fn error(content: &Content) -> &ContentError {
    match content {
        Content::Unknown(unknown) => unknown.error(),
        known => panic!("{known:?} was read"),
    }
}

fn text_in(encoding: Option<&str>, bytes: &[u8]) -> Content {
    let encoded = EncodedContent::new(ContentTypeId::TEXT, bytes);
    match encoding {
        Some(encoding) => encoded.with_parameter("encoding", encoding).into(),
        None => encoded.into(),
    }
}

fn compressed(kind: i32, content: Vec<u8>) -> Vec<u8> {
    let type_id = proto::ContentTypeId {
        authority_id: "xmtp.org".into(),
        type_id: "text".into(),
        version_major: 1,
        version_minor: 0,
    };
    proto::EncodedContent { r#type: Some(type_id), compression: Some(kind), content, ..Default::default() }
        .encode_to_vec()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test] // CONTENT.R1
fn text_is_utf8_whether_or_not_it_says_so_and_nothing_else() {
    assert_eq!(text_in(None, "naïve".as_bytes()).as_text(), Some("naïve"));
    assert_eq!(text_in(Some("UTF-8"), "naïve".as_bytes()).as_text(), Some("naïve"));
    assert_eq!(error(&text_in(Some("latin-1"), b"naive")), &ContentError::NotUtf8);
    assert_eq!(error(&text_in(Some("UTF-8"), &[0xff, 0xfe])), &ContentError::NotUtf8);
}

#[test] // CONTENT.R3
fn a_known_name_under_another_authority_or_major_version_is_not_read() {
    for id in ["example.org/text:1.0", "xmtp.org/text:2.0", "xmtp.org/reaction:3.0"] {
        let id: ContentTypeId = id.parse().unwrap();
        let content = Content::from(EncodedContent::new(id.clone(), "x").with_fallback("shown"));
        assert_eq!(error(&content), &ContentError::UnknownType(id));
        assert_eq!(content.fallback().as_deref(), Some("shown"));
    }
    let newer = EncodedContent::new("xmtp.org/text:1.9".parse().unwrap(), "x");
    assert_eq!(Content::from(newer).as_text(), Some("x"));
}

#[test] // CONTENT.R4
fn bytes_that_are_no_content_and_content_without_a_type_are_kept() {
    let broken = Content::from_bytes(&[0xff; 9]);
    assert_eq!(error(&broken), &ContentError::Malformed { what: "encoded content" });
    assert_eq!(broken.to_bytes(), [0xff; 9]);

    let untyped = proto::EncodedContent { fallback: Some("shown".into()), ..Default::default() }.encode_to_vec();
    let content = Content::from_bytes(&untyped);
    assert_eq!((content.fallback().as_deref(), content.to_bytes()), (Some("shown"), untyped));
}

#[test] // CONTENT.R5
fn compressed_text_is_read_whatever_the_value_says_and_a_bomb_is_not() {
    for kind in [0, 1, 7] {
        assert_eq!(Content::from_bytes(&compressed(kind, zlib(b"packed"))).as_text(), Some("packed"));
    }
    assert_eq!(error(&Content::from_bytes(&compressed(0, b"plain".to_vec()))), &ContentError::Decompression);
    let bomb = compressed(0, zlib(&vec![b'a'; MAX_DECOMPRESSED + 1]));
    assert!(bomb.len() < 10_000);
    assert_eq!(error(&Content::from_bytes(&bomb)), &ContentError::TooLarge { limit: MAX_DECOMPRESSED });
}

#[test] // CONTENT.R8
fn replies_nest_to_a_limit_and_an_answer_beyond_it_is_kept_as_bytes() {
    let nest = |levels: usize| {
        let mut bytes = Content::text("core").to_bytes();
        for _ in 0..levels {
            bytes = EncodedContent::new(ContentTypeId::REPLY, bytes).to_bytes();
        }
        bytes
    };
    assert_eq!(Content::from_bytes(&nest(MAX_REPLY_DEPTH)).as_text(), Some("core"));

    let hostile = nest(10_000);
    let mut content = &Content::from_bytes(&hostile);
    while let Content::Reply(reply) = content {
        content = &reply.content;
    }
    assert_eq!(error(content), &ContentError::TooDeep { limit: MAX_REPLY_DEPTH });
    let deep = Content::from_bytes(&nest(10));
    assert!(Content::from_bytes(&deep.to_bytes()) == deep);
}

#[test] // CONTENT.R8
fn edits_nest_no_deeper_than_replies_and_lose_nothing_of_what_they_hold() {
    let edit = |content: Content| EditMessage { reference: Reference::default(), content: Box::new(content) };
    let mut content = Content::text("core");
    for _ in 0..MAX_REPLY_DEPTH + 2 {
        content = Content::EditMessage(edit(content));
    }
    let read = Content::from_bytes(&content.to_bytes());
    let mut inner = &read;
    while let Content::EditMessage(edit) = inner {
        inner = &edit.content;
    }
    assert_eq!(error(inner), &ContentError::TooDeep { limit: MAX_REPLY_DEPTH });

    // A field that the schema of today does not have, within an edit.
    let mut foreign = EncodedContent::new("example.org/poll:1.0".parse().unwrap(), "?").to_bytes();
    foreign.extend([0xfa, 0x01, 0x01, b'!']);
    let read = Content::from_bytes(&Content::EditMessage(edit(Content::from_bytes(&foreign))).to_bytes());
    let Content::EditMessage(read) = read else { panic!("{read:?} is no edit") };
    assert_eq!(read.content.to_bytes(), foreign);
    let empty = EncodedContent::new(ContentTypeId::EDIT_MESSAGE, Vec::new());
    assert_eq!(error(&empty.into()), &ContentError::Malformed { what: "edit" });
}

#[test] // CONTENT.R4
fn json_that_is_cut_short_of_the_wrong_shape_or_nested_without_end_is_kept() {
    let deep = format!("{{\"id\":\"m\",\"actionId\":\"a\",\"metadata\":{{\"k\":{}", "[".repeat(100_000));
    let json = [
        ContentTypeId::TRANSACTION_REFERENCE,
        ContentTypeId::WALLET_SEND_CALLS,
        ContentTypeId::ACTIONS,
        ContentTypeId::INTENT,
    ];
    for id in json {
        for bytes in ["", "{", "[]", "null", "7", "{}", "{\"id\":7}", "\u{feff}{}", &deep] {
            let content = Content::from(EncodedContent::new(id.clone(), bytes).with_fallback("shown"));
            assert!(matches!(error(&content), ContentError::Malformed { .. }), "{id} {bytes:.20}");
            assert_eq!(content.fallback().as_deref(), Some("shown"));
        }
    }
}

#[test] // CONTENT.R4
fn keys_of_a_file_that_are_no_keys_make_it_unreadable() {
    let sealed = RemoteAttachment::new("https://example.com/f", [0xcd; 32], [1; 32].into(), [2; 32], [3; 12]);
    let whole = Content::from(sealed).encode();
    for key in ["contentDigest", "secret", "salt", "nonce"] {
        for wrong in ["", "01", "zz", &"01".repeat(33), &"é".repeat(32)] {
            let content = Content::from(whole.clone().with_parameter(key, wrong));
            assert_eq!(error(&content), &ContentError::Malformed { what: key }, "{wrong}");
        }
        let without = whole.parameters().iter().filter(|(name, _)| *name != key);
        let without = without
            .fold(EncodedContent::new(whole.type_id().clone(), "https://x"), |content, (key, value)| {
                content.with_parameter(key, value)
            });
        assert_eq!(error(&without.into()), &ContentError::MissingParameter(key));
    }
    let url = EncodedContent::new(ContentTypeId::REMOTE_ATTACHMENT, [0xff]);
    assert_eq!(error(&url.into()), &ContentError::NotUtf8);
}

#[test] // CONTENT.R8
fn a_reply_with_a_foreign_answer_or_no_reference_is_still_a_reply() {
    let poll = EncodedContent::new("example.org/poll:1.0".parse().unwrap(), "?").with_fallback("a poll");
    let encoded = EncodedContent::new(ContentTypeId::REPLY, poll.to_bytes());
    let Content::Reply(reply) = Content::from(encoded) else { panic!("no reply") };
    assert_eq!((reply.reference.as_str(), reply.reference.message_id()), ("", None));
    assert_eq!(reply.content.fallback().as_deref(), Some("a poll"));
    assert_eq!(Content::Reply(reply).encode().parameter("contentType"), Some("example.org/poll:1.0"));
}

#[test] // CONTENT.R9
fn only_a_reply_in_plain_text_repeats_its_words_in_the_fallback() {
    let message = MessageId::from_bytes([1; 32]);
    let fallback = |content: Content| content.fallback().map(|text| text.into_owned());
    assert_eq!(fallback(Content::reply(message, "yes")).unwrap(), "Replied with \"yes\" to an earlier message");
    let markdown = Content::reply(message, Content::markdown("*yes*"));
    assert_eq!(fallback(markdown).unwrap(), "Replied to an earlier message");
    assert_eq!(fallback(Content::text("yes")), None);
}

fn hidden_object(secret: &str) -> JsonObject {
    JsonObject::from_iter([(secret.to_owned(), secret.into())])
}

fn hidden_file(secret: &str) -> RemoteAttachment {
    let mut key = [b'h'; 32];
    key.iter_mut().zip(secret.bytes()).for_each(|(key, byte)| *key = byte);
    let file = RemoteAttachment::new(secret, key, key.into(), key, [7; 12]).with_filename(secret);
    RemoteAttachment { scheme: secret.into(), ..file }
}

fn hidden_transaction(secret: &str) -> TransactionReference {
    let metadata = TransactionMetadata::transfer(secret, 7.0, 7, secret, secret);
    let metadata = TransactionMetadata { extra: hidden_object(secret), ..metadata };
    let reference = TransactionReference::ethereum(1, secret).with_metadata(metadata);
    TransactionReference { network_id: secret.into(), namespace: Some(secret.into()), ..reference }
}

fn hidden_calls(secret: &str) -> WalletSendCalls {
    let call = WalletCall {
        to: Some(secret.into()),
        data: Some(secret.into()),
        value: Some(secret.into()),
        gas: Some(secret.into()),
        metadata: Some(WalletCallMetadata {
            description: secret.into(),
            transaction_type: secret.into(),
            extra: hidden_object(secret),
        }),
    };
    let request = WalletSendCalls::new(1, secret, [call]);
    WalletSendCalls { chain_id: secret.into(), capabilities: Some(hidden_object(secret)), ..request }
}

#[test] // CONTENT.R10
fn nothing_that_was_said_shows_in_debug_or_in_errors() {
    let message = MessageId::from_bytes([1; 32]);
    let secret = "hunter2";
    let said = [
        Content::text(secret),
        Content::markdown(secret),
        Content::reply(message, secret),
        Content::reaction(message, secret),
        Reaction { reference: secret.into(), ..Reaction::added(message, secret) }.into(),
        Content::LeaveRequest(LeaveRequest { authenticated_note: Some(secret.into()) }),
        Content::DeleteMessage(DeleteMessage { reference: secret.into() }),
        Content::GroupUpdated(GroupUpdated {
            metadata: vec![MetadataChange { field: "group_name".into(), old: None, new: Some(secret.into()) }],
            ..GroupUpdated::default()
        }),
        Attachment::new(secret, secret, secret).into(),
        hidden_file(secret).into(),
        MultiRemoteAttachment::new([hidden_file(secret)]).into(),
        hidden_transaction(secret).into(),
        hidden_calls(secret).into(),
        Actions::new(secret, secret, [Action::new(secret, secret).with_image(secret)]).into(),
        Intent::new(secret, secret).with_metadata(hidden_object(secret)).into(),
        Content::EditMessage(EditMessage { reference: secret.into(), content: Box::new(secret.into()) }),
        Content::MembershipChange(MembershipChange {
            members_added: vec![AccountChange {
                installations: vec![secret.into()],
                address: secret.into(),
                initiated_by: secret.into(),
            }],
            ..MembershipChange::default()
        }),
        CustomContent::new(&TextCodec, secret.to_owned()).unwrap().into(),
        text_in(Some(secret), secret.as_bytes()),
        EncodedContent::new("a/b:1.0".parse().unwrap(), secret).with_fallback(secret).into(),
    ];
    for content in said {
        let mut shown = format!("{content:?} {:?}", content.encode());
        if let Content::Unknown(unknown) = &content {
            shown.push_str(&unknown.error().to_string());
        }
        assert!(!shown.contains(secret) && !shown.contains(&format!("{:?}", secret.as_bytes())), "{shown}");
    }
}

#[test] // CONTENT.R11
fn only_what_a_person_wrote_is_worth_a_push() {
    let message = MessageId::from_bytes([1; 32]);
    let pushed = [
        Content::text("a"),
        Content::markdown("a"),
        Content::reply(message, "a"),
        Attachment::default().into(),
        hidden_file("a").into(),
        MultiRemoteAttachment::default().into(),
        hidden_transaction("a").into(),
        hidden_calls("a").into(),
        Actions::new("a", "a", []).into(),
        Intent::new("a", "a").into(),
        EncodedContent::new("a/b:1.0".parse().unwrap(), "a").into(),
    ];
    let quiet = [
        Content::reaction(message, "a"),
        Content::ReadReceipt,
        Content::GroupUpdated(GroupUpdated::default()),
        Content::LeaveRequest(LeaveRequest::default()),
        Content::DeleteMessage(DeleteMessage::new(message)),
        Content::EditMessage(EditMessage { reference: message.into(), content: Box::new("a".into()) }),
        Content::MembershipChange(MembershipChange::default()),
    ];
    assert!(pushed.iter().all(Content::should_push));
    assert!(!quiet.iter().any(Content::should_push));
}

fn references() -> impl Strategy<Value = Reference> {
    prop_oneof![any::<[u8; 32]>().prop_map(|id| MessageId::from_bytes(id).into()), ".{0,12}".prop_map(Reference::from)]
}

fn inboxes() -> impl Strategy<Value = Option<InboxId>> {
    proptest::option::of(any::<[u8; 32]>().prop_map(InboxId::from_bytes))
}

fn maybe_text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(".{0,12}")
}

fn objects() -> impl Strategy<Value = JsonObject> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        ".{0,8}".prop_map(serde_json::Value::from),
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(".{0,6}", inner, 0..3)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    });
    // The names that the fields of our types have are theirs.
    proptest::collection::btree_map("x.{0,6}", value, 0..4).prop_map(|members| members.into_iter().collect())
}

fn files() -> impl Strategy<Value = RemoteAttachment> {
    let keys = (any::<[u8; 32]>(), any::<[u8; 32]>(), any::<[u8; 32]>(), any::<[u8; 12]>());
    (".{0,20}", keys, ".{0,8}", proptest::option::of(any::<u32>()), maybe_text()).prop_map(
        |(url, (digest, secret, salt, nonce), scheme, length, filename)| RemoteAttachment {
            scheme,
            content_length: length.map(u64::from),
            filename,
            ..RemoteAttachment::new(url, digest, secret.into(), salt, nonce)
        },
    )
}

fn transactions() -> impl Strategy<Value = TransactionReference> {
    let amount = proptest::option::of(any::<f64>().prop_filter("JSON has no other", |amount| amount.is_finite()));
    let decimals = proptest::option::of(any::<u32>());
    let metadata = (maybe_text(), maybe_text(), amount, decimals, maybe_text(), maybe_text(), objects()).prop_map(
        |(transaction_type, currency, amount, decimals, from_address, to_address, extra)| TransactionMetadata {
            transaction_type,
            currency,
            amount,
            decimals,
            from_address,
            to_address,
            extra,
        },
    );
    (maybe_text(), ".{0,9}", ".{0,20}", proptest::option::of(metadata)).prop_map(
        |(namespace, network_id, reference, metadata)| TransactionReference {
            namespace,
            network_id,
            reference,
            metadata,
        },
    )
}

fn wallet_calls() -> impl Strategy<Value = WalletSendCalls> {
    let metadata = (".{0,9}", ".{0,9}", objects())
        .prop_map(|(description, transaction_type, extra)| WalletCallMetadata { description, transaction_type, extra });
    let call = (maybe_text(), maybe_text(), maybe_text(), maybe_text(), proptest::option::of(metadata))
        .prop_map(|(to, data, value, gas, metadata)| WalletCall { to, data, value, gas, metadata });
    let calls = proptest::collection::vec(call, 0..3);
    (".{0,4}", ".{0,9}", ".{0,9}", calls, proptest::option::of(objects())).prop_map(
        |(version, chain_id, from, calls, capabilities)| WalletSendCalls {
            version,
            chain_id,
            from,
            calls,
            capabilities,
        },
    )
}

/// In whole milliseconds, which is all that travels.
fn times() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of((0..=u64::MAX / 1_000_000).prop_map(|millis| Timestamp::from_nanos(millis * 1_000_000)))
}

fn questions() -> impl Strategy<Value = Actions> {
    let styles = proptest::option::of(proptest::sample::select(vec![
        ActionStyle::Primary,
        ActionStyle::Secondary,
        ActionStyle::Danger,
    ]));
    let button = (".{0,9}", ".{0,9}", maybe_text(), styles, times())
        .prop_map(|(id, label, image_url, style, expires_at)| Action { id, label, image_url, style, expires_at });
    (".{0,9}", ".{0,20}", proptest::collection::vec(button, 0..12), times())
        .prop_map(|(id, description, actions, expires_at)| Actions { id, description, actions, expires_at })
}

fn contents() -> impl Strategy<Value = Content> {
    let leaf = prop_oneof![
        ".{0,40}".prop_map(Content::Text),
        ".{0,40}".prop_map(Content::Markdown),
        Just(Content::ReadReceipt),
        (references(), inboxes(), any::<bool>(), ".{0,8}").prop_map(|(reference, inbox, added, emoji)| {
            let blank = MessageId::from_bytes([0; 32]);
            let reaction = if added { Reaction::added(blank, emoji) } else { Reaction::removed(blank, emoji) };
            Content::Reaction(Reaction { reference, reference_inbox_id: inbox, ..reaction })
        }),
        proptest::option::of(any::<Vec<u8>>())
            .prop_map(|authenticated_note| Content::LeaveRequest(LeaveRequest { authenticated_note })),
        references().prop_map(|reference| Content::DeleteMessage(DeleteMessage { reference })),
        any::<Vec<u8>>().prop_map(|bytes| Content::from_bytes(&bytes)),
        (proptest::option::of(".{0,12}"), ".{0,12}", any::<Vec<u8>>())
            .prop_map(|(filename, mime_type, data)| Attachment { filename, mime_type, data }.into()),
        files().prop_map(Content::from),
        proptest::collection::vec(files(), 0..4).prop_map(|files| MultiRemoteAttachment::new(files).into()),
        transactions().prop_map(Content::from),
        wallet_calls().prop_map(Content::from),
        questions().prop_map(Content::from),
        (".{0,9}", ".{0,9}", proptest::option::of(objects())).prop_map(|(id, action_id, metadata)| Intent {
            id,
            action_id,
            metadata
        }
        .into()),
    ];
    leaf.prop_recursive(3, 8, 1, |inner| {
        (references(), inboxes(), inner, any::<bool>()).prop_map(|(reference, inbox, content, edit)| {
            let content = Box::new(content);
            if edit {
                Content::EditMessage(EditMessage { reference, content })
            } else {
                Content::Reply(Reply { reference, reference_inbox_id: inbox, content })
            }
        })
    })
}

proptest! {
    #[test]
    fn every_content_comes_back_as_it_was(content in contents()) {
        prop_assert_eq!(Content::from_bytes(&content.to_bytes()), content);
    }

    #[test] // CONTENT.R4
    fn random_bytes_never_panic_and_are_never_lost(bytes: Vec<u8>) {
        let content = Content::from_bytes(&bytes);
        if let Content::Unknown(_) = &content {
            prop_assert_eq!(content.to_bytes(), bytes);
        }
    }

    #[test]
    fn random_content_under_a_known_type_never_panics(
        id in proptest::sample::select(vec![
            ContentTypeId::TEXT, ContentTypeId::MARKDOWN, ContentTypeId::REPLY, ContentTypeId::REACTION,
            ContentTypeId::REACTION_V1, ContentTypeId::READ_RECEIPT, ContentTypeId::GROUP_UPDATED,
            ContentTypeId::LEAVE_REQUEST, ContentTypeId::DELETE_MESSAGE, ContentTypeId::EDIT_MESSAGE,
            ContentTypeId::ATTACHMENT, ContentTypeId::REMOTE_ATTACHMENT, ContentTypeId::MULTI_REMOTE_ATTACHMENT,
            ContentTypeId::TRANSACTION_REFERENCE, ContentTypeId::WALLET_SEND_CALLS, ContentTypeId::ACTIONS,
            ContentTypeId::INTENT, ContentTypeId::MEMBERSHIP_CHANGE,
        ]),
        bytes: Vec<u8>,
        parameters in proptest::collection::btree_map(".{0,10}", ".{0,10}", 0..4),
    ) {
        let encoded = parameters.into_iter().fold(EncodedContent::new(id, bytes), |encoded, (key, value)| {
            encoded.with_parameter(key, value)
        });
        let reread = EncodedContent::from_bytes(&encoded.to_bytes());
        prop_assert_eq!(reread.as_ref(), Ok(&encoded));
        let content = Content::from(encoded);
        let _ = (content.fallback(), content.encode(), content.should_push(), content.check());
        prop_assert_eq!(Content::from_bytes(&content.to_bytes()), content);
    }

    #[test] // CONTENT.R6
    fn equal_content_has_equal_bytes(mut parameters in proptest::collection::vec(("[a-z]{1,6}", ".{0,6}"), 0..8)) {
        parameters.sort();
        parameters.dedup_by(|a, b| a.0 == b.0);
        let build = |parameters: Vec<(String, String)>| {
            parameters.into_iter().fold(EncodedContent::new(ContentTypeId::TEXT, "x"), |encoded, (key, value)| {
                encoded.with_parameter(key, value)
            })
        };
        let forth = build(parameters.clone()).to_bytes();
        parameters.reverse();
        prop_assert_eq!(build(parameters).to_bytes(), forth);
    }
}
