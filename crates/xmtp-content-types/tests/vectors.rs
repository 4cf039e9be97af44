//! Bytes that codecs of released clients produced. All are read; where what they write is fixed, we write the same.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::collections::{BTreeMap, BTreeSet};
use xmtp_content_types::{
    AccountChange, Action, ActionStyle, Actions, Attachment, Codec, Content, ContentTypeId, DeleteMessage, EditMessage,
    EncodedContent, GroupUpdated, Intent, JsonObject, LeaveRequest, MembershipChange, MetadataChange,
    MultiRemoteAttachment, Reaction, ReactionAction, ReactionV1Codec, RemoteAttachment, Reply, TransactionMetadata,
    TransactionReference, WalletCall, WalletCallMetadata, WalletSendCalls,
};
use xmtp_types::{InboxId, MessageId, Timestamp};

const MESSAGE: MessageId = MessageId::from_bytes([0xaa; 32]);
const INBOX: InboxId = InboxId::from_bytes([0xbb; 32]);

/// How many samples there are: one that is added to the file must be added here, and to what is expected of it.
const SAMPLES: usize = 36;

/// What of a sample we write in the same way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Written {
    /// All its bytes.
    Equal,
    /// All but the fallback, which the generation before words in its own way, and the order of parameters.
    ButFallback,
    /// Its meaning: the generation before writes another form.
    Otherwise,
}
use Written::{ButFallback, Equal, Otherwise};

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

/// What each sample says, and how much of it we write in the same way.
fn expected() -> Vec<(&'static str, Content, Written)> {
    let mut all = said();
    all.extend(files());
    all.extend(transactions());
    all.extend(buttons());
    all.extend(groups());
    all
}

fn said() -> Vec<(&'static str, Content, Written)> {
    let reply = || Content::from(Reply::new(MESSAGE, "I concur").to_inbox(INBOX));
    let given = || Content::from(Reaction::added(MESSAGE, "👍").to_inbox(INBOX));
    let taken = || Content::from(Reaction::removed(MESSAGE, "👍"));
    let fixture = Reaction { reference: "message-id-123".into(), ..Reaction::added(MESSAGE, "👍") };
    let edit = EditMessage { reference: MESSAGE.into(), content: Box::new("fixed".into()) };
    vec![
        ("rust/text", Content::text("Hello, world!"), Equal),
        ("js/text", Content::text("Hello, world!"), Equal),
        ("rust/reply-inner", Content::text("I concur"), Equal),
        ("rust/editMessage-inner", Content::text("fixed"), Equal),
        ("rust/markdown", Content::markdown("# Hi"), Equal),
        ("js/markdown", Content::markdown("# Hi"), Equal),
        ("rust/reaction", given(), Equal),
        ("rust/reaction-removed", taken(), Equal),
        ("js/reaction", given(), Otherwise),
        ("js/reaction-no-inbox", taken(), Otherwise),
        ("fixture/reaction", fixture.into(), Otherwise),
        ("rust/reply", reply(), Equal),
        ("js/reply", reply(), ButFallback),
        ("rust/readReceipt", Content::ReadReceipt, Equal),
        ("js/readReceipt", Content::ReadReceipt, Equal),
        ("rust/deleteMessage", Content::DeleteMessage(DeleteMessage::new(MESSAGE)), Equal),
        ("rust/editMessage", Content::EditMessage(edit), Equal),
    ]
}

fn remote(scheme: &str, filename: Option<&str>) -> RemoteAttachment {
    let sealed = RemoteAttachment::new("https://example.com/f", [0xcd; 32], [1; 32].into(), [2; 32], [3; 12]);
    RemoteAttachment { scheme: scheme.into(), filename: filename.map(Into::into), ..sealed.with_content_length(18) }
}

fn files() -> Vec<(&'static str, Content, Written)> {
    let named = || Content::from(Attachment::new("a.txt", "text/plain", "hi"));
    let nameless = Attachment { filename: None, mime_type: "text/plain".into(), data: b"hi".to_vec() };
    let several = MultiRemoteAttachment::new([remote("https", Some("a.txt"))]);
    vec![
        ("rust/attachment", named(), Equal),
        ("js/attachment", named(), ButFallback),
        ("rust/attachment-nofn", nameless.into(), Equal),
        ("rust/remoteAttachment", remote("https:", Some("a.txt")).into(), Equal),
        ("rust/remoteAttachment-nofn", remote("https://", None).into(), Equal),
        ("js/remoteAttachment", remote("https://", Some("a.txt")).into(), ButFallback),
        ("rust/multiRemote", several.into(), Equal),
    ]
}

fn transactions() -> Vec<(&'static str, Content, Written)> {
    let (ones, twos) = (format!("0x{}", "11".repeat(20)), format!("0x{}", "22".repeat(20)));
    let transfer = |hash: &str, from: &str, to: &str| {
        TransactionReference::ethereum(8453, hash)
            .with_metadata(TransactionMetadata::transfer("USDC", 100_000.0, 6, from, to))
    };
    let least =
        TransactionReference { namespace: None, network_id: "1".into(), ..TransactionReference::ethereum(1, "0xabc") };
    let calls = |from: &str, to: &str| {
        let metadata = WalletCallMetadata {
            description: "Send 1 USDC".into(),
            transaction_type: "transfer".into(),
            extra: JsonObject::new(),
        };
        let call = WalletCall {
            to: Some(to.into()),
            data: Some("0xa9059cbb".into()),
            value: Some("0x0".into()),
            gas: None,
            metadata: Some(metadata),
        };
        WalletSendCalls::new(84532, from, [call])
    };
    let someone = "0x742d35Cc6634C0532925a3b844Bc9e7595f0bEb7";
    let bare = WalletCall { to: Some(someone.into()), data: Some("0x".into()), ..WalletCall::default() };
    vec![
        ("rust/txref", transfer(&format!("0x{}", "ab".repeat(32)), &ones, &twos).into(), Equal),
        ("rust/txref-min", least.into(), Equal),
        ("js/txref", transfer("0xabc", "0x11", "0x22").into(), Otherwise),
        ("rust/wsc", calls(&ones, &twos).into(), Equal),
        ("js/wsc", calls("0x11", "0x22").into(), Equal),
        ("fixture/walletSendCalls", WalletSendCalls::new(1, someone, [bare]).into(), ButFallback),
    ]
}

fn buttons() -> Vec<(&'static str, Content, Written)> {
    let yes = Action::new("yes", "Yes").styled(ActionStyle::Primary);
    let no = Action::new("no", "No").styled(ActionStyle::Danger).with_image("https://x/y.png");
    let no = no.until(Timestamp::from_secs(1_735_689_600));
    let menu = Actions::new("menu-1", "Pick one", [yes, no]).until(Timestamp::from_nanos(1_767_225_599_123_000_000));
    let metadata = JsonObject::from_iter([("k".to_owned(), "v".into())]);
    vec![
        ("rust/actions", menu.into(), Equal),
        ("rust/intent", Intent::new("menu-1", "yes").into(), Equal),
        ("rust/intent-meta", Intent::new("menu-1", "yes").with_metadata(metadata).into(), Equal),
    ]
}

fn groups() -> Vec<(&'static str, Content, Written)> {
    let rename = MetadataChange { field: "group_name".into(), old: Some("Old".into()), new: Some("New".into()) };
    let update = GroupUpdated {
        initiated_by: Some(INBOX),
        added: vec![InboxId::from_bytes([0xcc; 32])],
        metadata: vec![rename],
        ..GroupUpdated::default()
    };
    let joined = AccountChange { installations: vec![vec![1, 2]], address: "0x11".into(), initiated_by: "0x22".into() };
    let oldest = MembershipChange { members_added: vec![joined], ..MembershipChange::default() };
    vec![
        ("js/groupUpdated", Content::GroupUpdated(update), Equal),
        ("rust/leave_request", Content::LeaveRequest(LeaveRequest::default()), Equal),
        ("rust/group_membership_change", Content::MembershipChange(oldest), Equal),
    ]
}

#[test]
fn no_sample_is_passed_over() {
    let samples: BTreeSet<_> = vectors().into_keys().collect();
    let known: BTreeSet<_> = expected().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(samples, known);
    assert_eq!((samples.len(), expected().len()), (SAMPLES, SAMPLES));
}

#[test] // CONTENT.R1, CONTENT.R7, CONTENT.R12
fn every_sample_says_what_it_was_made_to_say() {
    for (name, content, _) in expected() {
        assert_same(&Content::from_bytes(&vector(name)), &content, name);
    }
}

#[test] // CONTENT.R1, CONTENT.R6, CONTENT.R9
fn what_we_send_has_the_bytes_that_released_clients_send() {
    for (name, content, written) in expected() {
        let (ours, theirs) = (content.encode(), EncodedContent::from_bytes(&vector(name)).unwrap());
        match written {
            Equal => assert_eq!(hex::encode(content.to_bytes()), hex::encode(vector(name)), "{name}"),
            ButFallback => assert!(ours.clone().with_fallback("") == theirs.with_fallback(""), "{name}"),
            Otherwise => assert_same(&Content::from_bytes(&content.to_bytes()), &content, name),
        }
        assert_eq!(ours.type_id(), &content.type_id(), "{name}");
        assert_eq!(ours.fallback(), content.fallback().as_deref(), "{name}");
    }
}

#[test] // CONTENT.R7
fn the_json_form_of_a_reaction_is_written_as_older_clients_write_it() {
    for name in ["js/reaction", "js/reaction-no-inbox", "fixture/reaction"] {
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
