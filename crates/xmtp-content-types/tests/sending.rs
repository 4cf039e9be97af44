//! What may not be sent is refused, by `check` and by the codecs, and says why.
use xmtp_content_types::{
    Action, Actions, ActionsCodec, Codec, Content, ContentError, ContentTypeId, EditMessage, EditMessageCodec,
    GroupUpdated, Intent, IntentCodec, JsonObject, MAX_ACTIONS, MAX_INTENT_METADATA, MembershipChange,
    MembershipChangeCodec, MultiRemoteAttachment, MultiRemoteAttachmentCodec, RemoteAttachment, RemoteAttachmentCodec,
    Reply, TransactionMetadata, TransactionReference, TransactionReferenceCodec, WalletSendCalls, WalletSendCallsCodec,
};
use xmtp_types::MessageId;

const MESSAGE: MessageId = MessageId::from_bytes([0xaa; 32]);

/// `check`, which looks into replies too, and the codec are of one mind.
fn verdict<C: Codec>(codec: &C, content: C::Content) -> Result<(), ContentError>
where
    Content: From<C::Content>,
{
    let by_codec = codec.encode(&content).map(drop);
    let content = Content::from(content);
    assert_eq!(content.check(), by_codec);
    assert_eq!(as_answer(content).check(), by_codec);
    by_codec
}

fn as_answer(content: Content) -> Content {
    Reply::new(MESSAGE, content).into()
}

fn buttons(count: usize) -> Vec<Action> {
    (0..count).map(|number| Action::new(number.to_string(), "label")).collect()
}

#[test] // CONTENT.R13
fn a_question_has_one_to_ten_buttons_each_with_an_id_of_its_own() {
    let ask = |buttons: Vec<Action>| verdict(&ActionsCodec, Actions::new("id", "?", buttons));
    assert_eq!(ask(buttons(0)), Err(ContentError::Empty { what: "list of actions" }));
    assert_eq!(ask(buttons(1)), Ok(()));
    assert_eq!(ask(buttons(MAX_ACTIONS)), Ok(()));
    assert_eq!(ask(buttons(MAX_ACTIONS + 1)), Err(ContentError::TooMany { what: "actions", limit: 10 }));
    let twins = vec![Action::new("same", "a"), Action::new("other", "b"), Action::new("same", "c")];
    assert_eq!(ask(twins), Err(ContentError::Duplicate { what: "action id" }));
}

#[test] // CONTENT.R13
fn the_metadata_of_an_intent_has_at_most_ten_kibibytes_as_json() {
    let frame = r#"{"k":""}"#.len();
    let press = |bytes: usize| {
        let metadata = JsonObject::from_iter([("k".to_owned(), "x".repeat(bytes - frame).into())]);
        verdict(&IntentCodec, Intent::new("id", "yes").with_metadata(metadata))
    };
    assert_eq!(press(MAX_INTENT_METADATA), Ok(()));
    let refused = ContentError::TooLong { what: "metadata of an intent", limit: 10 * 1024 };
    assert_eq!(press(MAX_INTENT_METADATA + 1), Err(refused));
}

fn sealed(url: &str) -> RemoteAttachment {
    RemoteAttachment::new(url, [0xcd; 32], [1; 32].into(), [2; 32], [3; 12])
}

#[test] // CONTENT.R14
fn a_file_is_announced_where_nobody_on_the_way_reads_its_url() {
    let one = |url: &str| verdict(&RemoteAttachmentCodec, sealed(url));
    let many = |urls: &[&str]| {
        let files: Vec<_> = urls.iter().map(|url| sealed(url)).collect();
        verdict(&MultiRemoteAttachmentCodec, MultiRemoteAttachment::new(files))
    };
    assert_eq!(one("https://example.com/f"), Ok(()));
    assert_eq!(one("http://127.0.0.1:8080/f"), Ok(()));
    assert_eq!(one("http://example.com/f"), Err(ContentError::InsecureUrl));
    assert_eq!(many(&["https://a.example", "ftp://b.example"]), Err(ContentError::InsecureUrl));
    assert_eq!(many(&[]), Err(ContentError::Empty { what: "list of remote attachments" }));
    let huge = verdict(&RemoteAttachmentCodec, sealed("https://a.example").with_content_length(1 << 32));
    assert_eq!(huge, Err(ContentError::TooLong { what: "remote attachment", limit: 0xffff_ffff }));
}

#[test] // CONTENT.R15
fn metadata_of_a_transaction_is_whole_and_its_amount_a_number() {
    let whole = || TransactionMetadata::transfer("USDC", 1.0, 6, "0x11", "0x22");
    let refer = |metadata: TransactionMetadata| {
        let reference = TransactionReference::ethereum(1, "0xabc").with_metadata(metadata);
        let verdict = TransactionReferenceCodec.encode(&reference).map(drop);
        assert_eq!(Content::from(reference).check(), verdict);
        verdict
    };
    assert_eq!(refer(whole()), Ok(()));
    assert_eq!(verdict(&TransactionReferenceCodec, TransactionReference::ethereum(1, "0xabc")), Ok(()));
    let nameless = TransactionMetadata { currency: None, ..whole() };
    assert_eq!(refer(nameless), Err(ContentError::IncompleteMetadata("currency")));
    for amount in [f64::NAN, f64::INFINITY] {
        let endless = TransactionMetadata { amount: Some(amount), ..whole() };
        assert_eq!(refer(endless), Err(ContentError::IncompleteMetadata("amount")));
    }
}

#[test] // CONTENT.R15
fn a_request_to_a_wallet_asks_for_something() {
    let nothing = verdict(&WalletSendCallsCodec, WalletSendCalls::new(1, "0x11", []));
    assert_eq!(nothing, Err(ContentError::Empty { what: "list of wallet calls" }));
}

#[test] // CONTENT.R17
fn what_is_only_read_is_not_sent() {
    let edit = || EditMessage { reference: MESSAGE.into(), content: Box::new("x".into()) };
    let never = |id: ContentTypeId| Err(ContentError::NeverSent(id));
    assert_eq!(EditMessageCodec.encode(&edit()), Err(ContentError::NeverSent(ContentTypeId::EDIT_MESSAGE)));
    assert_eq!(Content::EditMessage(edit()).check(), never(ContentTypeId::EDIT_MESSAGE));
    let oldest = MembershipChange::default();
    assert_eq!(MembershipChangeCodec.encode(&oldest), Err(ContentError::NeverSent(ContentTypeId::MEMBERSHIP_CHANGE)));
    assert_eq!(Content::MembershipChange(oldest).check(), never(ContentTypeId::MEMBERSHIP_CHANGE));
    assert_eq!(Content::GroupUpdated(GroupUpdated::default()).check(), never(ContentTypeId::GROUP_UPDATED));
}
