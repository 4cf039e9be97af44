//! What can be said of a content without its codec: its type, and the message it refers to.
//!
//! Reading is lenient: a content that is not what it claims to be is still a message, only without these marks.
//!
//! Source of fact: XIP-5 for `EncodedContent`; where each type keeps its reference: observed on released clients.
use prost::Message as _;
use xmtp_proto::xmtp::mls::message_contents::{
    ContentTypeId, EncodedContent,
    content_types::{DeleteMessage, ReactionV2},
};
use xmtp_types::MessageId;

/// The content type as `authority/type:major.minor`, empty if `content` is not an `EncodedContent` with a type, and
/// the message that it refers to.
pub(crate) fn describe(content: &[u8]) -> (String, Option<MessageId>) {
    let Ok(encoded) = EncodedContent::decode(content) else {
        return Default::default();
    };
    let Some(kind) = &encoded.r#type else {
        return Default::default();
    };
    let ContentTypeId { authority_id, type_id, version_major, version_minor } = kind;
    let name = format!("{authority_id}/{type_id}:{version_major}.{version_minor}");
    (name, reference(kind, &encoded).and_then(|text| hex_id(&text)))
}

fn reference(kind: &ContentTypeId, encoded: &EncodedContent) -> Option<String> {
    let is_plain = encoded.compression.is_none();
    match (kind.type_id.as_str(), kind.version_major) {
        ("reply", _) => encoded.parameters.get("reference").cloned(),
        ("reaction", 1) => reaction_v1(encoded).filter(|_| is_plain),
        ("reaction", _) => ReactionV2::decode(&*encoded.content).ok().map(|body| body.reference).filter(|_| is_plain),
        ("deleteMessage", _) => {
            DeleteMessage::decode(&*encoded.content).ok().map(|body| body.message_id).filter(|_| is_plain)
        }
        _ => None,
    }
}

/// The JSON body of today, or the parameters of the oldest clients.
fn reaction_v1(encoded: &EncodedContent) -> Option<String> {
    let body = serde_json::from_slice::<serde_json::Value>(&encoded.content).ok();
    let in_body = body.as_ref().and_then(|body| body.get("reference")?.as_str().map(str::to_owned));
    in_body.or_else(|| encoded.parameters.get("reference").cloned())
}

/// Ids are written in lowercase, but some clients let users paste them.
fn hex_id(text: &str) -> Option<MessageId> {
    text.to_ascii_lowercase().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TARGET: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn encoded(type_id: &str, version_major: u32, parameter: Option<&str>, content: &[u8]) -> Vec<u8> {
        EncodedContent {
            r#type: Some(ContentTypeId {
                authority_id: "xmtp.org".into(),
                type_id: type_id.into(),
                version_major,
                version_minor: 0,
            }),
            parameters: parameter.map(|value| ("reference".to_owned(), value.to_owned())).into_iter().collect(),
            content: content.to_vec(),
            ..Default::default()
        }
        .encode_to_vec()
    }

    #[test]
    fn the_official_text_vector_is_named_and_refers_to_nothing() {
        let bytes = hex::decode(
            "0a120a08786d74702e6f7267120474657874180112110a08656e636f64696e6712055554462d38220d48656c6c6f2c20776f726c6421",
        );
        assert_eq!(describe(&bytes.unwrap()), ("xmtp.org/text:1.0".to_owned(), None));
    }

    #[test]
    fn replies_reactions_and_deletions_name_their_target() {
        let v2 = ReactionV2 { reference: TARGET.into(), ..Default::default() }.encode_to_vec();
        let delete = DeleteMessage { message_id: TARGET.into() }.encode_to_vec();
        let json = format!(r#"{{"action":"added","reference":"{TARGET}","schema":"unicode","content":"x"}}"#);
        for (name, bytes) in [
            ("xmtp.org/reply:1.0", encoded("reply", 1, Some(TARGET), b"inner")),
            ("xmtp.org/reaction:1.0", encoded("reaction", 1, None, json.as_bytes())),
            ("xmtp.org/reaction:1.0", encoded("reaction", 1, Some(TARGET), b"x")),
            ("xmtp.org/reaction:2.0", encoded("reaction", 2, None, &v2)),
            ("xmtp.org/deleteMessage:1.0", encoded("deleteMessage", 1, None, &delete)),
        ] {
            assert_eq!(describe(&bytes), (name.to_owned(), Some(TARGET.parse().unwrap())));
        }
    }

    #[test]
    fn a_reference_that_is_no_id_is_dropped_and_the_type_kept() {
        let bytes = encoded("reply", 1, Some("the one before"), b"");
        assert_eq!(describe(&bytes), ("xmtp.org/reply:1.0".to_owned(), None));
    }

    #[test]
    fn what_is_no_encoded_content_has_no_type() {
        assert_eq!(describe(b"plain words"), (String::new(), None));
        assert_eq!(describe(b""), (String::new(), None));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            describe(&bytes);
        }
    }
}
