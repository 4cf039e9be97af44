//! What an application of a stranger says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_content_types::{Content, ContentTypeId, EncodedContent};

fuzz_target!(|bytes: &[u8]| {
    let content = Content::from_bytes(bytes);
    let _ = (content.fallback(), content.should_push(), content.check(), content.type_id(), format!("{content:?}"));
    assert!(Content::from_bytes(&content.to_bytes()) == content);
    if let Ok(encoded) = EncodedContent::from_bytes(bytes) {
        assert!(EncodedContent::from_bytes(&encoded.to_bytes()).as_ref() == Ok(&encoded));
    }
    // A body is reached sooner when it does not have to be wrapped first.
    for kind in [
        ContentTypeId::TEXT,
        ContentTypeId::REPLY,
        ContentTypeId::REACTION_V1,
        ContentTypeId::REACTION,
        ContentTypeId::GROUP_UPDATED,
        ContentTypeId::DELETE_MESSAGE,
        ContentTypeId::LEAVE_REQUEST,
        ContentTypeId::ATTACHMENT,
        ContentTypeId::REMOTE_ATTACHMENT,
        ContentTypeId::MULTI_REMOTE_ATTACHMENT,
        ContentTypeId::TRANSACTION_REFERENCE,
        ContentTypeId::WALLET_SEND_CALLS,
        ContentTypeId::ACTIONS,
        ContentTypeId::INTENT,
        ContentTypeId::MEMBERSHIP_CHANGE,
        ContentTypeId::EDIT_MESSAGE,
    ] {
        let content = Content::from(EncodedContent::new(kind, bytes));
        assert!(Content::from_bytes(&content.to_bytes()) == content);
    }
});
