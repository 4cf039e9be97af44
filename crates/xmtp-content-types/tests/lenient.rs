//! What other clients are known to write in a way of their own is read all the same.
#![expect(clippy::panic, reason = "a helper of a test fails as the test does")]

use serde_json::{Value, json};
use xmtp_content_types::{
    ActionStyle, Actions, Attachment, Content, ContentTypeId, EncodedContent, Intent, RemoteAttachment,
    TransactionReference, WalletSendCalls,
};
use xmtp_types::Timestamp;

fn read(id: ContentTypeId, content: &Value) -> Content {
    Content::from(EncodedContent::new(id, content.to_string()))
}

fn transaction(content: &Value) -> TransactionReference {
    match read(ContentTypeId::TRANSACTION_REFERENCE, content) {
        Content::TransactionReference(reference) => reference,
        other => panic!("{other:?} is no transaction"),
    }
}

fn calls(content: &Value) -> WalletSendCalls {
    match read(ContentTypeId::WALLET_SEND_CALLS, content) {
        Content::WalletSendCalls(calls) => calls,
        other => panic!("{other:?} is no request"),
    }
}

fn actions(content: &Value) -> Actions {
    match read(ContentTypeId::ACTIONS, content) {
        Content::Actions(actions) => actions,
        other => panic!("{other:?} is no question"),
    }
}

#[test] // CONTENT.R12
fn a_transaction_that_a_wallet_wrapped_is_unwrapped() {
    let plain = json!({ "namespace": "eip155", "networkId": "0x2105", "reference": "0xabc" });
    assert_eq!(transaction(&json!({ "transactionReference": plain })), transaction(&plain));
    assert_eq!(transaction(&plain), TransactionReference::ethereum(8453, "0xabc"));
}

#[test] // CONTENT.R12
fn a_network_may_be_a_number() {
    let read = transaction(&json!({ "networkId": 8453, "reference": "0xabc" }));
    assert_eq!((read.network_id.as_str(), read.namespace), ("8453", None));
}

#[test] // CONTENT.R12
fn metadata_of_a_transaction_may_lack_parts_and_have_others_and_write_numbers_as_text() {
    let metadata = json!({ "currency": "ETH", "amount": "0.5", "decimals": "18", "memo": { "deep": [1, null] } });
    let read = transaction(&json!({ "networkId": "1", "reference": "0xabc", "metadata": metadata }));
    let again = Content::from_bytes(&Content::from(read.clone()).to_bytes());
    assert_eq!(again, read.clone().into());
    let metadata = read.metadata.unwrap();
    assert_eq!((metadata.amount, metadata.decimals, metadata.transaction_type), (Some(0.5), Some(18), None));
    assert_eq!(metadata.extra.get("memo"), Some(&json!({ "deep": [1, null] })));
}

#[test] // CONTENT.R12
fn capabilities_and_extras_of_wallet_calls_may_be_any_json() {
    let request = json!({
        "version": "1.0",
        "chainId": 8453,
        "from": "0x11",
        "calls": [{
            "to": "0x22", "value": 0, "gas": "0x5208", "unknown": true,
            "metadata": { "description": "Pay", "note": { "a": [1] }, "hostname": "example.com" },
        }],
        "capabilities": { "paymasterService": { "url": "https://example.com", "optional": true } },
    });
    let read = calls(&request);
    assert_eq!((read.chain_id.as_str(), read.chain()), ("0x2105", Some(8453)));
    let call = read.calls.first().unwrap();
    assert_eq!((call.value.as_deref(), call.data.as_deref()), (Some("0x0"), None));
    let metadata = call.metadata.as_ref().unwrap();
    assert_eq!((metadata.description.as_str(), metadata.transaction_type.as_str()), ("Pay", ""));
    assert_eq!(metadata.extra.get("note"), Some(&json!({ "a": [1] })));
    assert_eq!(read.capabilities.as_ref().unwrap().get("paymasterService").unwrap()["optional"], json!(true));
    assert_eq!(Content::from_bytes(&Content::from(read.clone()).to_bytes()), read.into());
}

#[test] // CONTENT.R12
fn a_chain_in_decimal_digits_is_a_chain_too() {
    let read = calls(&json!({ "version": 1.0, "chainId": "8453", "from": "0x11", "calls": [] }));
    assert_eq!(read.chain(), Some(8453));
}

#[test] // CONTENT.R12
fn names_in_snake_case_and_styles_not_known_are_read() {
    let read = actions(&json!({
        "id": "m",
        "description": "?",
        "actions": [
            { "id": "a", "label": "A", "image_url": "https://x", "expires_at": "2025-01-01T01:00:00+01:00", "style": "glowing" },
            { "id": "b", "label": "B", "imageUrl": null, "style": "Danger" },
        ],
        "expires_at": "2025-12-31T23:59:59.123456789Z",
    }));
    assert_eq!(read.expires_at, Some(Timestamp::from_nanos(1_767_225_599_123_000_000)));
    let (a, b) = (read.action("a").unwrap(), read.action("b").unwrap());
    assert_eq!((a.image_url.as_deref(), a.style), (Some("https://x"), None));
    assert_eq!(a.expires_at, Some(Timestamp::from_secs(1_735_689_600)));
    assert_eq!((b.image_url.as_deref(), b.style), (None, Some(ActionStyle::Danger)));

    let intent = read_intent(&json!({ "id": "m", "action_id": "a" }));
    assert_eq!(intent, Intent::new("m", "a"));
}

fn read_intent(content: &Value) -> Intent {
    match read(ContentTypeId::INTENT, content) {
        Content::Intent(intent) => intent,
        other => panic!("{other:?} is no intent"),
    }
}

#[test] // CONTENT.R12
fn times_beyond_what_can_be_held_become_the_nearest_that_can() {
    let until = |time: &str| {
        let menu = json!({ "id": "m", "description": "?", "actions": [], "expiresAt": time });
        actions(&menu).expires_at.unwrap()
    };
    assert_eq!(until("1969-07-20T20:17:40Z"), Timestamp::from_nanos(0));
    assert_eq!(until("9999-01-01T00:00:00Z").as_secs(), u64::MAX / 1_000_000_000);
}

#[test] // CONTENT.R12
fn more_actions_than_may_be_sent_are_read() {
    let buttons: Vec<_> = (0..40).map(|_| json!({ "id": "same", "label": "L" })).collect();
    let read = actions(&json!({ "id": "m", "description": "?", "actions": buttons }));
    assert_eq!(read.actions.len(), 40);
    assert!(Content::from(read).check().is_err());
}

#[test] // CONTENT.R12
fn a_file_needs_neither_a_kind_nor_a_name() {
    let bare = EncodedContent::new(ContentTypeId::ATTACHMENT, "hi");
    let expected = Attachment { filename: None, mime_type: String::new(), data: b"hi".to_vec() };
    assert_eq!(Content::from(bare), expected.into());
}

#[test] // CONTENT.R12
fn a_remote_file_needs_no_scheme_no_length_and_no_name_and_takes_capitals() {
    let sealed = RemoteAttachment::new("https://example.com/f", [0xcd; 32], [1; 32].into(), [2; 32], [3; 12]);
    let full = Content::from(sealed.clone()).encode();
    let mut bare = EncodedContent::new(ContentTypeId::REMOTE_ATTACHMENT, full.raw_content());
    for (key, value) in full.parameters().iter().filter(|(key, _)| *key != "scheme") {
        bare = bare.with_parameter(key, value.to_uppercase());
    }
    assert_eq!(Content::from(bare.clone()), RemoteAttachment { scheme: String::new(), ..sealed.clone() }.into());
    for scheme in ["https", "https:", "https://", "HTTPS://example.com"] {
        let read = Content::from(bare.clone().with_parameter("scheme", scheme).with_parameter("contentLength", "?"));
        assert_eq!(read, RemoteAttachment { scheme: scheme.into(), ..sealed.clone() }.into());
    }
}
