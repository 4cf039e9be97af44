//! Content that this layer writes itself.
use prost::Message;
use xmtp_proto::xmtp::mls::message_contents::{ContentTypeId, EncodedContent};

/// The authority of all of it.
pub(crate) const AUTHORITY: &str = "xmtp.org";

/// The bytes of an `EncodedContent` that holds `content`, in version 1.0 of a type of [`AUTHORITY`].
pub(crate) fn encoded(type_id: &str, content: &impl Message) -> Vec<u8> {
    let kind =
        ContentTypeId { authority_id: AUTHORITY.into(), type_id: type_id.into(), version_major: 1, version_minor: 0 };
    EncodedContent { r#type: Some(kind), content: content.encode_to_vec(), ..Default::default() }.encode_to_vec()
}
